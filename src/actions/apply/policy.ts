import { decide, type Finding } from '../../domain/decision.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { uriOf } from '../../facts/version.ts';
import { policyFactIn, policyText, type PolicyFact } from '../../plan/basis.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import type { Difference } from '../../report/sections/plan.ts';
import { noteMoment, noteStep, readPolicyAt, type ReadPolicy } from '../parts/policy.ts';
import type { ApplyingContext, GivenPlan } from './given-plan.ts';

/** The policy that a plan was made under, as it is now. */
export interface PolicyReading {
  /** Undefined where the plan was made under none, or its file is gone. */
  readonly now: ReadPolicy | undefined;
  readonly differences: readonly Difference[];
}

/**
 * Reads the policy again that a plan was made under, whether or not the input asks for it; throws where the input asks for
 * another one, or for one where the plan was made under none.
 */
export async function readPlanPolicy(context: ApplyingContext, { plan }: GivenPlan): Promise<PolicyReading> {
  const { policy: asked } = context.inputs;
  const made = policyFactIn(plan.basis);
  const place = made === undefined ? undefined : { path: made.path, branch: made.branch ?? undefined };
  if (asked !== 'off' && (asked.path !== place?.path || asked.branch !== place.branch))
    refuse(context, made === undefined ? WITHOUT_POLICY : ofAnother(made));
  if (made === undefined || place === undefined) return { now: undefined, differences: [] };
  const now = await readPolicyAt(context, place);
  if (now?.fact.was === made.was) return { now, differences: [] };
  const by = now === undefined ? 'not recorded' : `by ${now.from}`;
  return { now, differences: [{ fact: made, found: now?.fact.was ?? null, by }] };
}

/** Notes whether the policy lets the plan be carried out here and now; what it rests on was judged when it was made. */
export function notePlanPolicy(
  context: ApplyingContext,
  { now }: PolicyReading,
  move: AliasChange,
  version: ModelVersion | undefined,
): void {
  if (now === undefined) return;
  const { inputs, clock } = context;
  const { name, alias } = move;
  noteStep(context, now, {
    name,
    alias,
    isDeletion: move.to === null,
    inputs: {
      'check-privileges': inputs['check-privileges'],
      'require-signature': inputs['require-signature'],
      'on-unknown': inputs['on-unknown'],
      compatibility: null,
    },
    version:
      version === undefined
        ? undefined
        : { subject: uriOf(version), tags: version.tags, origin: null, now: clock.now() },
  });
  noteMoment(context, now, { name, alias, distinct: inputs['require-distinct'] ?? [] });
}

const WITHOUT_POLICY: Finding = {
  code: 'plan-without-policy',
  severity: 'error',
  message: 'The plan was made without the policy that the input policy asks for.',
  fix: 'Give the planning step the same policy. A plan of rollback is under none: apply it without the input.',
};

function ofAnother(made: PolicyFact): Finding {
  return {
    code: 'plan-other-policy',
    severity: 'error',
    message: `The plan was made under ${policyText(made)}, and the input policy asks for another one.`,
    fix: 'Give both steps the same policy.',
  };
}

function refuse({ record }: ApplyingContext, finding: Finding): void {
  record.check('Policy', 'fail', decide([finding]), '', 'blocked');
  record.requireAllowed('Applying the plan');
}
