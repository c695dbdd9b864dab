import type { VersionRef } from '../domain/change-target.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { formatChange, withCopy, type Change, type PlannedChange } from '../plan/change.ts';
import { changesOf, confirmStage, type Plan } from '../plan/plan.ts';
import type { ServingChange } from '../plan/changes/serving.ts';
import { applyChanges } from './apply.ts';
import { updateEndpoint } from './changes/serving/update.ts';
import type { ApplyContext } from './context.ts';
import { makeCopy } from './copy/copy.ts';
import type { CopyElsewhere } from './copy/elsewhere.ts';
import { removeLeftovers } from './copy/leftovers.ts';
import { runJob } from './job-run.ts';
import { runScript } from './script-run.ts';
import { verifyValidated } from './copy/verify.ts';
import { createModel, repairOwner } from './model.ts';
import { isRefusal } from './refusal.ts';
import type { Jobs, ServingWork, Stage, ValidationWork, ValueWork } from './stage.ts';

/**
 * Applies a plan, stage by stage, each as it was planned: right before its first write what it rests on is read and
 * judged again. Throws what stops it; the journal then has what was made and what was not.
 */
export async function applyPlan(plan: Plan<Stage>, context: ApplyContext): Promise<void> {
  let [stage, ...later] = plan.stages;
  while (stage !== undefined) [stage, ...later] = await applyStage(stage, later, context);
}

/** Applies one stage; gives back those that follow. */
async function applyStage(
  stage: Stage,
  later: readonly Stage[],
  context: ApplyContext,
): Promise<readonly Stage[]> {
  const { work } = stage;
  switch (work.kind) {
    case 'values':
      return explaining(work, () => applyValues({ ...stage, work }, later, context));
    case 'model':
      await (work.change.kind === 'owner'
        ? repairOwner(work.change, context)
        : createModel(work.change, context));
      return later;
    case 'copy': {
      const result =
        work.elsewhere === undefined
          ? await makeCopy({ ...(await work.request()), alongside: readAhead(later) }, context)
          : await makeElsewhere(stage, work.elsewhere, context);
      const numbered = withNumber(later, result.version.version, context);
      await work.finished(result);
      return numbered;
    }
    case 'deletions':
      await removeLeftovers(work.deletions, context, work.became);
      return later;
    case 'serving':
      return applyServing({ ...stage, work }, later, context);
    case 'validation':
      return validated(work, await work.run(jobsOf(context)), later, context);
  }
}

/** Throws what stops a stage as the action explains it. */
async function explaining<T>({ explain }: ValueWork, apply: () => Promise<T>): Promise<T> {
  try {
    return await apply();
  } catch (error) {
    throw explain !== undefined && error instanceof PromoteError ? explain(error) : error;
  }
}

async function applyValues(
  { changes, work }: Stage & { readonly work: ValueWork },
  later: readonly Stage[],
  context: ApplyContext,
): Promise<readonly Stage[]> {
  const { journal } = context;
  const made = await work.confirm();
  const { pairs, unplanned } = confirmStage(changes, made);
  const [surplus] = unplanned;
  if (surplus !== undefined) throw notPlanned(formatChange(surplus));
  journal.resolve(pairs);
  const ahead = work.whenRefused === undefined ? readAhead(later) : undefined;
  try {
    await applyChanges(made, context, ahead);
    return later;
  } catch (error) {
    if (work.whenRefused === undefined || !isRefusal(error)) throw error;
    journal.giveUp(made);
    return work.whenRefused === 'go-on' ? later : instead(later, await work.whenRefused(error), context);
  } finally {
    work.ended?.(made);
  }
}

/** Has a copy made elsewhere; where that fails, whether it was made is for the next run to find out. */
async function makeElsewhere(
  { changes }: Stage,
  make: (jobs: Jobs) => Promise<CopyElsewhere>,
  context: ApplyContext,
): Promise<CopyElsewhere> {
  const copies = changes.filter((change) => change.kind === 'copy');
  for (const change of copies) context.journal.begin(change);
  const result = await make(jobsOf(context));
  for (const change of copies) context.journal.end(change, result.made ? 'done' : 'not-needed');
  return result;
}

