import { formatFullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import { handledLater } from '../../domain/promises.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { findHoldsOf } from '../../facts/holds.ts';
import { checkSignatureUnder } from '../../facts/signature.ts';
import { requireVersion, uriOf } from '../../facts/version.ts';
import { SERVING_NEEDS } from '../../inputs/serving.ts';
import { modelOfFact, registryFacts } from '../../plan/basis.ts';
import { formatChange } from '../../plan/change.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import type { ServingChange } from '../../plan/changes/serving.ts';
import { planCode } from '../../plan/digest.ts';
import { mergeRights, requiredRights } from '../../policy/grants/required.ts';
import type { ActionResult, Planned } from '../contract/action.ts';
import { requireNeeds } from '../contract/capabilities.ts';
import { noteNamed, notePlannedUndo } from '../parts/alias/move.ts';
import { approvingEnvironment, noteApproval } from '../parts/approval.ts';
import { noteHolds, noteSignature, noteVersion, withPrivileges } from '../parts/checks.ts';
import { readHeldEquals } from '../parts/held-equals.ts';
import { noteMoveEffects, startMoveEffects } from '../parts/alias/effects.ts';
import { readRoles } from '../parts/roles.ts';
import { noteEndpoints } from '../parts/serving/seen.ts';
import { requireServed } from '../parts/serving/stage.ts';
import { requireManageable } from '../parts/serving/endpoints.ts';
import { noteStanding } from '../parts/standing.ts';
import { outputVersion } from '../parts/version-outputs.ts';
import { readPlanBasis, recordedDigest } from './basis.ts';
import { noteBasis } from './differences.ts';
import { notePlan, readPlan, type ApplyingContext, type GivenChange, type GivenPlan } from './given-plan.ts';
import { notePlanPolicy, readPlanPolicy } from './policy.ts';
import { planStages } from './stages.ts';

/** Plans what is left to do of a plan that an earlier job of the same run left, once it was approved. */
export async function planApply(context: ApplyingContext): Promise<Planned> {
  const { record, inputs, destination: snapshot } = context;
  const given = await readPlan(context);
  const { changes, digest } = given;
  const move = changes.find((change) => change.kind === 'alias');
  const updates = changes.filter((change) => change.kind === 'serving');
  const target = targetOf(move, updates);
  noteSubject(context, given, move);
  await notePlan(context, given);
  if (updates.length > 0) requireNeeds('The plan', SERVING_NEEDS.endpoints, snapshot.registry.capabilities);
  const policy = readPlanPolicy(context, given);
  handledLater(policy);
  const mode = inputs['check-privileges'];
  const reads = withPrivileges(
    record,
    mode,
    [
      {
        name: 'Privileges',
        decision: checkPrivileges(rightsOf(given), snapshot, mode, { optional: 'APPLY_TAG' }),
      },
    ],
    [
      readPlanBasis(context, given),
      readRoles(
        context,
        target === undefined
          ? undefined
          : {
              reference: { name: target.name, selector: { kind: 'version', version: target.version } },
              snapshot,
              inputs: PLAN_INPUTS,
            },
      ),
    ],
  );
  const surroundings = move === undefined ? undefined : startMoveEffects(context);
  const [reading, roles] = await reads;
  const underPolicy = await policy;
  const isDone = changes.every((change) => reading.made.includes(change));
  noteBasis(context, given, {
    ...reading,
    differences: [...reading.differences, ...(isDone ? [] : underPolicy.differences)],
  });
  const jobEnvironment = await approvingEnvironment(context, inputs);
  const code = planCode(given.plan.run, digest);
  const approved = noteApproval(record, inputs, roles, {
    code,
    onUnknown: inputs['on-unknown'],
    jobEnvironment,
  });
  record.fact(
    'Approval',
    approved?.text ?? 'not bound to this plan',
    approved === undefined ? 'no approval input is set' : undefined,
  );
  const pending = changes.filter((change) => !reading.made.includes(change));
  if (pending.some(({ kind }) => kind === 'delete-version'))
    noteEndpoints(record, (await snapshot.recentEndpoints())?.length);
  const isMoved = move === undefined || reading.made.includes(move);
  if (target !== undefined && (!isMoved || pending.some(({ kind }) => kind === 'serving'))) {
    const version = await requireVersion(target.name, target.version, snapshot, PLAN_INPUTS);
    const [held, extras, signature] = await Promise.all([
      readHeldEquals(version, context),
      snapshot.extras(target.name),
      checkSignatureUnder(inputs['require-signature'], target.name, target.version, snapshot),
    ]);
    noteVersion(record, version);
    noteHolds(record, held, await findHoldsOf(version, extras?.tags ?? [], { ...context, snapshot }));
    noteSignature(record, inputs['require-signature'], signature, uriOf(version));
    noteStanding(record, version);
    if (!isMoved) notePlanPolicy(context, underPolicy, move, version);
  } else if (move?.to === null && !isMoved) notePlanPolicy(context, underPolicy, move, undefined);
  if (move !== undefined && surroundings !== undefined)
    await noteMoveEffects(context, surroundings, {
      ...move,
      updated: updates.map(({ endpoint }) => endpoint),
    });
  record.requireAllowed('Applying the plan');
  requireManageable(
    reading.endpoints,
    updates.filter((change) => pending.includes(change)),
  );

  const approver = approved?.isBound === true ? record.people.approver : undefined;
  const { stages, serving } = planStages(
    context,
    { given, changes: pending },
    {
      approval: { plan: recordedDigest(digest), ...(approver === undefined ? {} : { approver }) },
      held: ({ name, version }) => requireVersion(name, version, snapshot, PLAN_INPUTS),
      tagsOf: async (name) => (await snapshot.freshExtras(name))?.tags ?? [],
      before: reading.made,
      made: () =>
        move !== undefined && (reading.made.includes(move) || record.wasWritten(move)) ? move : undefined,
    },
  );
  const conclude = (verb: 'is' | 'would be put'): ActionResult => {
    if (pending.length === 0)
      return { outcome: 'noop', verdict: 'Every change of this plan was made before; nothing was written' };
    const isGone =
      verb === 'is' && pending.every((each) => each.kind === 'delete-version' && !record.wasWritten(each));
    if (isGone) return { outcome: 'noop', verdict: 'Every version was gone already; nothing was deleted' };
    const said = [
      ...saidOf(pending, verb, (change) => verb === 'is' && !record.wasWritten(change)),
      ...saidOf(reading.made, 'is', () => true).map((each) => `${each} (before)`),
    ];
    return { outcome: 'ok', verdict: said.join('; ') };
  };
  return {
    stages,
    asPlanned() {
      if (move !== undefined && pending.includes(move))
        notePlannedUndo(record, move, snapshot.registry.commands);
      return conclude('would be put');
    },
    asApplied() {
      for (const state of serving) requireServed(state);
      if (move !== undefined) {
        noteNamed(record, move.to);
        outputVersion(record, move.name, move.to);
      } else if (target !== undefined) outputVersion(record, target.name, target.version);
      return conclude('is');
    },
  };
}

/** What errors about a version of the plan name. */
const PLAN_INPUTS = { model: 'plan', version: 'plan' };

/** What of a plan is done, without the record of it; `verb` is how a version is on hold, and `wasGone` whether a version was deleted by another one. */
function saidOf(
  changes: readonly GivenChange[],
  verb: 'is' | 'would be put',
  wasGone: (change: GivenChange) => boolean,
): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'record') return [];
    if (change.kind === 'delete-version')
      return [`version ${change.version} ${deletedText(verb, wasGone(change))}`];
    if (change.kind !== 'hold') return [formatChange(change)];
    return [`version ${change.version} ${verb} on hold: ${show(change.to ?? '', 300)}`];
  });
}

