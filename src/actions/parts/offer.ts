import { readFacts } from '../../apply/basis.ts';
import { decide } from '../../domain/decision.ts';
import { hasCode, messageOf } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { formatSecurable, type Operation } from '../../domain/privilege.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { BasisFact, Resting } from '../../plan/basis.ts';
import type { DeferredRight } from '../../plan/file.ts';
import { requiredRights } from '../../policy/grants/required.ts';
import type { ActionContext } from '../contract/context.ts';
import type { Move } from './alias/move.ts';

/** The rights that whoever applies the move of an alias needs: only that caller's own reads can show them. */
export function moveRights(name: FullName, snapshot: Snapshot): DeferredRight[] {
  return deferredRights('set-alias', name, snapshot);
}

/** The rights that whoever applies deletions of versions needs. */
export function deletionRights(name: FullName, snapshot: Snapshot): DeferredRight[] {
  return deferredRights('delete', name, snapshot);
}

function deferredRights(operation: Operation, name: FullName, { registry }: Snapshot): DeferredRight[] {
  if (registry.capabilities.grants === 'none') return [];
  return requiredRights(operation, name, { modelExists: true }).map(({ securable, privilege }) => ({
    privilege,
    on: formatSecurable(securable),
  }));
}

/** A move that also rests on where its version came from and on the list of its files, which time may change until it is applied. */
export async function restingOnVersion(
  move: Move,
  version: ModelVersion | undefined,
  context: ActionContext<CommonInputs>,
): Promise<Move> {
  if (version === undefined) return move;
  return restingOn(move, [...marksOf(version), ...(await filesOf(version, context))]);
}

/** A move that rests on some facts more. */
export function restingOn<C extends Resting>(changes: readonly C[], facts: readonly BasisFact[]): C[] {
  return changes.map((change) => ({ ...change, basis: [...(change.basis ?? []), ...facts] }));
}

/** Where a version came from and what its bytes are, as its tags say it. */
export function marksOf({ name, version, tags }: ModelVersion): BasisFact[] {
  const target = { kind: 'version', name, version } as const;
  return [TAG_KEYS.origin, TAG_KEYS.digest].map((key) => ({
    kind: 'tag',
    target,
    key,
    was: tagValue(tags, key) ?? null,
  }));
}

async function filesOf(
  version: ModelVersion,
  { record, destination: snapshot }: ActionContext<CommonInputs>,
): Promise<BasisFact[]> {
  const { name, version: number } = version;
  if (!snapshot.registry.capabilities.files) return [];
  const files = { kind: 'files', name, version: number, was: '' } as const;
  const without = (why: string): BasisFact[] => {
    const message = `The files of ${uriOf(version)} cannot be listed, so apply will not compare them: ${why}`;
    const finding = { code: 'plan-without-files', severity: 'warning', message } as const;
    record.check('Files of the plan', 'warn', decide([finding]), '', 'blocked');
    return [];
  };
  try {
    const [listing] = await readFacts([files], snapshot);
    return typeof listing === 'string'
      ? [{ ...files, was: listing }]
      : without('the registry says that there are none.');
  } catch (error) {
    if (!hasCode(error, 'permission-denied')) throw error;
    return without(messageOf(error));
  }
}
