import type { Finding } from '../domain/decision.ts';
import { formatFullName } from '../domain/full-name.ts';
import type { ListedVersion, RegisteredModel } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import { isNamed, samePrincipal } from '../domain/principal.ts';

/** What is to be done about the owner of a destination that exists already. */
export type OwnerDecision =
  | { readonly kind: 'as-wanted' }
  /** A run died after it had created the model, and before it gave it away. */
  | { readonly kind: 'unfinished'; readonly from: string }
  | { readonly kind: 'other'; readonly finding: Finding };

/**
 * Judges the owner of a model that exists by the one who was asked for when it is created. One without any version that still belongs
 * to the caller, `callerNames`, is as a run leaves it that dies between the two; any other owner is somebody's decision.
 */
export function decideOwner(
  wanted: string,
  { name, owner }: Pick<RegisteredModel, 'name' | 'owner'>,
  versions: readonly ListedVersion[],
  callerNames: readonly string[],
): OwnerDecision {
  if (owner !== undefined && samePrincipal(owner, wanted)) return { kind: 'as-wanted' };
  if (owner !== undefined && versions.length === 0 && isNamed(callerNames, owner))
    return { kind: 'unfinished', from: owner };
  const found = owner === undefined ? 'an owner that is not visible' : show(owner, 80);
  return {
    kind: 'other',
    finding: {
      code: 'owner-differs',
      severity: 'warning',
      message: `${formatFullName(name)} belongs to ${found}, not to ${show(wanted, 80)}. destination-owner applies only to a model that the step creates, and this model already existed.`,
      fix: 'Have its owner change the owner, or leave destination-owner out.',
    },
  };
}
