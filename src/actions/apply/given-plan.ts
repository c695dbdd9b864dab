import { invalidInputs, messageOf } from '../../domain/errors.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { APPLY_OUTPUTS, ApplyInputs } from '../../inputs/apply.ts';
import { approvalAsked } from '../../inputs/roles.ts';
import { changesIn, readPlanFile, type FiledChange, type PlanFile } from '../../plan/file.ts';
import type { Resting } from '../../plan/basis.ts';
import { decidePlan, isOutsideOfRun } from '../../policy/plan-file/decide.ts';
import type { ActionContext } from '../contract/context.ts';

/** What the application of a plan works with. */
export type ApplyingContext = ActionContext<ApplyInputs & CommonInputs, typeof APPLY_OUTPUTS>;

/** A change of a plan, with what it rests on. */
export type GivenChange = FiledChange & Resting;

/** A plan that was handed over, and its changes, each with what it rests on. */
export interface GivenPlan {
  readonly plan: PlanFile;
  /** 64 hexadecimal digits. */
  readonly digest: string;
  readonly changes: readonly GivenChange[];
}

/** Whether an attempt before this one may have applied a plan: the one that made it, or a later one. */
export function isTriedBefore({ run }: ApplyingContext, { plan }: GivenPlan): boolean {
  return Number(run.attempt) > Number(plan.run.attempt);
}

/** Reads the plan out of the inputs; throws `invalid` for one that this release cannot read. */
export async function readPlan({ inputs, run, readText }: ApplyingContext): Promise<GivenPlan> {
  const path = inputs['plan-file'];
  const input = path === undefined ? 'plan' : 'plan-file';
  if (isOutsideOfRun({ ...run, runId: run.pipelineId })) requireOutside(inputs);
  const read = readPlanFile(path === undefined ? (inputs.plan ?? '') : await textOf(path, readText));
  if ('fault' in read) {
    throw invalidInputs([
      {
        input,
        problem: `it is not a plan that this release can apply: ${read.fault}.`,
        fix: 'Pass the output plan, or the file, of a planning step of the same release.',
      },
    ]);
  }
  return { ...read, changes: changesIn(read.plan) };
}

/** Outside of a pipeline nothing but its digest shows that a plan is the one that was looked at, and nobody approves a run. */
function requireOutside(inputs: ApplyInputs): void {
  const faults = [
    ...(inputs['expected-digest'] === undefined
      ? [
          {
            input: 'expected-digest',
            problem:
              'it is missing. Outside of a pipeline run, only the digest shows that this is the plan that was reviewed.',
            fix: 'Pass the digest that the planning step printed.',
          },
        ]
      : []),
    ...(approvalAsked(inputs) === undefined
      ? []
      : [
          {
            input: inputs['approval-review'] ? 'approval-review' : 'approval-environment',
            problem: 'this is not a pipeline run, so it has no approval.',
            fix: 'Apply the plan in the pipeline that made it, or leave the input out.',
          },
        ]),
  ];
  if (faults.length > 0) throw invalidInputs(faults);
}

async function textOf(path: string, readText: ApplyingContext['readText']): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    throw invalidInputs([
      {
        input: 'plan-file',
        problem: `it cannot be read: ${messageOf(error)}.`,
        fix: 'Check the path, and that an earlier step of this job fetched the file.',
      },
    ]);
  }
}

/** Notes whether the plan may be applied here and now; throws where it may not. */
export async function notePlan(context: ApplyingContext, { plan, digest }: GivenPlan): Promise<void> {
  const { inputs, record, run, clock } = context;
  const decision = decidePlan(plan, digest, {
    run: { ...run, runId: run.pipelineId },
    now: clock.now(),
    maxAge: inputs['max-age'],
    registry: await context.plannedRegistry(),
    expectedDigest: inputs['expected-digest'],
  });
  record.fact('Plan', `sha256:${digest}`, `made at ${plan.run.madeAt} by attempt ${plan.run.attempt}`);
  record.check(
    'Plan',
    'fail',
    decision,
    'It is a plan of this run and this registry, and has not expired.',
    'blocked',
  );
  record.requireAllowed('Applying the plan');
}