function deletedText(verb: 'is' | 'would be put', wasGone: boolean): string {
  if (wasGone) return 'was gone already';
  return verb === 'is' ? 'is deleted' : 'would be deleted';
}

/** The version that the plan makes live: for who loads it by the alias, or for endpoints alone. */
function targetOf(move: AliasChange | undefined, updates: readonly ServingChange[]) {
  if (move !== undefined) return move.to === null ? undefined : { name: move.name, version: move.to };
  const [update] = updates;
  return update === undefined ? undefined : { name: update.name, version: update.version };
}

/** The rights that whoever applies the plan needs. */
function rightsOf({ changes, plan }: GivenPlan) {
  const changed = new Set(changes.map(({ name }) => formatFullName(name)));
  const others = registryFacts(plan.basis)
    .map(modelOfFact)
    .filter((name) => !changed.has(formatFullName(name)));
  return mergeRights([
    ...changes.flatMap((change) =>
      operationsOf(change).flatMap((operation) =>
        requiredRights(operation, change.name, { modelExists: true }),
      ),
    ),
    ...others.flatMap((name) => requiredRights('read', name, { modelExists: true })),
  ]);
}

/** What whoever makes a change does with its model. */
function operationsOf(change: GivenChange) {
  switch (change.kind) {
    case 'alias':
      return change.to === null ? (['set-alias'] as const) : (['set-alias', 'read'] as const);
    case 'serving':
      return ['read'] as const;
    case 'record':
    case 'hold':
      return ['tag'] as const;
    case 'delete-version':
      return ['delete'] as const;
  }
}

/** Notes what the page is about before anything was read. */
function noteSubject(
  { record }: ApplyingContext,
  { changes }: GivenPlan,
  move: AliasChange | undefined,
): void {
  if (move !== undefined) {
    record.subject = { kind: 'move', name: move.name, alias: move.alias, now: move.from, to: move.to };
    record.compared = {
      now: `${move.alias} now: ${move.from ?? 'none'}`,
      then: move.to === null ? 'no version' : `version ${move.to}`,
    };
    record.fact('Alias', `${formatFullName(move.name)}@${move.alias}`);
    record.output('previous-version', move.from ?? '');
    return;
  }
  const [first] = changes;
  if (first?.kind === 'delete-version')
    record.subject = { kind: 'clean-up', name: first.name, counts: { going: changes.length } };
  else if (first?.kind === 'serving') {
    const { name, alias, version } = first;
    const endpoints = changes.flatMap((change) => (change.kind === 'serving' ? [change.endpoint] : []));
    record.subject = { kind: 'serving', name, alias, version, endpoints };
    record.output('previous-version', version);
  } else if (first !== undefined)
    record.subject = { kind: 'labels', name: first.name, statusKey: TAG_KEYS.status, isGate: false };
}
