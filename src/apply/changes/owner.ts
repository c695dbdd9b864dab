import { samePrincipal } from '../../domain/principal.ts';
import type { OwnerChange } from '../../plan/changes/owner.ts';
import type { Value, ValueWriter } from './value-writer.ts';

/** Gives models to other owners; e-mail addresses compare without case. */
export const ownerWriter: ValueWriter<OwnerChange> = {
  nameOf: ({ name }) => name,
  objectOf: ({ name }) => ({ kind: 'model', name }),
  async current({ name }, snapshot) {
    return (await snapshot.freshModel(name))?.owner ?? null;
  },
  isMade: ({ to }, value) => isOwner(to, value),
  isReadBack: ({ to }, value) => isOwner(to, value),
  isAsDecided: ({ from }, value) => isOwner(from, value),
  write: ({ name, to }, _seen, { writer }) => writer.setOwner(name, to),
};

function isOwner(owner: string, value: Value): boolean {
  return value !== null && samePrincipal(owner, String(value));
}
