import { refuseWhenCancelled } from '../../../domain/cancelled.ts';
import { hasCode, messageOf, PromoteError } from '../../../domain/errors.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type {
  ServingConfig,
  ServingEndpoint,
  ServingUpdate,
  WantedServing,
} from '../../../domain/serving.ts';
import { sharesText, type ServingChange } from '../../../plan/changes/serving.ts';
import { configDigest, decideServing, isLedTo, isOnTheWay } from '../../../policy/serving.ts';
import { factsBefore, formatMovedFact, movedFact, type BasisFact } from '../../../plan/basis.ts';
import { forgetFacts, readFacts } from '../../basis.ts';
import type { ApplyContext } from '../../context.ts';
import { makeWrite, notBegun, type Look } from '../../write.ts';
import { waitUntilServed, type Awaited } from './wait.ts';

/** The check of whether endpoints can be updated, and follow their alias. */
export const SERVING_CHECK = 'Endpoints to update';

/** Pause between looks at an update of somebody else, milliseconds. */
const PAUSE = 10_000;

/**
 * Sets what an endpoint serves: compares it with what was decided on, sends the one request, and waits until the endpoint serves
 * it. An update to the same version that is under way is waited for; another one is waited for or refused, as asked. Gives back
 * why the update was not made, where that is known; throws where it may have been made, or still be.
 */
export async function updateEndpoint(
  change: ServingChange,
  context: ApplyContext,
): Promise<PromoteError | undefined> {
  const { journal, clock, log } = context;
  const { timeoutMs } = change.rules;
  const until = clock.now() + timeoutMs;
  const state = notBegun();
  journal.begin(change);
  let awaited: Awaited;
  try {
    awaited = await begin(change, { until, state }, context);
  } catch (error) {
    if (state.mayBeDone) throw error;
    journal.end(change, 'not-done');
    if (!(error instanceof PromoteError)) throw error;
    return error;
  }
  if (awaited.kind === 'served') {
    journal.end(change, state.tries > 0 ? 'done' : 'not-needed');
    return undefined;
  }
  journal.wait(`the update of the endpoint ${show(change.endpoint, 80)}`);
  log.info(
    `The endpoint ${show(change.endpoint, 80)} is being updated: ${sharesText(change.from)} → ${sharesText(change.to)}.`,
  );
  const ended = await waitUntilServed(change, awaited, { until, timeoutMs }, context);
  journal.wait(undefined);
  if (ended !== undefined) {
    journal.end(change, 'not-done');
    return ended;
  }
  journal.end(change, 'done');
  await warnWhenLeft(change, context);
  return undefined;
}

/** Says when an alias was moved while the endpoint was updated to the version that it named. */
async function warnWhenLeft(change: ServingChange, { snapshot, warn }: ApplyContext): Promise<void> {
  const { name, alias, version, endpoint } = change;
  if (alias === undefined) return;
  const subject = `${formatFullName(name)}@${alias}`;
  const say = (message: string) =>
    warn(SERVING_CHECK, {
      code: 'endpoint-left',
      severity: 'warning',
      message,
      fix: 'Run update-serving for it.',
    });
  try {
    snapshot.forget(name);
    const now = await snapshot.alias(name, alias);
    if (now !== version)
      say(
        `${subject} was moved while the endpoint ${show(endpoint, 80)} was updated: it names ${now ?? 'nothing'}, and the endpoint serves ${version}.`,
      );
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
    say(
      `It is not known whether ${subject} still names ${version}, which the endpoint ${show(endpoint, 80)} now serves: ${messageOf(error)}`,
    );
  }
}

type Try = Parameters<typeof factsBefore>[1];

interface Beginning {
  readonly until: number;
  readonly state: ReturnType<typeof notBegun>;
}

/** Sends the update once nothing else is under way; what is waited for then. */
async function begin(change: ServingChange, beginning: Beginning, context: ApplyContext): Promise<Awaited> {
  for (let next: Try = 'first'; ; next = 'another') {
    let wanted: WantedServing | undefined;
    let before: ServingConfig | undefined;
    let update: ServingUpdate = 'unknown';
    try {
      return await makeWrite<Awaited>(
        {
          async look(failure) {
            const endpoint = await lookAtAll(change, failure === undefined ? next : 'another', {
              beginning,
              context,
            });
            const found = judge(change, endpoint);
            if ('done' in found) return found;
            ({ wanted, before } = found);
            ({ update } = endpoint);
            return 'open';
          },
          async send() {
            if (wanted === undefined) throw new TypeError('An update is sent before it was compared.');
            await setServing(context, change.endpoint, wanted);
            return { kind: 'sent', wanted, version: before?.version, before: update };
          },
        },
        context,
        { isLookedAt: false, state: beginning.state },
      );
    } catch (error) {
      if (!(await isBusy(error, change, context))) throw error;
      if (change.rules.whenUpdating === 'refuse') throw busy(change);
      // Another update began between the look and the write: it is waited for, and everything is compared again.
      context.log.info(`${messageOf(error)} Waiting for it.`);
    }
  }
}

async function setServing({ writer }: ApplyContext, endpoint: string, wanted: WantedServing): Promise<void> {
  if (writer.setServing === undefined) throw new TypeError('This registry has no endpoints.');
  await writer.setServing(endpoint, wanted);
}

