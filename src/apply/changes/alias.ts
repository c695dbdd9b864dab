import type { AliasChange } from '../../plan/changes/alias.ts';
import { gone, type ValueWriter } from './value-writer.ts';

/** Sets, moves and deletes aliases. */
export const aliasWriter: ValueWriter<AliasChange> = {
  nameOf: ({ name }) => name,
  current: ({ name, alias }, snapshot) => snapshot.freshAlias(name, alias),
  write: ({ name, alias, to }, writer) =>
    to === null ? gone(writer.deleteAlias(name, alias)) : writer.setAlias(name, alias, to),
};
