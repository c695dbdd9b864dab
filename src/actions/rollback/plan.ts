import { SERVING_CHECK } from '../../apply/changes/serving/update.ts';
import type { Stage } from '../../apply/stage.ts';
import { decide } from '../../domain/decision.ts';
import { PromoteError } from '../../domain/errors.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { show } from '../../domain/printable.ts';
import { requireModel } from '../../facts/version.ts';
import { everNamed } from '../../policy/alias/timeline.ts';
import { holdChanges } from '../../policy/hold/changes.ts';
import { holdSentence } from '../../policy/hold/findings.ts';
import { holdsState } from '../../policy/hold/model-hold.ts';
import { decideNamedBefore, decideTarget } from '../../policy/rollback/findings.ts';
import { takenVersion } from '../../policy/version.ts';
import { authorText } from '../../report/sections/alias-history.ts';
import type { ActionResult, Planned } from '../contract/action.ts';
import { howNamed, moveText, noteMove, noteMoved, noteNamed, notePlannedUndo } from '../parts/alias/move.ts';
import { requireAuditLog } from '../parts/audit-log.ts';
import { withPrivileges } from '../parts/checks.ts';
import { noteHeldAlready } from '../parts/holds.ts';
import { noteMoveEffects, startMoveEffects } from '../parts/alias/effects.ts';
import { moveRights, restingOn, restingOnVersion } from '../parts/offer.ts';
import { requireServed, servingStage } from '../parts/serving/stage.ts';
import { noteServing, readServing } from '../parts/serving/endpoints.ts';
import { readMetricsBeside } from '../parts/shown-metrics.ts';
import { noteStanding } from '../parts/standing.ts';
import { outputVersion } from '../parts/version-outputs.ts';
import { holdsByNumber, holdsOfBad, holdStage, noteGone } from './hold-stage.ts';
import { readMover } from './mover.ts';
import { readRollback } from './reading.ts';
import { softened, rollbackPrivileges, type RollbackContext } from './rollback.ts';
import { noteCandidates, noteTarget, noteTargetWarnings } from './target.ts';