/**
 * The endpoint as it is right before a try, and all that the update rests on as it was right before that. The endpoint comes last: an
 * update replaces its whole configuration, and what takes a while to read gives others the time to change that.
 */
async function lookAtAll(
  change: ServingChange,
  next: Try,
  { beginning, context }: { readonly beginning: Beginning; readonly context: ApplyContext },
): Promise<ServingEndpoint> {
  await requireBasis(change, next, context);
  const { endpoint, hasWaited } = await lookUntilIdle(change, beginning, context);
  return hasWaited ? lookAtAll(change, 'another', { beginning, context }) : endpoint;
}

/** Requires that everything which a change was decided on still is so; the endpoint itself is judged by its own. */
async function requireBasis(change: ServingChange, next: Try, { snapshot }: ApplyContext): Promise<void> {
  const basis = factsBefore(change.basis ?? [], next);
  const facts = [...followed(change), ...basis.filter(({ kind }) => kind !== 'endpoint')];
  if (facts.length === 0) return;
  forgetFacts(facts, snapshot);
  const fact = movedFact(facts, await readFacts(facts, snapshot));
  if (fact !== undefined) throw moved(change, formatMovedFact(fact));
}

/** That the alias which an update follows names its version. */
function followed({ name, alias, version }: ServingChange): BasisFact[] {
  return alias === undefined ? [] : [{ kind: 'alias', name, alias, was: version }];
}

/** Whether a refusal is one of an update that runs, whatever a workspace calls it. */
async function isBusy(error: unknown, change: ServingChange, context: ApplyContext): Promise<boolean> {
  if (!hasCode(error, 'conflict', 'rejected', 'invalid-input', 'requirement')) return false;
  if (error.details.httpStatus === undefined) return false;
  const endpoint = await context.snapshot.registry.serving?.getEndpoint(change.endpoint);
  return endpoint?.update === 'running' || error.details.httpStatus === 409;
}

/** The endpoint once no update of somebody else runs, and whether one did. */
async function lookUntilIdle(
  change: ServingChange,
  { until }: Beginning,
  { snapshot, clock, signal, log }: ApplyContext,
): Promise<{ readonly endpoint: ServingEndpoint; readonly hasWaited: boolean }> {
  for (let looks = 0; ; looks += 1) {
    refuseWhenCancelled(signal);
    const endpoint = await snapshot.registry.serving?.getEndpoint(change.endpoint);
    if (endpoint === undefined) throw gone(change);
    if (endpoint.update !== 'running' || isOnTheWay(change, endpoint))
      return { endpoint, hasWaited: looks > 0 };
    if (change.rules.whenUpdating === 'refuse' || clock.now() >= until) throw busy(change);
    if (looks === 0)
      log.info(`Another update of the endpoint ${show(change.endpoint, 80)} is running; waiting for it.`);
    await clock.sleep(Math.min(PAUSE, Math.max(0, until - clock.now())), signal);
  }
}

type Judged =
  { readonly wanted: WantedServing; readonly before: ServingConfig } | Exclude<Look<Awaited>, 'open'>;

/** What is still to be sent, or what is there already; throws `conflict` where the endpoint is not what was decided on. */
function judge(change: ServingChange, endpoint: ServingEndpoint): Judged {
  const { config } = endpoint;
  if (isOnTheWay(change, endpoint)) return { done: { kind: 'found' } };
  if (config === undefined) throw moved(change, 'it has never been ready');
  if (isLedTo(change, config)) return { done: { kind: 'served' } };
  if (change.config !== undefined && configDigest(config) !== change.config)
    throw moved(change, 'its configuration was changed');
  const decision = decideServing(change.endpoint, config, change);
  if (decision.kind === 'refused') throw moved(change, decision.finding.message);
  // What it served before is what a return has it serve.
  if (
    decision.kind === 'reached' ||
    sharesText(decision.to) !== sharesText(change.to) ||
    sharesText(decision.from) !== sharesText(change.from)
  )
    throw moved(
      change,
      `it serves ${sharesText(decision.kind === 'reached' ? decision.shares : decision.from)}`,
    );
  return { wanted: decision.wanted, before: config };
}

function moved({ endpoint }: ServingChange, what: string): PromoteError {
  return new PromoteError(
    `The endpoint ${show(endpoint, 80)} was not updated: right before writing it, ${what.replace(/\.$/u, '')}.`,
    { code: 'conflict', outcome: 'conflict', fix: 'Find out who changed it, then run the step again.' },
  );
}

function gone({ endpoint }: ServingChange): PromoteError {
  return new PromoteError(`The endpoint ${show(endpoint, 80)} does not exist any more.`, {
    code: 'conflict',
    outcome: 'conflict',
    fix: 'Find out who deleted it.',
  });
}

function busy({ endpoint }: ServingChange): PromoteError {
  return new PromoteError(
    `The endpoint ${show(endpoint, 80)} was not updated: another update of it is running.`,
    {
      code: 'conflict',
      outcome: 'conflict',
      fix: 'Wait until it has ended, then run the step again. With when-updating: wait the step waits itself, as long as serving-timeout allows.',
    },
  );
}
