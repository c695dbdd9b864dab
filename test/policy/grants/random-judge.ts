import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Emulator } from '../../../emulator/index.ts';
import { Access, groupsOf } from '../../../emulator/metastore/access.ts';
import type { MetastoreState } from '../../../emulator/metastore/state.ts';
import { parseFullName } from '../../../src/domain/full-name.ts';
import { judgeCaller, judgePrincipal } from '../../../src/facts/grants/check.ts';
import { judgeForbidden } from '../../../src/facts/grants/forbidden.ts';
import { Snapshot } from '../../../src/facts/snapshot.ts';
import { HttpClient } from '../../../src/http/client.ts';
import { openTransport, type Transport } from '../../../src/http/transport.ts';
import type { GrantDecision } from '../../../src/policy/grants/decide.ts';
import type { ForbidDecision } from '../../../src/policy/grants/forbidden.ts';
import { copyRights, requiredRights } from '../../../src/policy/grants/required.ts';
import { parseRequirements } from '../../../src/policy/grants/requirement-lines.ts';
import type { RequiredRight, Right } from '../../../src/policy/grants/right.ts';
import { GRANT_COMMANDS } from '../../../src/registry/databricks/grant-commands.ts';
import { databricksRegistry } from '../../../src/registry/databricks/open.ts';
import { perform, send } from './enforced-calls.ts';
import { ADMIN, CALLER, MODEL, SOURCE, randomScene, startScene, TOKENS, type Scene } from './random-scene.ts';

/** How often each answer came: a judge that never sees one proves nothing of it. */
export interface Counts {
  granted: number;
  missing: number;
  unknown: number;
  fixed: number;
  deferred: number;
  excepted: number;
  forbidden: number;
  withdrawn: number;
  /** Scenes in which what was answered was late, or in part, or in which the caller is in a namesake of a group. */
  late: number;
  ownOnly: number;
  namesakes: number;
  /** Scenes with a policy that denies. */
  denials: number;
  /** Lines of `require` that were judged granted or missing. */
  required: number;
}

/**
 * The gate reads an emulator through the real client and judges; then the emulator, which shares no code with it, is
 * asked to do the operation. Throws with fast-check's seed at the first scene where they disagree.
 */
export async function judgeScenes(runs: number, seed: number): Promise<Counts> {
  const counts: Counts = {
    granted: 0,
    missing: 0,
    unknown: 0,
    fixed: 0,
    deferred: 0,
    excepted: 0,
    forbidden: 0,
    withdrawn: 0,
    late: 0,
    ownOnly: 0,
    namesakes: 0,
    denials: 0,
    required: 0,
  };
  const { transport, close } = await openTransport({});
  try {
    const judge = async (given: Scene): Promise<void> => {
      if (given.late !== null && given.switches.effectiveGrantsStale) counts.late += 1;
      if (given.switches.grantsOfOthers === 'own-only') counts.ownOnly += 1;
      if (given.namesake !== null) counts.namesakes += 1;
      if (given.denial !== null) counts.denials += 1;
      await judgeOthers(given, transport, counts);
      await judgeLines(given, transport, counts);
      await judgeHolders(given, transport, counts);
      await judgeOperation(given, transport, counts);
    };
    await fc.assert(fc.asyncProperty(randomScene, judge), { numRuns: runs, seed, endOnFailure: true });
  } finally {
    await close();
  }
  return counts;
}

/** Granted succeeds, missing is refused, and succeeds after the printed requests. */
async function judgeOperation(given: Scene, transport: Transport, counts: Counts): Promise<void> {
  const { operation } = given;
  const needed = rightsOf(given);
  await within(given, async (emulator) => {
    const judgeNow = (of: Emulator) =>
      judgeCaller(needed, snapshotOf(of, TOKENS.caller, transport), { looksAtPolicies: true });
    const decision = await judgeNow(emulator);
    const state = stateOf(decision);
    counts[state] += 1;
    if (state === 'unknown' || state === 'deferred' || isTakenLate(given, state)) return;
    const status = await perform(emulator, TOKENS.caller, operation);
    assert.equal(
      `${operation} ${state}: ${status}`,
      `${operation} ${state}: ${state === 'granted' ? 200 : 403}`,
    );
    if (state === 'granted') return;
    for (const request of decision.requests) {
      assert.equal(await send(emulator, TOKENS.admin, request), 200);
    }
    if (decision.rights.some((each) => each.state === 'unknown')) return;
    // What a policy may deny is unknown once the right is there, and not promised.
    if (given.denial !== null && stateOf(await judgeNow(emulator)) === 'unknown') return;
    counts.fixed += 1;
    const again = await perform(emulator, TOKENS.caller, operation);
    assert.equal(`${operation} fixed: ${again}`, `${operation} fixed: 200`);
  });
}

