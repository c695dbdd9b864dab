import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatDuration } from '../../domain/duration.ts';
import { show } from '../../domain/printable.ts';
import { canonical } from '../../plan/digest.ts';
import type { PlanFile, PlannedRegistry } from '../../plan/file.ts';
import { deletionContradictions } from './deletions.ts';
import { updateContradictions } from './updates.ts';

/** The run that a plan is to be applied in. */
export interface ApplyingRun {
  readonly provider: string;
  readonly repository: string;
  readonly runId: string;
  readonly attempt: string;
  readonly sha: string;
  readonly workflowRef: string;
}

/** What a plan is judged by beside its basis. */
export interface PlanNow {
  readonly run: ApplyingRun;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Milliseconds. */
  readonly maxAge: number;
  /** The registry that is signed in to. */
  readonly registry: PlannedRegistry;
  /** Digest that the plan must have; undefined where none was given. */
  readonly expectedDigest: string | undefined;
}

/** A clock may be this much behind the one that a plan was made by. Milliseconds. */
const CLOCK_SKEW = 5 * 60_000;

const AGAIN = 'Run the planning job again, and have its new plan approved.';

/** Whether a run is none of a pipeline: a terminal. */
export function isOutsideOfRun({ provider, runId }: Pick<ApplyingRun, 'provider' | 'runId'>): boolean {
  return provider === 'none' || runId === 'local';
}

/** Whether a plan may be applied here and now: the one that is expected, of this run, not too old, for this registry. */
export function decidePlan(plan: PlanFile, digest: string, facts: PlanNow): Decision {
  return decide([
    ...digestFindings(digest, facts),
    ...contradictions(plan).map((what) =>
      refused('plan-contradicts-itself', `The plan contradicts itself: ${what}.`),
    ),
    ...runFindings(plan, facts),
    ...timeFindings(plan, facts),
    ...registryFindings(plan, facts),
  ]);
}

function refused(code: string, message: string, fix = AGAIN): Finding {
  return { code, severity: 'error', message, fix };
}

/**
 * What of a plan contradicts itself. It moves one alias of one model at most, right behind the record of that same move, sets holds
 * on that model, and has endpoints serve one version of it, which is the one that the alias shall name; it rests on what the alias named,
 * and on the status of that version. Or it deletes versions of one model.
 */
function contradictions(plan: PlanFile): string[] {
  const { changes, basis } = plan;
  const [first] = changes;
  if (first === undefined) return ['it has no changes'];
  const isSame = (a: object, b: object) => canonical(a) === canonical(b);
  const moves = changes.filter((each) => each.kind === 'alias');
  const [move] = moves;
  const records = changes.filter((each) => each.kind === 'record');
  const isRecorded = records.every(
    (each, index) =>
      index === 0 &&
      move !== undefined &&
      isSame({ ...each, kind: 'alias' }, move) &&
      changes.indexOf(each) + 1 === changes.indexOf(move),
  );
  const restsOnMove =
    move === undefined ||
    basis.some(
      (fact) =>
        fact.kind === 'alias' &&
        fact.alias === move.alias &&
        fact.was === move.from &&
        isSame(fact.name, move.name),
    );
  const restsOnTarget =
    move === undefined ||
    move.to === null ||
    basis.some((fact) => fact.kind === 'status' && fact.version === move.to && isSame(fact.name, move.name));
  return [
    ...(moves.length > 1 ? ['it moves more than one alias'] : []),
    ...(changes.some(({ name }) => !isSame(name, first.name)) ? ['it changes more than one model'] : []),
    ...(isRecorded ? [] : ['its record is not that of the move behind it']),
    ...(changes.some((each) => each.kind === 'hold' && each.to === null) ? ['it lifts a hold'] : []),
    ...(restsOnMove ? [] : ['it does not rest on what the alias named']),
    ...(restsOnTarget ? [] : ['it does not rest on the status of the version']),
    ...updateContradictions(plan),
    ...deletionContradictions(plan),
    ...(basis.length === 0 ? ['it rests on nothing'] : []),
    ...(basis.filter(({ kind }) => kind === 'policy').length > 1 ? ['it rests on several policies'] : []),
  ];
}

