import { refuseWhenCancelled } from '../../../domain/cancelled.ts';
import { formatDuration } from '../../../domain/duration.ts';
import { hasCode, messageOf, PromoteError } from '../../../domain/errors.ts';
import { cut, show } from '../../../domain/printable.ts';
import type {
  ServingConfig,
  ServingEndpoint,
  ServingUpdate,
  WantedServing,
} from '../../../domain/serving.ts';
import { sharesText, type ServingChange } from '../../../plan/changes/serving.ts';
import { decideServing, differenceOf, sharesIn } from '../../../policy/serving.ts';
import type { ApplyContext } from '../../context.ts';

/** What is waited for: what was sent over a config of a version, an update that was found, or nothing any more. */
export type Awaited =
  | {
      readonly kind: 'sent';
      readonly wanted: WantedServing;
      readonly version: number | undefined;
      /** How the update before it had ended. */
      readonly before: ServingUpdate;
    }
  | { readonly kind: 'found' }
  | { readonly kind: 'served' };

/** Pauses between looks, milliseconds. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 30_000;
const GROWTH = 1.5;

/** Reads right after a write may still show what was there before it. Milliseconds. */
const LAG = 30_000;

/** Failures of a look that may pass; the update goes on without it. */
const PASSING = ['unavailable', 'rate-limited', 'protocol'] as const;

/**
 * Waits until an endpoint serves what it was set to: no update runs, the endpoint and its entities are ready, and its config is
 * the wanted one and a newer one. Gives back why the update was not made, where the workspace says so; throws in every other case.
 */
export async function waitUntilServed(
  change: ServingChange,
  awaited: Awaited,
  { until, timeoutMs }: { readonly until: number; readonly timeoutMs: number },
  context: ApplyContext,
): Promise<PromoteError | undefined> {
  const { clock, signal, log } = context;
  const startedAt = clock.now();
  let pause = FIRST_PAUSE;
  let said = '';
  let wasRunning = awaited.kind === 'found';
  for (;;) {
    refuseWhenCancelled(signal);
    const endpoint = await look(change.endpoint, context);
    if (endpoint !== undefined) {
      const isRunning = endpoint.update === 'running';
      wasRunning ||= isRunning;
      const progress = progressOf(endpoint);
      if (isRunning && progress !== said) {
        said = progress;
        log.info(
          `The endpoint ${show(change.endpoint, 80)} is updating after ${formatDuration(clock.now() - startedAt)}: ${progress}`,
        );
      }
      const isNew = awaited.kind === 'sent' && endpoint.update !== awaited.before;
      const isKnown = wasRunning || isNew || clock.now() - startedAt >= LAG;
      const end = isRunning ? 'open' : await endOf(change, awaited, { endpoint, isKnown }, context);
      if (end !== 'open') return end;
    }
    if (clock.now() >= until) throw tooLong(change, timeoutMs);
    await clock.sleep(Math.min(pause, Math.max(1, until - clock.now())), signal);
    pause = Math.min(Math.round(pause * GROWTH), LONGEST_PAUSE);
  }
}

/** The endpoint; undefined where it cannot be seen now. */
async function look(
  name: string,
  { snapshot, log }: Pick<ApplyContext, 'snapshot' | 'log'>,
): Promise<ServingEndpoint | undefined> {
  try {
    return await snapshot.registry.serving?.getEndpoint(name);
  } catch (error) {
    if (!hasCode(error, ...PASSING)) throw error;
    log.info(`${messageOf(error)} The update goes on; looking again.`);
    return undefined;
  }
}

function progressOf({ pending }: ServingEndpoint): string {
  const messages = (pending?.entities ?? [])
    .filter(({ isReady }) => !isReady)
    .map(({ name, message }) => `${show(name, 60)}: ${show(message === '' ? 'not ready' : message, 200)}`);
  return messages.length === 0 ? 'moving its requests.' : messages.join('; ');
}

/**
 * How an update ended that does not run any more, as far as it is known; `undefined`: well. Throws where it ended as something else than
 * what was sent, which the endpoint may serve all the same.
 */