/** Of the caller, asked by somebody else: the same answers, or deferred ones, and never another. */
async function judgeOthers(given: Scene, transport: Transport, counts: Counts): Promise<void> {
  await within(given, async (emulator) => {
    emulator.metastore.addUser('planner@example.com');
    emulator.metastore.issueToken('planner@example.com', 'token-planner');
    const snapshot = snapshotOf(emulator, 'token-planner', transport);
    const decision = await judgePrincipal(rightsOf(given), CALLER, snapshot, { looksAtPolicies: true });
    const state = stateOf(decision);
    if (state === 'deferred') counts.deferred += 1;
    if ((state !== 'granted' && state !== 'missing') || isTakenLate(given, state)) return;
    const status = await perform(emulator, TOKENS.caller, given.operation);
    const reported = `${given.operation} of another ${state}`;
    assert.equal(`${reported}: ${status}`, `${reported}: ${state === 'granted' ? 200 : 403}`);
  });
}

/** What a line of `require` is told to be is so by the emulator's own rules. */
async function judgeLines(given: Scene, transport: Transport, counts: Counts): Promise<void> {
  const { rights } = parseRequirements(given.require.join('\n'));
  await within(given, async (emulator) => {
    const decision = await judgeCaller(rights, snapshotOf(emulator, TOKENS.caller, transport));
    for (const { right, state } of decision.rights) {
      if ((state !== 'granted' && state !== 'missing') || isTakenLate(given, state)) continue;
      counts.required += 1;
      const holds = known(right, emulator.metastore.state).includes(CALLER);
      const reported = `${right.privilege} on ${right.securable.name}`;
      assert.equal(`${reported}: ${state}`, `${reported}: ${holds ? 'granted' : 'missing'}`);
    }
  });
}

/** What was taken a moment ago may still be answered: no list of grants tells it from what is held. */
function isTakenLate({ late, switches }: Scene, state: string): boolean {
  return state === 'granted' && switches.effectiveGrantsStale && late?.[2] === 'remove';
}

/** The holders that are found are those that the emulator knows, and what is printed takes it from all but the list. */
async function judgeHolders(given: Scene, transport: Transport, counts: Counts): Promise<void> {
  const except = [...given.except, ADMIN];
  const { rights } = parseRequirements(given.forbid.join('\n'));
  await within(given, async (emulator) => {
    const world = emulator.metastore.state;
    // Only who may see a model sees its owner, and only who is seen to manage it knows that all rows were shown.
    emulator.metastore.grant('function', MODEL, ADMIN, ['EXECUTE', 'MANAGE']);
    emulator.metastore.grant('catalog', 'prod', ADMIN, ['USE_CATALOG', 'USE_SCHEMA', 'MANAGE']);
    emulator.metastore.grant('schema', 'prod.ml', ADMIN, ['USE_SCHEMA', 'MANAGE']);
    const judge = async () => {
      // One reading of everybody's rows cannot tell that it is late.
      await passLateResponses(emulator);
      return judgeForbidden(rights, except, snapshotOf(emulator, TOKENS.admin, transport));
    };
    const decision = await judge();
    if (decision.unseen.length > 0 || decision.holders.some(({ state }) => state === 'unknown')) return;
    for (const { principal, state } of decision.holders) {
      const listed = [principal, ...groupsOf(world, principal)].some((name) => except.includes(name));
      assert.equal(`${principal}: ${state}`, `${principal}: ${listed ? 'excepted' : 'forbidden'}`);
    }
    for (const { securable, privilege } of rights) {
      const right = { securable, privilege };
      assert.deepEqual(
        found(decision, right, world),
        known(right, world),
        `${privilege} on ${securable.name}`,
      );
    }
    counts[decision.allowed ? 'excepted' : 'forbidden'] += 1;
    if (decision.allowed) return;
    const chosen = decision.holders.flatMap(({ state, revocation, on }) =>
      state === 'forbidden' && revocation === undefined
        ? (GRANT_COMMANDS.owner?.request(on, ADMIN) ?? [])
        : [],
    );
    for (const request of [...decision.requests, ...chosen]) {
      assert.equal(await send(emulator, TOKENS.admin, request), 200, JSON.stringify(request));
    }
    counts.withdrawn += 1;
    assert.equal((await judge()).isCertain, true, 'after what was printed');
    const spared = new Set(except.flatMap((name) => personsIn(world, name)));
    for (const right of rights) {
      assert.deepEqual(
        known(right, world).filter((person) => !spared.has(person)),
        [],
      );
    }
  });
}

