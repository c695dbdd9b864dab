import { hasCode } from '../../domain/errors.ts';
import type { RenameChange } from '../../plan/changes/rename.ts';
import { EXACT, type ValueWriter } from './value-writer.ts';

/** Renames models: the old name has to be there and the new one free. */
export const renameWriter: ValueWriter<RenameChange> = {
  ...EXACT,
  nameOf: ({ name }) => name,
  objectOf: ({ name }) => ({ kind: 'model', name }),
  async current({ name, renamed, from, to }, snapshot) {
    const [old, next] = await Promise.all([snapshot.freshModel(name), snapshot.freshModel(renamed)]);
    if (old !== undefined) return next === undefined ? from : `${from}, and ${to} exists too`;
    return next === undefined ? null : to;
  },
  async write({ name, renamed }, _seen, { writer }) {
    try {
      await writer.renameModel(name, renamed, 'short');
    } catch (error) {
      // Refused for certain, as the form may be: then nothing was renamed.
      if (!hasCode(error, 'invalid-input')) throw error;
      try {
        await writer.renameModel(name, renamed, 'full');
      } catch (second) {
        // Where both forms are refused, it is not the form: what is wrong with the name says the first.
        throw hasCode(second, 'invalid-input') ? error : second;
      }
    }
  },
};