async function endOf(
  change: ServingChange,
  awaited: Awaited,
  { endpoint, isKnown }: { readonly endpoint: ServingEndpoint; readonly isKnown: boolean },
  context: ApplyContext,
): Promise<PromoteError | undefined | 'open'> {
  const { config, update } = endpoint;
  if (config !== undefined && isServed(change, awaited, endpoint, config)) return undefined;
  if (!isKnown) return 'open';
  if (update === 'failed' || update === 'cancelled') return failed(change, endpoint, context);
  if (update !== 'none') return 'open';
  const difference =
    awaited.kind === 'sent' && config !== undefined ? differenceOf(awaited.wanted, config) : undefined;
  if (difference === undefined && config !== undefined) return 'open';
  const shares = config === undefined ? [] : sharesIn(config, change.name);
  const serves = shares.length === 0 ? '' : ` The endpoint serves ${sharesText(shares)}.`;
  throw new PromoteError(
    `The update of the endpoint ${show(change.endpoint, 80)} was accepted and ended, but ${difference ?? 'it serves nothing'}.${serves}`,
    {
      code: 'conflict',
      outcome: 'conflict',
      fix: 'Somebody else changed it meanwhile, or the workspace did not keep a setting. Look at its configuration in the workspace.',
    },
  );
}

function isServed(
  change: ServingChange,
  awaited: Awaited,
  { update, isReady }: ServingEndpoint,
  config: ServingConfig,
): boolean {
  if (update !== 'none' || !isReady) return false;
  if (awaited.kind !== 'sent') {
    const decision = decideServing(change.endpoint, config, change);
    return decision.kind === 'reached' && config.entities.every((entity) => entity.isReady);
  }
  const isNewer =
    awaited.version === undefined || config.version === undefined || config.version > awaited.version;
  const wanted = new Set(awaited.wanted.entities.map(({ name }) => name));
  return (
    isNewer &&
    differenceOf(awaited.wanted, config) === undefined &&
    config.entities.every((entity) => entity.isReady || !wanted.has(entity.name))
  );
}

/** Characters of the reason that a workspace gives. */
const REASON = 600;

async function failed(
  { endpoint: name, from }: ServingChange,
  { update, pending }: ServingEndpoint,
  context: ApplyContext,
): Promise<PromoteError> {
  const subject = `The update of the endpoint ${show(name, 80)}`;
  const stays = `It still serves ${sharesText(from)}.`;
  if (update === 'cancelled')
    return new PromoteError(`${subject} was cancelled in the workspace. ${stays}`, {
      code: 'conflict',
      outcome: 'conflict',
      fix: 'Find out who cancelled it, then run the step again.',
    });
  const broken = (pending?.entities ?? []).filter(({ isReady }) => !isReady);
  const said = broken.map(({ name: entity, message }) => `${show(entity, 60)}: ${show(message, 300)}`);
  const [first] = broken;
  const logs = first === undefined ? '' : await lastLogs(name, first.name, context);
  const why = [...said, ...(logs === '' ? [] : [`build logs: ${logs}`])].join('; ');
  return new PromoteError(`${subject} failed${why === '' ? '' : `: ${cut(why, REASON)}`}. ${stays}`, {
    code: 'rejected',
    outcome: 'blocked',
    fix: 'Correct what the message names: most often a dependency of the model, or the size of the endpoint. The build logs are on the page of the endpoint.',
  });
}

/** The last lines of the build logs; empty where they cannot be read. */
async function lastLogs(endpoint: string, entity: string, { snapshot }: ApplyContext): Promise<string> {
  try {
    const logs = (await snapshot.registry.serving?.getBuildLogs(endpoint, entity)) ?? '';
    return show(logs.trim().split('\n').slice(-2).join(' '), 300);
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled')) throw error;
    return '';
  }
}

function tooLong({ endpoint, from }: ServingChange, timeoutMs: number): PromoteError {
  return new PromoteError(
    `The update of the endpoint ${show(endpoint, 80)} was not over after ${formatDuration(timeoutMs)}, and goes on; until it ends the endpoint serves ${sharesText(from)}.`,
    {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: 'Look at its page in the workspace. Running the step again waits for the same update; increase serving-timeout if it needs longer.',
    },
  );
}
