import { isPerson } from '../../domain/principal.ts';
import { show } from '../../domain/printable.ts';
import { formatSecurable } from '../../domain/privilege.ts';
import type { OwnerChange } from './remedy.ts';

/** What who lacks ownership does: as whom to run first, and what an administrator does only for a principal that is meant to own. */
export interface OwnershipAdvice {
  /** A sentence. */
  readonly first: string;
  /** Goes on after `let an administrator`; absent where nothing changes an owner. */
  readonly onlyIf?: string;
}

/**
 * Who lacks ownership is asked to act as who has it. No advice hands an object to anybody: whoever asks may be who trained the model,
 * and so may be everybody in their groups.
 */
export function ownershipAdvice({ securable, loses, request }: OwnerChange): OwnershipAdvice {
  const what = formatSecurable(securable);
  const owner = loses === undefined ? undefined : show(loses);
  if (request === undefined) {
    const who = owner === undefined ? `the owner of ${what}` : `${owner}, who owns ${what}`;
    return { first: `Run this step as ${who}; this registry cannot change an owner.` };
  }
  if (owner === undefined || loses === undefined) {
    return {
      first: `Run this step as the principal that is meant to promote and that owns ${what}, directly or through a group.`,
      onlyIf: 'add it to the group that owns it',
    };
  }
  const first = `Run this step as the principal that is meant to promote: ${owner} owns ${what}.`;
  return isPerson(loses)
    ? {
        first,
        onlyIf: 'make a group the owner that contains the principals that promote and no one who trains',
      }
    : { first, onlyIf: `add it to the group ${owner}` };
}

/** The advice as sentences. */
export function ownershipText(change: OwnerChange): string {
  const { first, onlyIf } = ownershipAdvice(change);
  const then =
    onlyIf === undefined
      ? ''
      : ` Only if ${show(change.owner)} is that principal, have an administrator ${onlyIf}.`;
  return `No GRANT confers ownership. ${first}${then}`;
}