/** Plans that an alias is taken back from a bad version, and that version put on hold. */
export async function planRollback(context: RollbackContext): Promise<Planned> {
  const { inputs, record, destination: snapshot } = context;
  const { model: asked, alias, 'from-version': bad, reason } = inputs;
  record.subject = { kind: 'move', name: asked, alias };
  record.output('held', false);
  requireAuditLog(context, inputs['warehouse-id']);
  const mode = softened(inputs['check-privileges']);
  const reads = withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision: rollbackPrivileges(asked, snapshot, mode), isNote: true }],
    [requireModel(asked, snapshot, 'model'), readRollback(context), readServing(context)],
  );
  const surroundings = startMoveEffects(context);
  const [model, reading, endpoints] = await reads;
  const { name } = model;
  const { now, tags, moves, bad: badVersion, badBytes, goal, target, looked, files } = reading;
  const subject = `${formatFullName(name)}@${alias}`;
  const to = 'to' in goal ? goal.to : null;
  record.subject = { kind: 'move', name, alias, now, to: 'to' in goal ? to : now };
  record.compared = {
    now: `${alias} now: ${now ?? 'none'}`,
    then: to === null ? 'no version' : `version ${to}`,
  };
  record.fact('Alias', subject);
  const measured = (version: ModelVersion | undefined) =>
    Promise.resolve(version === undefined ? undefined : { version, snapshot });
  readMetricsBeside(record, measured(target?.version), measured(badVersion));
  noteNamed(record, now);
  record.output('previous-version', now ?? '');
  outputVersion(record, name, now);
  if ('rests' in goal && goal.rests !== undefined)
    record.fact(
      'Based on the move',
      `${goal.rests.from ?? 'none'} → ${goal.rests.to ?? 'none'}`,
      `recorded by ${authorText(goal.rests)}`,
    );
  const facts = { name, bad, now, tags, moves };
  const history = howNamed(context, alias, tags, now);
  const mover = await readMover(context, { name, goal, now, moves });
  const rolled = { name, alias, from: bad, history, mover };
  const chosen = inputs['to-version'];
  const known = decide([
    ...decideTarget(goal, rolled).findings,
    ...(chosen === undefined || goal.kind !== 'go' || target === undefined
      ? []
      : decideNamedBefore(rolled, chosen, everNamed(chosen, moves, now)).findings),
  ]);
  const refusal = goal.kind === 'moved' ? 'conflict' : 'blocked';
  record.check(
    'Version to go back to',
    'fail',
    known,
    chosen === undefined ? 'The record shows what the alias named before.' : 'It is given as to-version.',
    refusal,
  );
  if (to !== null) noteTarget(context, { name, to }, target, { bad: badVersion, files });
  const held =
    badVersion === undefined ? holdsByNumber(name, bad, tags) : await holdsOfBad(context, badVersion, tags);
  const [holding] = held.filter(({ by }) => by !== 'unreadable');
  if ('to' in goal && inputs.hold && badVersion === undefined && holding === undefined)
    noteGone(context, { uri: formatModelUri(name, bad), moves, bad, isMoved: goal.kind === 'go' });
  await noteMoveEffects(context, surroundings, {
    name,
    alias,
    from: now,
    to: goal.kind === 'go' ? to : now,
    ...(inputs.endpoints === undefined ? {} : { updated: inputs.endpoints }),
  });
  if (!record.allowed) {
    if (goal.kind !== 'moved') await noteCandidates(context, facts);
    record.requireAllowed(`Rolling back ${subject}`);
  }
  if (target !== undefined && goal.kind === 'go') {
    noteTargetWarnings(context, target.version, looked);
    noteStanding(record, target.version);
  }

  if (holding !== undefined)
    noteHeldAlready(record, `${formatModelUri(name, bad)} is ${holdSentence(holding.hold)} already.`);
  const hold = inputs.hold && badVersion !== undefined ? holdChanges(badVersion, reason, { held, tags }) : [];
  record.output('held', holding !== undefined);
  const basis = target === undefined ? [] : takenVersion(target.version, [], tags);
  const move =
    goal.kind === 'go' ? noteMove(context, { kind: 'alias', name, alias, from: now, to, basis }, tags) : [];
  const moved = move.find((change) => change.kind === 'alias');
  const what =
    moved === undefined
      ? `${subject} names ${to === null ? 'nothing' : `version ${to}`} already`
      : moveText(moved);
  const holds = holdStage(context, { bad: badVersion, bytes: badBytes }, hold, what);
  const goesTo = goal.kind === 'go' ? to : 'to' in goal ? now : null;
  // What cannot be done for an endpoint does not keep the alias from going back.
  const updates =
    goesTo === null
      ? []
      : noteServing(
          context,
          endpoints,
          { name, version: goesTo, alias },
          { putsBack: 'endpoints', mode: 'warn' },
        );
  const serving = servingStage(context, updates, {
    explain: (error) => new PromoteError(`${what}; ${error.message}`, { ...error.details, cause: error }),
  });
  const behind = endpoints.size > 0 && hasWarned(record, goesTo);
  const stages: Stage[] = [
    {
      name: 'alias',
      changes: move,
      work: {
        kind: 'values',
        confirm: async () => move,
        ended() {
          noteMoved(context, move);
          if (moved === undefined) return;
          if (record.stands(moved)) outputVersion(record, name, to);
          // It may name either: an output that says which would be a guess.
          else if (record.wasWritten(moved)) outputVersion(record, name, null);
        },
        // The alias may be moved where that cannot be read back.
        explain: (error) =>
          moved !== undefined && record.wasWritten(moved)
            ? holds.explain(error, `${what} was requested`)
            : error,
      },
    },
    ...holds.stages,
    ...serving.stages,
  ];
  const conclude = (isHeld: boolean, verb = 'is'): ActionResult => {
    const said = isHeld
      ? `version ${bad} ${holding === undefined ? verb : 'is'} on hold: ${show(holding?.hold.reason ?? reason, 300)}`
      : inputs.hold
        ? `version ${bad} is NOT on hold`
        : `version ${bad} was not put on hold`;
    if (holds.refusal !== undefined)
      return { outcome: holds.refusal.outcome, verdict: `${what}; ${said}: ${holds.refusal.why}` };
    if (inputs.hold && !isHeld) return { outcome: 'blocked', verdict: `${what}; ${said}` };
    if (behind) return { outcome: 'blocked', verdict: `${what}; ${said}; not every endpoint can be updated` };
    if (!record.wouldChange) return { outcome: 'noop', verdict: `${what}, and ${said}; nothing was written` };
    return { outcome: 'ok', verdict: `${what}; ${said}` };
  };
  return {
    stages,
    asPlanned() {
      for (const change of move)
        if (change.kind === 'alias') notePlannedUndo(record, change, snapshot.registry.commands);
      return conclude(holding !== undefined || hold.length > 0, 'would be put');
    },
    async offers(state) {
      if (state === 'applied') return undefined;
      const heldNow = { kind: 'holds', name, was: holdsState(tags) } as const;
      const changes = [
        ...(await restingOnVersion(move, target?.version, context)),
        ...restingOn(hold, [heldNow]),
        // Where the alias is back already, no move has them rest on the version.
        ...restingOn(updates, goesTo === null ? [] : takenVersion({ name, version: goesTo }, [], tags)),
      ];
      if (changes.every(({ kind }) => kind === 'record')) return undefined;
      return { changes, deferred: moveRights(name, snapshot) };
    },
    asApplied() {
      outputVersion(record, name, to);
      requireServed(serving.state);
      const isHeld = holding !== undefined || (hold.length > 0 && holds.refusal === undefined);
      record.output('held', isHeld);
      return conclude(isHeld);
    },
  };
}

/** Whether an endpoint cannot get the version, or there is none to get. */
function hasWarned({ checks }: RollbackContext['record'], version: number | null): boolean {
  if (version === null) return true;
  return checks.some(({ name, decision }) => name === SERVING_CHECK && (decision?.findings.length ?? 0) > 0);
}
