import type { Action, ActionResult } from '../actions/contract/action.ts';
import type { ActionRecord } from '../actions/contract/record.ts';
import { applyPlan } from '../apply/plan.ts';
import type { Decision } from '../domain/decision.ts';
import { PromoteError } from '../domain/errors.ts';
import type { CommonInputs } from '../inputs/common.ts';
import type { Stage } from '../apply/stage.ts';
import { formatChange } from '../plan/change.ts';
import { changesOf, type Plan } from '../plan/plan.ts';
import { factText } from '../report/plain.ts';
import { leavePlan } from './leave-plan.ts';
import type { RedactingRunner } from './redactor.ts';
import { openContext, type ContextParts } from './open-context.ts';

/** Has an action read, or plan: here and nowhere else a plan is applied, or not, since this is a dry run. */
export async function performAction(
  action: Action,
  inputs: CommonInputs,
  record: ActionRecord,
  runner: RedactingRunner,
  parts: ContextParts,
): Promise<ActionResult> {
  const { context, apply } = await openContext(inputs, record, runner, parts);
  if (action.run !== undefined) return action.run(context);
  if (action.plan === undefined) throw new TypeError(`${action.name} neither reads nor plans.`);
  const { stages, further = [], asPlanned, asApplied, offers } = await action.plan(context);
  const leave = async (state: 'planned' | 'applied') => {
    const offer = await offers?.(state);
    await record.settled();
    await leavePlan(offer, { context, record, runner });
  };
  const { checks, effects, evidence } = record;
  const plan: Plan<Stage> = { checks, stages: [stages, ...further].flat(), effects, evidence };
  apply.journal.plan(changesOf(plan.stages));
  if (inputs['dry-run'] === true) {
    const result = asPlanned();
    await leave('planned');
    return result;
  }
  if (action.requirements.asksFirst === true) await requireConsent(plan, record, runner, parts);
  for (const each of [stages, ...further]) await applyPlan({ ...plan, stages: each }, apply);
  const result = asApplied();
  await leave('applied');
  return result;
}

/** Has whoever started the run agree to its changes; throws where they do not. Nothing to change needs no consent. */
async function requireConsent(
  { stages }: Plan<Stage>,
  record: ActionRecord,
  runner: RedactingRunner,
  { cancel }: ContextParts,
): Promise<void> {
  const changes = changesOf(stages).map((change) => formatChange(change));
  const facts = record.facts.map(factText);
  const warnings = record.everyCheck.flatMap(({ decision }) => warningsOf(decision));
  const shown = runner.redactor.hide({ facts, warnings, changes });
  if (changes.length === 0 || (await runner.confirm(shown, cancel.signal))) return;
  throw new PromoteError('Not confirmed: no change was begun.', { code: 'cancelled', outcome: 'error' });
}

/** What a check found that refused nothing. */
function warningsOf(decision: Decision | null): string[] {
  const found = decision?.findings.filter(({ severity }) => severity === 'warning') ?? [];
  return found.map(({ message, fix }) => (fix === undefined ? message : `${message} ${fix}`));
}
