import type { AliasChange } from '../../plan/changes/alias.ts';
import { EXACT, gone, type ValueWriter } from './value-writer.ts';

/** Sets, moves and deletes aliases. */
export const aliasWriter: ValueWriter<AliasChange> = {
  ...EXACT,
  nameOf: ({ name }) => name,
  objectOf: ({ name, alias }) => ({ kind: 'alias', name, alias }),
  current: ({ name, alias }, snapshot) => snapshot.freshAlias(name, alias),
  write: ({ name, alias, to }, _seen, { writer }) =>
    to === null ? gone(writer.deleteAlias(name, alias)) : writer.setAlias(name, alias, to),
};
