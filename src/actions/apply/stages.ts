import type { Stage } from '../../apply/stage.ts';
import type { ValueChange } from '../../apply/value.ts';
import { PromoteError } from '../../domain/errors.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import { formatChange } from '../../plan/change.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import type { MoveApproval } from '../../plan/changes/record.ts';
import type { ServingChange } from '../../plan/changes/serving.ts';
import type { StageName } from '../../plan/plan.ts';
import { noteMoved, type Move } from '../parts/alias/move.ts';
import { noteHoldUndo, withStops } from '../parts/holds.ts';
import { deletionStages } from '../parts/version-deletions.ts';
import { movedBack, servingStage, type ServingState } from '../parts/serving/stage.ts';
import { isTriedBefore, type ApplyingContext, type GivenChange, type GivenPlan } from './given-plan.ts';

/** What the changes of a plan are completed with right before they are written. */
export interface Completion {
  readonly approval: MoveApproval;
  /** The version that a hold is set on; throws where it does not exist. */
  held(this: void, change: HoldChange): Promise<ModelVersion>;
  tagsOf(this: void, name: ModelVersion['name']): Promise<readonly Tag[]>;
  /** The move of the plan, where this run or an earlier one made it; undefined for none. */
  made(this: void): AliasChange | undefined;
  /** What of the plan was so before this attempt. */
  readonly before: readonly GivenChange[];
}

const STAGE_OF: { readonly [Kind in GivenChange['kind']]: StageName } = {
  record: 'alias',
  alias: 'alias',
  hold: 'holds',
  'delete-version': 'deletions',
  serving: 'serving',
};

/** A change of one value. */
type GivenValue = Exclude<GivenChange, { readonly kind: 'serving' }>;

/** The stages that carry out a plan, in its order: neighbours of one kind together. What became of its endpoints is in `serving`. */
export function planStages(
  context: ApplyingContext,
  { given, changes }: { readonly given: GivenPlan; readonly changes: readonly GivenChange[] },
  completion: Completion,
): { readonly stages: Stage[]; readonly serving: readonly ServingState[] } {
  const serving: ServingState[] = [];
  const groups: GivenChange[][] = [];
  const deletions = changes.filter((change) => change.kind === 'delete-version');
  // A plan that deletes does nothing else.
  if (deletions.length > 0) return { stages: deletionStages(context, deletions), serving };
  for (const change of changes) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && STAGE_OF[last[0].kind] === STAGE_OF[change.kind]) last.push(change);
    else groups.push([change]);
  }
  const stages = groups.flatMap((group, index): Stage[] => {
    const before = groups.slice(0, index).flat();
    const explain = (error: PromoteError) => withDone(error, before, context);
    const values = group.filter(isValue);
    const [first] = values;
    if (first === undefined) {
      const updates = group.filter((change) => change.kind === 'serving');
      const stage = updating(context, { given, updates }, { completion, explain });
      serving.push(stage.state);
      return stage.stages;
    }
    return [
      {
        name: STAGE_OF[first.kind],
        changes: values,
        work: {
          kind: 'values',
          confirm: () => Promise.all(values.map((change) => completed(change, context, completion))),
          explain,
          ended: (made) => noteUndo(context, made),
        },
      },
    ];
  });
  return { stages, serving };
}

function isValue(change: GivenChange): change is GivenValue {
  return change.kind !== 'serving';
}

/** The stage that updates the endpoints of a plan, and takes its move back where the plan says so. */
function updating(
  context: ApplyingContext,
  { given, updates }: { readonly given: GivenPlan; readonly updates: readonly ServingChange[] },
  {
    completion: { approval, made, before },
    explain,
  }: {
    readonly completion: Completion;
    readonly explain: (error: PromoteError) => PromoteError;
  },
): ReturnType<typeof servingStage> {
  const moveBack = async (): Promise<Move> => {
    const move = made();
    const back = move === undefined ? [] : await movedBack(context, move);
    // It is a move of the same plan: an approval lets that be tried again.
    return back.map((change) => (change.kind === 'record' ? { ...change, approval } : change));
  };
  const found = before.filter((change) => change.kind === 'serving');
  // What the first attempt finds made, somebody else made: it is not for this plan to take back.
  const isOwn = isTriedBefore(context, given);
  const named = context.record.effects.flatMap((effect) =>
    effect.kind === 'endpoint' && effect.state === 'named' ? [effect.endpoint] : [],
  );
  return servingStage(context, updates, {
    moveBack,
    madeBefore: isOwn ? found : [],
    standing: [...named, ...(isOwn ? [] : found.map(({ endpoint }) => endpoint))],
    explain,
  });
}

/** A change as it is written: with its approval, or with what a hold stops. */
async function completed(
  change: GivenValue,
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