function found(
  { holders }: ForbidDecision,
  { securable, privilege }: Right,
  world: MetastoreState,
): string[] {
  const persons = holders
    .filter(({ right }) => right.securable.name === securable.name && right.privilege === privilege)
    .flatMap(({ principal }) => personsIn(world, principal));
  return [...new Set(persons)].sort();
}

/** Who holds a right by the emulator's own rules, metastore admins aside. */
function known({ securable: { type, name }, privilege }: Right, world: MetastoreState): string[] {
  return [...world.principals.keys()]
    .filter((person) => {
      const access = new Access(world, person);
      if (access.owns(type, name)) return true;
      if (privilege === 'OWNERSHIP') return false;
      if (privilege === 'MANAGE' && access.ownsParent(type, name)) return true;
      return access.holds(type, name, privilege);
    })
    .sort();
}

function personsIn(world: MetastoreState, principal: string): string[] {
  const persons = [...world.principals.keys()];
  if (principal === 'account users') return persons;
  return persons.filter((person) => person === principal || groupsOf(world, person).has(principal));
}

function rightsOf({ operation }: Scene): RequiredRight[] {
  const name = parseFullName(operation === 'create-model' ? 'prod.ml.other' : MODEL);
  const source = parseFullName(SOURCE);
  assert.ok(name.ok && source.ok);
  if (operation === 'copy') return copyRights(source.value, name.value, { modelExists: true });
  return requiredRights(operation, name.value, { modelExists: operation !== 'create-model' });
}

function stateOf({ rights }: GrantDecision): 'granted' | 'missing' | 'unknown' | 'deferred' {
  const states = rights.map((each) => each.state);
  return (['missing', 'unknown', 'deferred'] as const).find((state) => states.includes(state)) ?? 'granted';
}

async function changeLate({ late }: Scene, emulator: Emulator): Promise<void> {
  if (late === null) return;
  const [[type, name, privilege], principal, verb] = late;
  const body = { changes: [{ principal, [verb]: [privilege] }] };
  const path = `/api/2.1/unity-catalog/permissions/${type}/${name}`;
  assert.equal(await send(emulator, TOKENS.admin, { method: 'PATCH', path, body }), 200);
}

/** Late answers end after two (emulator, `Lag`). */
async function passLateResponses(emulator: Emulator): Promise<void> {
  const path = `/api/2.1/unity-catalog/effective-permissions/catalog/prod`;
  for (let read = 0; read < 2; read += 1) await send(emulator, TOKENS.admin, { method: 'GET', path });
}

async function within(given: Scene, judge: (emulator: Emulator) => Promise<void>): Promise<void> {
  const emulator = await startScene(given);
  try {
    await changeLate(given, emulator);
    await judge(emulator);
    assert.deepEqual(emulator.violations, []);
  } finally {
    await emulator.close();
  }
}

function snapshotOf(emulator: Emulator, token: string, transport: Transport): Snapshot {
  const clock = { now: () => 0, sleep: async () => undefined };
  const quiet = () => undefined;
  const http = new HttpClient({
    host: emulator.url,
    transport,
    authorizer: { headers: async () => ({ authorization: `Bearer ${token}` }) },
    userAgent: 'uc-promote/test',
    clock,
    random: () => 0.5,
    log: { info: quiet, debug: quiet, warning: quiet },
  });
  return new Snapshot(databricksRegistry({ control: http, files: http, endpoints: {} }), clock);
}
