import { formatFullName, schemaNameOf } from '../../../src/domain/full-name.ts';
import { judgeCaller, judgePrincipal } from '../../../src/facts/grants/check.ts';
import { judgeForbidden } from '../../../src/facts/grants/forbidden.ts';
import type { Snapshot } from '../../../src/facts/snapshot.ts';
import { openTransport } from '../../../src/http/transport.ts';
import type { GrantDecision } from '../../../src/policy/grants/decide.ts';
import { requiredRights } from '../../../src/policy/grants/required.ts';
import { parseRequirements } from '../../../src/policy/grants/requirement-lines.ts';
import type { RequiredRight } from '../../../src/policy/grants/right.ts';
import { Draws } from '../compatibility/random.ts';
import { check, same, type CaseResult } from '../harness/outcome.ts';
import { besides, ON_THE_SERVER, perform, type OnTheServer } from './operations.ts';
import { drawScene, makeScene, must, type Scene } from './scene.ts';
import type { UnityCatalogServer } from './server.ts';
import { openSnapshot } from './snapshot.ts';

const SCENES = 8;
const DEFAULT_SEED = 20261128;

/** As many answers of each kind as a run needs to say something. */
const AT_LEAST = 20;

/** What is granted on a parent may show the owner of what is below. */
const ROUNDS = 4;

interface Trial {
  readonly scene: Scene;
  readonly user: string;
  readonly token: string;
  readonly operation: OnTheServer;
}

type State = 'granted' | 'missing' | 'unknown' | 'deferred';

/** Random owners and grants on three levels: the gate, then the real operation. `PEER_SEED` gives another seed. */
export async function* randomGrants(server: UnityCatalogServer): AsyncGenerator<CaseResult> {
  const seed = Number(process.env['PEER_SEED'] ?? DEFAULT_SEED);
  const draws = new Draws(seed);
  const { transport, close } = await openTransport({});
  try {
    const users = new Map([['admin', server.admin]]);
    for (const name of ['ada', 'bob', 'eve'].map((each) => `${each}@judge.example`))
      users.set(name, await server.addUser(name));
    const scenes: Scene[] = [];
    yield await check(`unity-catalog: ${SCENES} random scenes, seed ${seed}`, async () => {
      for (let index = 0; index < SCENES; index += 1) {
        const scene = drawScene(draws, `judged${index}`, [...users.keys()]);
        await makeScene(scene, server, users);
        scenes.push(scene);
      }
      return `${scenes.reduce((sum, { grants }) => sum + grants.length, 0)} grants`;
    });
    const trials = scenes.flatMap((scene) =>
      [...users].flatMap(([user, token]) =>
        ON_THE_SERVER.map((operation): Trial => ({ scene, user, token, operation })),
      ),
    );
    yield* judged(trials, server, (token) => openSnapshot(server.url, token, transport));
    yield await check('unity-catalog: what is printed takes from everybody a forbidden right', async () => {
      let taken = 0;
      for (const scene of scenes)
        taken += await takeAway(scene, users, server, openSnapshot(server.url, server.admin, transport));
      if (taken < SCENES / 2) throw new Error(`only ${taken} could read before`);
      return `${taken} could read before`;
    });
  } finally {
    await close();
  }
}

async function* judged(
  trials: readonly Trial[],
  server: UnityCatalogServer,
  snapshotOf: (token: string) => Snapshot,
): AsyncGenerator<CaseResult> {
  const judgeAll = async (
    decide: (trial: Trial) => Promise<GrantDecision>,
    open: (trial: Trial) => readonly State[],
  ) => {
    const counts = new Counts();
    for (const trial of trials) {
      const decision = await decide(trial);
      const isDone = await perform(trial.operation, trial.scene.model, server, trial.token);
      counts.add(stateOf(decision), isDone, describe(trial, decision), open(trial));
    }
    return counts.close();
  };
  const own = (trial: Trial) => judgeCaller(rightsOf(trial), snapshotOf(trial.token));
  yield await check('unity-catalog: granted is let in, missing is refused', () =>
    judgeAll(own, ({ operation }) => (operation === 'manage-grants' ? ['unknown'] : [])),
  );
  yield await check('unity-catalog: what is printed gives what is missing', async () => {
    let fixed = 0;
    let owned = 0;
    for (const trial of trials) {
      const taken: (() => Promise<void>)[] = [];
      let decision = await own(trial);
      if (stateOf(decision) !== 'missing') continue;
      for (let round = 0; round < ROUNDS && decision.requests.length > 0; round += 1) {
        for (const request of decision.requests) taken.push(await give(request, server));
        decision = await own(trial);
      }
      const isDone = await perform(trial.operation, trial.scene.model, server, trial.token);
      const wanted = decision.ownerChanges.length > 0 ? ['missing', false] : ['granted', true];
      same([stateOf(decision), isDone], wanted, describe(trial, decision));
      if (isDone) fixed += 1;
      else owned += 1;
      for (const takeBack of taken) await takeBack();
    }
    if (fixed < AT_LEAST) throw new Error(`only ${fixed} were mended`);
    return `${fixed} mended, ${owned} need an owner`;
  });
  yield await check('unity-catalog: of somebody else, the owner of the metastore is told all', () =>
    judgeAll(
      (trial) => judgePrincipal(rightsOf(trial), trial.user, snapshotOf(server.admin)),
      () => [],
    ),
  );
  yield await check('unity-catalog: of somebody else, another user is told nothing wrong', () =>
    judgeAll(
      (trial) => {
        const other = trials.find(({ user }) => user !== 'admin' && user !== trial.user);
        return judgePrincipal(rightsOf(trial), trial.user, snapshotOf(other?.token ?? ''));
      },
      () => ['deferred'],
    ),
  );
}

