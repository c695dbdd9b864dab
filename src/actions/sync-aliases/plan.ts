import type { Stage } from '../../apply/stage.ts';
import { nameKey, spelled } from '../../domain/full-name.ts';
import { formatTarget, pinKey, type PinRules, type PinTarget } from '../../domain/pin.ts';
import { withApproval } from '../../inputs/sync.ts';
import { readEach } from '../../facts/models.ts';
import type { MoveSurroundings } from '../../facts/move-effects.ts';
import { planCode, planDigest } from '../../plan/digest.ts';
import type { ApprovalFacts } from '../../policy/approval/facts.ts';
import {
  decideCount,
  decidePins,
  decideReviewed,
  judgePin,
  type JudgedPin,
} from '../../policy/sync/decide.ts';
import { byKey, pinChanges } from '../../policy/sync/pin-changes.ts';
import { mayLackRecord } from '../../policy/sync/unrecorded.ts';
import type { Planned } from '../contract/action.ts';
import { approvingEnvironment } from '../parts/approval.ts';
import { startJobEffects, startMoveEffects } from '../parts/alias/effects.ts';
import { noteChanges, readPolicy } from '../parts/policy.ts';
import { askedOnce } from './github-once.ts';
import { readLive } from './live.ts';
import { concludePins, notePins } from './outcomes.ts';
import { planPin, type PinPlanning } from './pin-plan.ts';
import { isOfOnePin, requireNoneRefused, type RefusedPin } from './refusals.ts';
import { plannedAgain, refusalStage, watched } from './stages.ts';
import { readStates, type PinStates } from './states.ts';
import type { SyncContext } from './sync.ts';

/** A pin that is carried out, and how. */
interface PlannedPin {
  readonly judged: JudgedPin;
  readonly stages: readonly Stage[];
  planned: Planned;
}

/** Plans what takes every alias where its changed pin says; nothing is written unless all of them can be carried out. */
export async function planPins(given: SyncContext): Promise<Planned> {
  const { inputs, record } = given;
  record.subject = { kind: 'pins', path: inputs.pins ?? '', models: [] };
  record.output('allowed', false);
  const token = inputs['github-token'];
  const github = token === undefined ? undefined : askedOnce(given.openGitHub(token));
  const states = await readStates(given, github);
  const { commit = given.run.sha } = states;
  const context: SyncContext = {
    ...given,
    // The approval is that of the commit whose pins are carried out.
    run: { ...given.run, sha: commit },
    openGitHub: github === undefined ? given.openGitHub : () => github,
  };
  const judged = await judgePins(context, states, rulesOf(context));
  noteJudged(context, judged);
  const policy = await readPolicy(context);
  if (policy !== undefined)
    noteChanges(context, policy, judged.filter(({ state }) => state === 'move').length);
  record.requireAllowed('Following the pins');
  const approvals: ApprovalFacts[] = [];
  const asked = withApproval(inputs, states.isMerged);
  const planned = judged.filter((pin) => isPlanned(pin, context, states));
  const pins = await planMoves(context, judged, planned, {
    context: { ...context, surroundings: planned.length === 0 ? undefined : startSurroundings(context) },
    inputs: asked,
    code: codeOf(context, judged),
    jobEnvironment: await approvingEnvironment(context, asked),
    approvalRead: (approval) => approvals.push(approval),
  });
  await noteReviewed(context, pins, states, approvals);
  record.requireAllowed('Following the pins');
  const stops = pins.length > 0 && isStopped(context, states) ? states.readsOnly : undefined;
  const conclude = (end: 'asPlanned' | 'asApplied') => {
    for (const pin of pins) pin.planned[end]();
    notePins(context, judged, end === 'asApplied');
    record.output('allowed', true);
    return concludePins(context, judged);
  };
  return {
    stages: stops === undefined ? [] : [refusalStage(stops)],
    further: pins.map(({ stages }) => watched(stages, () => notePins(context, judged, true))),
    asPlanned: () => conclude('asPlanned'),
    asApplied: () => conclude('asApplied'),
  };
}

function rulesOf({ destination }: SyncContext): PinRules {
  const { names, aliases } = destination.registry.capabilities;
  return { names, aliases };
}

/** Judges every changed pin by what its alias names now. */
async function judgePins(
  context: SyncContext,
  { earlier, later, tip }: PinStates,
  rules: PinRules,
): Promise<JudgedPin[]> {
  const ahead = tip === undefined ? undefined : byKey(tip, rules);
  const changes = pinChanges(earlier, later, rules);
  const refused: RefusedPin[] = [];
  const judged = await readEach(changes, async (change) => {
    const laterPin =
      ahead === undefined
        ? undefined
        : { target: ahead.get(pinKey(change, rules))?.target, isRepeated: isRepeated(context) };
    try {
      return [judgePin(change, await readLive(context, change), rules, laterPin)];
    } catch (error) {
      if (!isOfOnePin(error)) throw error;
      refused.push({ change, error });
      return [];
    }
  });
  requireNoneRefused(context, refused);
  return judged.flat();
}