function digestFindings(digest: string, { expectedDigest }: PlanNow): Finding[] {
  if (expectedDigest === undefined || expectedDigest === digest) return [];
  const message = `The plan is not the one that is expected: its digest is ${digest}, and expected-digest is ${expectedDigest}. It was edited or replaced.`;
  return [refused('plan-replaced', message, 'Pass plan and plan-digest of the same planning step.')];
}

function runFindings({ run: made }: PlanFile, { run }: PlanNow): Finding[] {
  const differing = (['provider', 'repository', 'runId', 'sha', 'workflowRef'] as const).filter(
    (part) => made[part] !== run[part],
  );
  const [first] = differing;
  if (first !== undefined) {
    const words = {
      provider: 'system',
      repository: 'repository',
      runId: 'run',
      sha: 'commit',
      workflowRef: 'workflow',
    } as const;
    const message = `The plan was made for another ${words[first]}, ${show(made[first], 120)}; this ${words[first]} is ${show(run[first], 120)}.`;
    return [refused(`plan-other-${words[first]}`, message, 'Apply the plan in the run that made it.')];
  }
  const [attempt, ours] = [Number(made.attempt), Number(run.attempt)];
  if (attempt <= ours) return [];
  const message = `The plan was made by attempt ${show(made.attempt, 20)}, but this is attempt ${show(run.attempt, 20)}.`;
  return [refused('plan-later-attempt', message)];
}

function timeFindings({ run: { madeAt, validUntil } }: PlanFile, { now, maxAge }: PlanNow): Finding[] {
  const made = Date.parse(madeAt);
  const end = Math.min(made + maxAge, Date.parse(validUntil));
  if (now >= end) {
    const message = `The plan was made at ${madeAt} and expired at ${new Date(end).toISOString()}, ${formatDuration(now - end)} ago.`;
    return [refused('plan-expired', message)];
  }
  if (made <= now + CLOCK_SKEW) return [];
  const message = `The plan was made at ${madeAt}, which is in the future by the clock of this machine.`;
  return [refused('plan-of-the-future', message, 'Correct the clock of the runner.')];
}

function registryFindings({ registry: made }: PlanFile, { registry }: PlanNow): Finding[] {
  if (made.kind !== registry.kind) {
    const message = `The plan was made for the registry kind ${show(made.kind, 40)}, but this registry is ${registry.kind}.`;
    return [refused('plan-other-registry', message, 'Sign in to the registry that the plan was made for.')];
  }
  if (made.workspaceId === null && registry.workspaceId === null) return serverFindings(made, registry);
  if (made.workspaceId === registry.workspaceId) return [];
  const named = (id: string | null) =>
    id === null ? 'a workspace that did not report its id' : `workspace ${show(id, 40)}`;
  const message = `The plan was made in ${named(made.workspaceId)}, but this is ${named(registry.workspaceId)}.`;
  return [refused('plan-other-workspace', message, 'Sign in to the workspace that the plan was made in.')];
}

/** Where neither reports a number: two servers may have models of the same names. */
function serverFindings(made: PlannedRegistry, registry: PlannedRegistry): Finding[] {
  if (made.server === undefined || registry.server === undefined) {
    const message =
      'The registry reports no id of a workspace, and the plan does not show which server it was made for.';
    return [refused('plan-registry-unknown', message)];
  }
  if (made.server === registry.server) return [];
  const message =
    'The plan was made for another server: neither reports an id of a workspace, and the address of this one is not that of the planning job.';
  const fix = 'Sign in to the server that the plan was made for, with the same host in both jobs.';
  return [refused('plan-other-server', message, fix)];
}
