import type { Stage } from '../../apply/stage.ts';
import type { ValueChange } from '../../apply/value.ts';
import { PromoteError } from '../../domain/errors.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import { formatChange } from '../../plan/change.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import type { MoveApproval } from '../../plan/changes/record.ts';
import type { StageName } from '../../plan/plan.ts';
import { noteMoved } from '../parts/alias-move.ts';
import { noteHoldUndo, withStops } from '../parts/holds.ts';
import { deletionStages } from '../parts/version-deletions.ts';
import type { ApplyingContext, GivenChange } from './plan.ts';

/** What the changes of a plan are completed with right before they are written. */
export interface Completion {
  readonly approval: MoveApproval;
  /** The version that a hold is set on; throws where it does not exist. */
  held(this: void, change: HoldChange): Promise<ModelVersion>;
  tagsOf(this: void, name: ModelVersion['name']): Promise<readonly Tag[]>;
}

const STAGE_OF: { readonly [Kind in GivenChange['kind']]: StageName } = {
  record: 'alias',
  alias: 'alias',
  hold: 'holds',
  'delete-version': 'deletions',
};

/** The stages that carry out a plan, in its order: neighbours of one kind together. */
export function planStages(
  context: ApplyingContext,
  changes: readonly GivenChange[],
  completion: Completion,
): Stage[] {
  const groups: GivenChange[][] = [];
  const deletions = changes.filter((change) => change.kind === 'delete-version');
  // A plan that deletes does nothing else.
  if (deletions.length > 0) return deletionStages(context, deletions);
  for (const change of changes) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && STAGE_OF[last[0].kind] === STAGE_OF[change.kind]) last.push(change);
    else groups.push([change]);
  }
  return groups.map((group, index) => {
    const before = groups.slice(0, index).flat();
    return {
      name: STAGE_OF[group[0]?.kind ?? 'alias'],
      changes: group,
      work: {
        kind: 'values',
        confirm: () => Promise.all(group.map((change) => completed(change, context, completion))),
        explain: (error) => withDone(error, before, context),
        ended: (made) => noteUndo(context, made),
      },
    };
  });
}

/** A change as it is written: with its approval, or with what a hold stops. */
async function completed(
  change: GivenChange,
  context: ApplyingContext,
  { approval, held, tagsOf }: Completion,
): Promise<ValueChange> {
  if (change.kind === 'record') return { ...change, approval };
  if (change.kind !== 'hold') return change;
  const found = tagValue(await tagsOf(change.name), change.key);
  const written = found === undefined ? change : { ...change, found };
  return change.to === null ? written : withStops(written, await held(change), context);
}

/** What stopped the plan, with what was made of it before. */
function withDone(
  error: PromoteError,
  before: readonly GivenChange[],
  { record }: ApplyingContext,
): PromoteError {
  const done = before.filter((change) => change.kind !== 'record' && record.stands(change));
  if (done.length === 0) return error;
  const said = done.map((change) => formatChange(change)).join('; ');
  return new PromoteError(`${said}: done. The rest of the plan was not carried out: ${error.message}`, {
    ...error.details,
    cause: error,
  });
}

function noteUndo(context: ApplyingContext, made: readonly ValueChange[]): void {
  noteMoved(context, made);
  noteHoldUndo(context, made);
}
