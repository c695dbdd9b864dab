import type { ValueChange } from '../../apply/value.ts';
import type { ModelVersion, Tag } from '../../domain/model.ts';
import { show } from '../../domain/printable.ts';
import { isSameKey, TAG_KEYS } from '../../domain/tag-keys.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { TagInputs } from '../../inputs/tags.ts';
import type { DescriptionChange } from '../../plan/changes/description.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import type { TagChange } from '../../plan/changes/tag.ts';
import { holdChanges, holdsLeft, isOfVersion, liftChanges } from '../../policy/hold/changes.ts';
import { decideHolds, holdSentence, type FoundHold } from '../../policy/hold/findings.ts';
import { decideRoom } from '../../policy/tag-room.ts';
import type { ActionContext } from '../contract/context.ts';
import { noteHeldAlready, withStops } from '../parts/holds.ts';

/** What became of a hold, by whom it was set where it is lifted. */
export function holdVerdict(change: ValueChange, held: readonly FoundHold[]): string[] {
  if (change.kind === 'tag' && isSameKey(change.key, TAG_KEYS.hold) && change.to === null)
    return [`hold of the version itself lifted: ${show(change.from ?? '', 300)}`];
  if (change.kind !== 'hold') return [];
  if (change.to !== null) return [`put on hold: ${show(change.to, 300)}`];
  const hold = held.find((each) => each.hold.key === change.key)?.hold;
  return [hold === undefined ? 'hold lifted' : `hold lifted: it was ${holdSentence(hold)}`];
}

/** A change of labels or holds. */
export type LabelChange = TagChange | DescriptionChange | HoldChange;

/** What sets or lifts the hold that is asked for. */
export function holdChangesOf(
  version: ModelVersion | undefined,
  inputs: TagInputs,
  found: { readonly held: readonly FoundHold[]; readonly tags: readonly Tag[] },
): (HoldChange | TagChange)[] {
  if (version === undefined) return [];
  if (inputs.hold !== undefined) return holdChanges(version, inputs.hold, found);
  return inputs['lift-hold'] === true ? liftChanges(version, found.held) : [];
}

/** Notes that a version is on hold already, or whether its model has room for the tag. */
export function noteHold(
  { record, destination }: ActionContext<CommonInputs & TagInputs>,
  text: string,
  hold: {
    readonly changes: readonly LabelChange[];
    readonly held: readonly FoundHold[];
    readonly tags: readonly Tag[];
  },
): void {
  const [first] = hold.held.filter(isOfVersion);
  if (hold.changes.length === 0 && first !== undefined)
    noteHeldAlready(record, `${text} is ${holdSentence(first.hold)} already.`);
  const later = hold.changes.flatMap((change) => (change.kind === 'hold' ? [change.key] : []));
  const room = decideRoom({ set: [], later }, hold.tags, destination.registry.capabilities.tags);
  record.check('Room for the hold', 'fail', room, 'The model has room for its tag.', 'blocked');
}

/** Notes what blocks a version still when its holds are lifted: a refusal where there is none of its own to lift. */
export function noteHoldsLeft(
  record: ActionContext<CommonInputs>['record'],
  lifting: readonly LabelChange[],
  held: readonly FoundHold[],
): void {
  const left = decideHolds(holdsLeft(held));
  record.check(
    'Holds that stay',
    lifting.length > 0 ? 'warn' : 'fail',
    left,
    'No other hold blocks it.',
    'blocked',
  );
}

/** The changes as they are made now: a hold knows the bytes that it stops. */
export function withStopsOf(
  context: ActionContext<CommonInputs>,
  changes: readonly LabelChange[],
  version: ModelVersion | undefined,
): Promise<LabelChange[]> {
  return Promise.all(
    changes.map(async (change) =>
      change.kind === 'hold' && version !== undefined ? withStops(change, version, context) : change,
    ),
  );
}
