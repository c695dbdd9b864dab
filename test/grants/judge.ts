import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Emulator } from '../../emulator/index.ts';
import { Access, groupsOf } from '../../emulator/metastore/access.ts';
import type { World } from '../../emulator/metastore/world.ts';
import { parseFullName } from '../../src/domain/full-name.ts';
import { HttpClient } from '../../src/http/client.ts';
import { openTransport, type Transport } from '../../src/http/transport.ts';
import type { GrantDecision } from '../../src/policy/grants.ts';
import type { ForbidDecision } from '../../src/policy/grants-forbid.ts';
import { parseRequirements } from '../../src/policy/grants-require.ts';
import { requiredRights, type Right } from '../../src/policy/grants-rights.ts';
import { databricksRegistry } from '../../src/registry/databricks/client.ts';
import { judgeForbidden } from '../../src/steps/holders.ts';
import { judgeCaller, judgePrincipal } from '../../src/steps/privileges.ts';
import { Snapshot } from '../../src/steps/snapshot.ts';
import { perform, send } from './calls.ts';
import { ADMIN, CALLER, MODEL, scene, startScene, TOKENS, type Scene } from './scene.ts';

/** How often each answer came: a judge that never sees one proves nothing of it. */
export interface Counts {
  granted: number;
  missing: number;
  unknown: number;
  mended: number;
  deferred: number;
  excepted: number;
  forbidden: number;
  withdrawn: number;
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
    mended: 0,
    deferred: 0,
    excepted: 0,
    forbidden: 0,
    withdrawn: 0,
  };
  const { transport, close } = await openTransport({});
  try {
    const judge = async (given: Scene): Promise<void> => {
      await judgeOthers(given, transport, counts);
      await judgeHolders(given, transport, counts);
      await judgeOperation(given, transport, counts);
    };
    await fc.assert(fc.asyncProperty(scene, judge), { numRuns: runs, seed, endOnFailure: true });
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
    const snapshot = snapshotOf(emulator, TOKENS.caller, transport);
    const decision = await judgeCaller(needed, snapshot);
    const state = stateOf(decision);
    counts[state] += 1;
    if (state === 'unknown' || state === 'deferred') return;
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
    counts.mended += 1;
    const again = await perform(emulator, TOKENS.caller, operation);
    assert.equal(`${operation} mended: ${again}`, `${operation} mended: 200`);
  });
}

/** Of the caller, asked by somebody else: the same answers, or deferred ones, and never another. */
async function judgeOthers(given: Scene, transport: Transport, counts: Counts): Promise<void> {
  await within(given, async (emulator) => {
    emulator.metastore.addUser('planner@example.com');
    emulator.metastore.issueToken('planner@example.com', 'token-planner');
    const snapshot = snapshotOf(emulator, 'token-planner', transport);
    const decision = await judgePrincipal(rightsOf(given), CALLER, snapshot);
    const state = stateOf(decision);
    if (state === 'deferred') counts.deferred += 1;
    if (state !== 'granted' && state !== 'missing') return;
    const status = await perform(emulator, TOKENS.caller, given.operation);
    const told = `${given.operation} of another ${state}`;
    assert.equal(`${told}: ${status}`, `${told}: ${state === 'granted' ? 200 : 403}`);
  });
}

/** The holders that are found are those that the emulator knows, and what is printed takes it from all but the list. */
async function judgeHolders(given: Scene, transport: Transport, counts: Counts): Promise<void> {
  const except = [...given.except, ADMIN];
  const { rights } = parseRequirements(given.forbid.join('\n'));
  await within(given, async (emulator) => {
    const { world } = emulator.metastore;
    // Only who may see a model is told its owner, and only who is seen to manage it knows that all rows were shown.
    emulator.metastore.grant('function', MODEL, ADMIN, ['EXECUTE', 'MANAGE']);
    emulator.metastore.grant('catalog', 'prod', ADMIN, ['USE_CATALOG', 'USE_SCHEMA', 'MANAGE']);
    emulator.metastore.grant('schema', 'prod.ml', ADMIN, ['USE_SCHEMA', 'MANAGE']);
    const judge = () => judgeForbidden(rights, except, snapshotOf(emulator, TOKENS.admin, transport));
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
    for (const request of decision.requests) {
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

function found({ holders }: ForbidDecision, { securable, privilege }: Right, world: World): string[] {
  const persons = holders
    .filter(({ right }) => right.securable.name === securable.name && right.privilege === privilege)
    .flatMap(({ principal }) => personsIn(world, principal));
  return [...new Set(persons)].sort();
}

/** Who holds a right by the emulator's own rules, metastore admins aside. */
function known({ securable: { type, name }, privilege }: Right, world: World): string[] {
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

function personsIn(world: World, principal: string): string[] {
  const persons = [...world.principals.keys()];
  if (principal === 'account users') return persons;
  return persons.filter((person) => person === principal || groupsOf(world, person).has(principal));
}

function rightsOf({ operation }: Scene) {
  const name = parseFullName(operation === 'create-model' ? 'prod.ml.other' : MODEL);
  assert.ok(name.ok);
  return requiredRights(operation, name.value, { modelExists: operation !== 'create-model' });
}

function stateOf({ rights }: GrantDecision): 'granted' | 'missing' | 'unknown' | 'deferred' {
  const states = rights.map((each) => each.state);
  return (['missing', 'unknown', 'deferred'] as const).find((state) => states.includes(state)) ?? 'granted';
}

async function within(given: Scene, judge: (emulator: Emulator) => Promise<void>): Promise<void> {
  const emulator = await startScene(given);
  try {
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