/** Notes what becomes of every changed pin, before any of them is planned. */
function noteJudged(context: SyncContext, judged: readonly JudgedPin[]): void {
  const { inputs, record } = context;
  const of = (state: JudgedPin['state']) => judged.filter((each) => each.state === state);
  record.subject = {
    kind: 'pins',
    path: inputs.pins ?? '',
    counts: { moves: of('move').length, done: of('done').length, released: of('released').length },
    models: of('move').map(({ change }) => change.name),
  };
  notePins(context, judged, false);
  const passed = 'Every changed pin can be carried out.';
  record.check('Pins', 'fail', decidePins(judged), passed, 'conflict');
  const most = inputs['max-changes'];
  record.check('Number of changes', 'fail', decideCount(judged, most), `At most ${most}.`, 'blocked');
}

/** Whether a pin is planned: its alias moves, or an earlier attempt of this run may have moved it without its record. */
function isPlanned(pin: JudgedPin, context: SyncContext, { isMerged }: PinStates): boolean {
  const { to } = pin.change;
  if (to === undefined || !isReached(to, context)) return false;
  if (pin.state === 'move') return true;
  return isMerged && context.inputs.until === 'alias' && isRepeated(context) && mayLackRecord(pin);
}

/** Begins to read what goes on around all moves: it is the same for each, and no change rests on it. */
function startSurroundings(context: SyncContext): MoveSurroundings {
  if (context.inputs.until !== 'copy') return startMoveEffects(context);
  const none = Promise.resolve(undefined);
  return { endpoints: none, endpoint: () => none, jobs: startJobEffects(context) };
}

function isRepeated({ run }: SyncContext): boolean {
  return Number(run.attempt) > 1;
}

/** Plans each of these pins; throws everything that keeps any of them from being carried out. */
async function planMoves(
  context: SyncContext,
  judged: readonly JudgedPin[],
  carriedOut: readonly JudgedPin[],
  planning: PinPlanning,
): Promise<PlannedPin[]> {
  const pins: PlannedPin[] = [];
  const refused: RefusedPin[] = [];
  const copies = new Set<string>();
  for (const pin of carriedOut) {
    const { to } = pin.change;
    if (to === undefined) continue;
    try {
      const planned = await planPin(pin, to, planning);
      const copy = copyKey(pin, to, context);
      pins.push(plannedPin(pin, planned, copies.has(copy) ? () => planAgain(pin, to, planning) : undefined));
      if (to.kind === 'copy') copies.add(copy);
    } catch (error) {
      if (!isOfOnePin(error)) throw error;
      refused.push({ change: pin.change, error });
    }
  }
  if (refused.length > 0)
    notePins(
      context,
      judged,
      true,
      refused.map(({ change }) => change),
    );
  requireNoneRefused(context, refused);
  return pins;
}

function plannedPin(
  judged: JudgedPin,
  planned: Planned,
  again: (() => Promise<Planned>) | undefined,
): PlannedPin {
  if (again === undefined) return { judged, planned, stages: planned.stages };
  const pin: PlannedPin = {
    judged,
    planned,
    stages: plannedAgain(planned, async () => {
      pin.planned = await again();
      return pin.planned.stages;
    }),
  };
  return pin;
}

/** Plans a pin once more, without what was read before an earlier pin was carried out. */
async function planAgain(pin: JudgedPin, to: PinTarget, planning: PinPlanning): Promise<Planned> {
  planning.context.destination.forget(pin.change.name);
  return planPin(pin, to, { ...planning, context: { ...planning.context, surroundings: undefined } });
}

/** A version of the model itself has no copy and no validation before its move. */
function isReached(to: PinTarget, { inputs }: SyncContext): boolean {
  return to.kind === 'copy' || inputs.until === 'alias';
}

function copyKey({ change }: JudgedPin, to: PinTarget, context: SyncContext): string {
  const { names } = rulesOf(context);
  return spelled(`${nameKey(change.name, names)} ${formatTarget(to)}`, names);
}

/** Notes whether the review that approves saw the pins that are carried out. */
async function noteReviewed(
  context: SyncContext,
  pins: readonly PlannedPin[],
  states: PinStates,
  [approval]: readonly ApprovalFacts[],
): Promise<void> {
  if (approval?.kind !== 'review' || 'reason' in approval.pull) return;
  const rules = rulesOf(context);
  const { number, head } = approval.pull.pull;
  const seen = byKey(await states.pinsAt(head), rules);
  context.record.check(
    'Reviewed pins',
    'fail',
    decideReviewed(
      pins.map(({ judged }) => judged),
      (change) => seen.get(pinKey(change, rules))?.target,
      rules,
    ),
    `The last commit of pull request #${number} has the same pins.`,
    'blocked',
  );
}

/** Whether what the inputs ask for is more than the event of the run allows to be written. */
function isStopped({ inputs }: SyncContext, { readsOnly }: PinStates): boolean {
  return readsOnly !== undefined && (readsOnly.from === 'copy' || inputs.until === 'alias');
}

/** The code of what the pins would have carried out, for an approver of an environment. */
function codeOf({ run }: SyncContext, judged: readonly JudgedPin[]): string {
  const { repository, pipelineId: runId, attempt } = run;
  const changes = judged.map(({ change: { name, alias, to = null } }) => ({ name, alias, to }));
  const digest = planDigest({ run: { repository, runId }, registry: null, changes, basis: null });
  return planCode({ repository, runId, attempt }, digest);
}
