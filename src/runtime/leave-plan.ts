import type { Offer, OfferedChange } from '../actions/contract/action.ts';
import type { ActionContext } from '../actions/contract/context.ts';
import type { ActionRecord } from '../actions/contract/record.ts';
import type { CommonInputs } from '../inputs/common.ts';
import type { PLAN_OUTPUTS } from '../inputs/plan.ts';
import { hasCanonicalForm, planCode, planDigest } from '../plan/digest.ts';
import { basisOf, planFileSchema, PLAN_SCHEMA_VERSION, type PlanFile } from '../plan/file.ts';
import { PLAN_VALIDITY } from '../domain/plan-validity.ts';
import { planSections } from '../report/sections/plan.ts';
import type { RedactingRunner } from './redactor.ts';

/** The longest plan that is an output, in bytes: a step gets each input as one variable, of at most 128 KiB. */
const LONGEST_INLINE = 48 * 1024;

/** A run that may leave a plan. */
interface Leaving {
  readonly context: ActionContext<CommonInputs>;
  readonly record: ActionRecord;
  readonly runner: RedactingRunner;
}

/** Leaves what an action offers as a plan for `apply`, as outputs, as a file and on the page; notes why where it leaves none. */
export async function leavePlan(offer: Offer | undefined, leaving: Leaving): Promise<void> {
  const { record, runner } = leaving;
  if (offer === undefined) return;
  if ('none' in offer) {
    record.fact('Plan', 'none', offer.none);
    return;
  }
  if (offer.changes.length === 0) return;
  const output = (name: keyof typeof PLAN_OUTPUTS, value: string) => record.outputs.set(name, value);
  const plan = await planOf(offer, leaving);
  const text = JSON.stringify(plan);
  if (!hasCanonicalForm(plan)) {
    record.warn('Plan', {
      code: 'plan-without-digest',
      severity: 'warning',
      message:
        'A tag or a name that the plan rests on holds half of a surrogate pair, for which no digest is defined, so no plan is left.',
      fix: 'Look at the tags of the model and of its versions, and set the broken one again.',
    });
    return;
  }
  // Before any output: whoever asks for an approval where there is a digest would ask for that of nothing.
  if (runner.redactor.names(text)) {
    // As GitHub drops an output that holds a secret: who applies it is shown why it is empty.
    record.warn('Plan', {
      code: 'plan-withheld',
      severity: 'warning',
      message: 'The plan names the host or holds a secret, so it is in no output and in no file.',
      fix: 'Do not keep names of models, catalogs or people as secrets.',
    });
    return;
  }
  const file = await runner.writePlan(text);
  const digest = planDigest(plan);
  const code = planCode(plan.run, digest);
  output('plan-digest', digest);
  output('plan', Buffer.byteLength(text) > LONGEST_INLINE ? '' : text);
  output('plan-file', file);
  output('plan-code', code);
  record.left = { changes: plan.changes, code, validUntil: Date.parse(plan.run.validUntil) };
  record.sections.unshift(...planSections(plan, digest));
}

async function planOf(
  { changes, deferred = [], policy }: Exclude<Offer, { none: string }>,
  { context, record }: Leaving,
): Promise<PlanFile> {
  const { run, clock, destination } = context;
  const { principal } = await destination.caller();
  const madeAt = clock.now();
  const { provider, repository, pipelineId, attempt, sha, workflowRef, actor } = run;
  return planFileSchema.parse({
    schemaVersion: PLAN_SCHEMA_VERSION,
    run: {
      provider,
      repository,
      runId: pipelineId,
      attempt,
      sha,
      workflowRef,
      actor,
      madeAt: new Date(madeAt).toISOString(),
      validUntil: new Date(madeAt + PLAN_VALIDITY).toISOString(),
    },
    registry: await context.plannedRegistry(),
    planner: principal === '' ? null : principal,
    changes: changes.map(bare),
    basis: [...basisOf(changes), ...(policy === undefined ? [] : [policy])],
    deferred,
    effects: record.effects,
    evidence: record.evidence,
  });
}

/** A change without what it rests on, which stands beside all of them, and without what is read right before it is written. */
function bare(change: OfferedChange): object {
  if (change.kind !== 'hold') return { ...change, basis: undefined };
  return { ...change, basis: undefined, found: undefined, stops: undefined };
}
