import type { Stage } from '../../apply/stage.ts';
import type { ValueChange } from '../../apply/value.ts';
import type { ChangeTarget, VersionRef } from '../../domain/change-target.ts';
import { tagValue, type Tag } from '../../domain/model.ts';
import { modelNotFound } from '../../facts/names.ts';
import { uriOf } from '../../facts/version.ts';
import { decideTags } from '../../policy/tags.ts';
import { takenVersion } from '../../policy/version.ts';
import type { ExpectedCopy } from '../parts/copy/plan.ts';
import { noteLabelUndo } from '../parts/label-undo.ts';
import {
  type PromoteContext,
  type Promotion,
  noteCopied,
  readSourceAgain,
  madeCopy,
  statusTags,
  noteRoom,
  decideSourceNow,
  filesOf,
  noteSource,
} from './promotion.ts';

/** Sets the status of the copy. What this run made has no status to go back to. */
export function statusStage(context: PromoteContext, promotion: Promotion, copy: ExpectedCopy): Stage {
  const { inputs, record } = context;
  const { name } = promotion.reading.destination;
  const target = { kind: 'version', name, version: copy.version } as const;
  const { changes } = decideStatus(context, target, { tags: copy.tags, description: '' });
  if (copy.result !== undefined) noteCopied(context, { ...copy.result.version, tags: copy.tags });
  record.output('status', tagValue(copy.tags, inputs['status-key']) ?? '');
  return {
    name: 'tags',
    changes,
    work: {
      kind: 'values',
      confirm: () => confirmStatus(context, promotion),
      readAhead: () =>
        Promise.all([readSourceAgain(context, promotion.source), context.destination.freshExtras(name)]),
      ended(made) {
        if (!madeCopy(promotion).made) noteLabelUndo(context, made);
        if (made.every((change) => record.stands(change)))
          record.output('status', inputs['set-status'] ?? '');
      },
    },
  };
}

function decideStatus<V extends VersionRef>(
  { inputs, destination: { registry } }: PromoteContext,
  target: ChangeTarget<V>,
  { tags, description }: { readonly tags: readonly Tag[]; readonly description: string },
) {
  const request = { target, set: statusTags(inputs), remove: [] };
  return decideTags(request, { tags, description, rules: registry.capabilities.tags });
}

/** Judges the copy and the source as they are right before the status is set. */
async function confirmStatus(context: PromoteContext, promotion: Promotion): Promise<ValueChange[]> {
  const { inputs, record, destination: snapshot } = context;
  const { version, digests, made } = madeCopy(promotion);
  const { name, version: number } = version;
  if (!made) context.source.forget(promotion.source.name);
  snapshot.renew([
    { kind: 'version', name, version: number },
    { kind: 'extras', name },
  ]);
  const [fresh, extras] = await Promise.all([snapshot.version(name, number), snapshot.extras(name)]);
  if (fresh === undefined) throw await modelNotFound(name, 'destination', snapshot);
  record.output('status', tagValue(fresh.tags, inputs['status-key']) ?? '');
  noteCopied(context, fresh);
  noteRoom(context, fresh.tags);
  const { changes } = decideStatus(
    context,
    { kind: 'version', name, version: number },
    { tags: fresh.tags, description: fresh.description ?? '' },
  );
  if (changes.length > 0) {
    const still = await decideSourceNow(context, promotion.source);
    if (!still.allowed) noteSource(context, still);
  }
  record.requireAllowed(uriOf(fresh));
  const basis = [...takenVersion(fresh, [], extras?.tags ?? []), filesOf(fresh, digests)];
  return changes.map((change) => ({ ...change, basis }));
}