/** Sends a printed request as the owner of the metastore; what it answers takes it back. */
async function give(
  { method, path, body }: GrantDecision['requests'][number],
  server: UnityCatalogServer,
): Promise<() => Promise<void>> {
  const send = (sent: unknown) => must(server, server.admin, method, path.replace(PREFIX, ''), sent);
  await send(body);
  return async () => {
    if (!('changes' in body)) throw new Error(`no change of grants: ${JSON.stringify(body)}`);
    const changes = body.changes.map(({ principal, add }) => ({ principal, remove: add }));
    await send({ changes });
  };
}

const PREFIX = '/api/2.1/unity-catalog';

/** Gives EXECUTE to all, and leaves it to owners by what is printed; answers how many others could read before. */
async function takeAway(
  { owners, model }: Scene,
  users: ReadonlyMap<string, string>,
  server: UnityCatalogServer,
  snapshot: Snapshot,
): Promise<number> {
  const except = ['admin', ...owners];
  const others = [...users].filter(([name]) => !except.includes(name));
  const readers = async () => {
    const able: string[] = [];
    for (const [name, token] of others) if (await perform('read', model, server, token)) able.push(name);
    return able;
  };
  const name = formatFullName(model);
  const levels = [`catalog/${model.catalog}`, `schema/${schemaNameOf(model)}`, `registered_model/${name}`];
  const change = (path: string, add: readonly string[]) => {
    const changes = others.map(([principal]) => ({ principal, add }));
    return must(server, server.admin, 'PATCH', `/permissions/${path}`, { changes });
  };
  await change(`catalog/${model.catalog}`, ['USE CATALOG', 'USE SCHEMA']);
  for (const path of levels) await change(path, ['EXECUTE']);
  const before = await readers();
  const { rights } = parseRequirements(`${name}: EXECUTE`);
  const decision = await judgeForbidden(rights, except, snapshot);
  same([decision.unseen, decision.ownerChanges], [[], []], `${name}: what is not seen`);
  const found = decision.holders.flatMap(({ state, principal }) =>
    state === 'forbidden' ? [principal] : [],
  );
  const missed = before.filter((each) => !found.includes(each));
  same(missed, [], `${name}: read it, and are not found`);
  for (const { method, path, body } of decision.requests)
    await must(server, server.admin, method, path.replace(PREFIX, ''), body);
  same(await readers(), [], `${name}: read it afterwards`);
  return before.length;
}

/** Counts answers, and keeps those that the server gave the lie to. */
class Counts {
  readonly #counts: Record<State, number> = { granted: 0, missing: 0, unknown: 0, deferred: 0 };
  readonly #wrong: string[] = [];

  /** A state is wrong when the server did otherwise, or when it is no answer and none of `open`. */
  add(state: State, isDone: boolean, what: string, open: readonly State[]): void {
    this.#counts[state] += 1;
    if (!open.includes(state) && state !== (isDone ? 'granted' : 'missing'))
      this.#wrong.push(`${state}, and the server ${isDone ? 'let it be done' : 'refused it'}: ${what}`);
  }

  close(): string {
    const { granted, missing } = this.#counts;
    const counts = Object.entries(this.#counts)
      .map(([state, count]) => `${count} ${state}`)
      .join(', ');
    const [first] = this.#wrong;
    if (first !== undefined) throw new Error(`${this.#wrong.length} wrong of ${counts}; first: ${first}`);
    if (Math.min(granted, missing) < AT_LEAST) throw new Error(`too few: ${counts}`);
    return counts;
  }
}

function rightsOf({ scene, operation }: Trial): RequiredRight[] {
  const isNew = operation === 'create-model';
  const model = isNew ? besides(scene.model) : scene.model;
  return requiredRights(operation, model, { modelExists: !isNew, ownersReachDown: true });
}

function stateOf({ rights }: GrantDecision): State {
  const states = rights.map((each) => each.state);
  return (['missing', 'unknown', 'deferred'] as const).find((state) => states.includes(state)) ?? 'granted';
}

function describe({ scene, user, operation }: Trial, { findings }: GrantDecision): string {
  const grants = scene.grants
    .filter((grant) => grant.user === user)
    .map(({ level, privilege }) => `${privilege} on ${level}`);
  const reported = findings.map(({ message }) => message).join(' ');
  return `${user}, ${operation}; owners ${scene.owners.join(', ')}; ${grants.join(', ')}; ${reported}`;
}