function jobsOf(context: ApplyContext): Jobs {
  return {
    saved: (request) => runJob(request, context),
    script: (request) => runScript(request, context),
  };
}

/** Updates endpoints, side by side; those that succeed stay so when another one fails. */
async function applyServing(
  { changes, work }: Stage & { readonly work: ServingWork },
  later: readonly Stage[],
  context: ApplyContext,
): Promise<readonly Stage[]> {
  const updates = changes.map((change) => {
    if (change.kind === 'serving' && isNumbered(change)) return change;
    throw new TypeError('An update of an endpoint is begun without the number of its version.');
  });
  const ends = await Promise.allSettled(
    updates.map(async (change) => {
      const why = await updateEndpoint(change, context);
      if (why === undefined) work.ended?.(change);
      return why;
    }),
  );
  const failures = ends.flatMap((end): unknown[] => {
    if (end.status === 'rejected') return [end.reason];
    return end.value === undefined ? [] : [end.value];
  });
  const failure = failures.find((error) => !hasCode(error, 'cancelled')) ?? failures[0];
  if (failure === undefined) return later;
  if (!(failure instanceof Error)) throw new TypeError('An update failed without an error.');
  if (!(failure instanceof PromoteError) || hasCode(failure, 'cancelled')) throw failure;
  if (work.whenFailed === undefined) throw work.explain?.(failure) ?? failure;
  // An alias that is put back would leave behind an endpoint that serves the new version, or is about to.
  if (ends.some(({ status }) => status === 'rejected')) {
    const open = withoutPuttingBack(failure);
    throw work.explain?.(open) ?? open;
  }
  return instead(later, await work.whenFailed(failure), context);
}

function withoutPuttingBack({ message, details }: PromoteError): PromoteError {
  return new PromoteError(
    `${message} Nothing was put back, since an update may have been made or may still succeed.`,
    details,
  );
}

/** Whether no version of a change is the copy that is still to be made. */
function isNumbered(change: ServingChange<VersionRef>): change is ServingChange {
  return change.version !== 'copy' && change.to.every(({ version }) => version !== 'copy');
}

/** What follows a validation, once what it passed is known to be what it judged. */
async function validated(
  { copy }: ValidationWork,
  others: readonly Stage[] | undefined,
  later: readonly Stage[],
  context: ApplyContext,
): Promise<readonly Stage[]> {
  if (others === undefined && copy !== undefined) await verifyValidated(copy(), context);
  return instead(later, others, context);
}

/** The stages that follow: the later ones, or those that take their place. */
function instead(
  later: readonly Stage[],
  others: readonly Stage[] | undefined,
  { journal }: ApplyContext,
): readonly Stage[] {
  if (others === undefined) return later;
  journal.drop(changesOf(later));
  journal.plan(changesOf(others));
  return others;
}

/** Stages whose changes name the copy by its number. */
function withNumber(stages: readonly Stage[], copy: number, { journal }: ApplyContext): Stage[] {
  const pairs = changesOf(stages).map((planned) => ({ planned, made: withCopy(planned, copy) }));
  journal.resolve(pairs);
  const made = new Map<PlannedChange, Change>(pairs.map((pair) => [pair.planned, pair.made]));
  return stages.map((stage) => ({
    ...stage,
    changes: stage.changes.map((planned) => made.get(planned) ?? planned),
  }));
}

/** What the next stage that judges something reads, for the end of the stage before; nothing where a validation comes between. */
function readAhead(later: readonly Stage[]): (() => Promise<unknown>) | undefined {
  const next = later.find(({ work }) => work.kind !== 'deletions');
  return next?.work.kind === 'values' ? next.work.readAhead : undefined;
}

function notPlanned(change: string): PromoteError {
  return new PromoteError(
    `${change} is now needed but was not planned: a value that the plan depends on has changed.`,
    {
      code: 'conflict',
      outcome: 'conflict',
      fix: 'Find out who changed it, then run the step again.',
    },
  );
}
