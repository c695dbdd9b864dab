import type { Metastore, MetastoreSnapshot } from '../../emulator/index.ts';
import { PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { apply } from '../../src/actions/apply.ts';
import { cleanUp } from '../../src/actions/clean-up.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import type { ActionBench, ActionRun } from '../actions/harness.ts';
import { pick } from '../rollback/seeded.ts';
import { TrueNaming } from './true-naming.ts';

const ALIASES = ['Champion', 'Blue'] as const;
const STEPS = 14;
const DAY = 24 * 3_600_000;
const OFF = { 'check-privileges': 'off', summary: 'false' };
const UNSIGNED = { 'require-signature': 'off' };

/** What a sequence did, and what is wrong with it. */
export interface SequenceEnd {
  readonly story: readonly string[];
  readonly faults: readonly string[];
  /** How many versions were deleted. */
  readonly deleted: number;
  /** How often a clean-up was planned or made. */
  readonly cleaned: number;
}

/** The time that all of a sequence shares. */
export interface MovableTime {
  now(): number;
  pass(ms: number): void;
}

interface Plan {
  readonly text: string;
  readonly run: number;
  readonly keepDays: number;
  readonly madeAt: number;
  readonly held: boolean;
}

interface Sequence {
  readonly bench: ActionBench;
  readonly random: () => number;
  readonly time: MovableTime;
  readonly truth: TrueNaming;
  readonly held: Set<number>;
  readonly story: string[];
  readonly faults: string[];
  plan: Plan | undefined;
  runs: number;
  deleted: number;
  cleaned: number;
}

type Step =
  | 'version'
  | 'set'
  | 'unset'
  | 'rollback'
  | 'hold'
  | 'reject'
  | 'time'
  | 'others'
  | 'serve'
  | 'clean'
  | 'plan'
  | 'apply';

/** How often each is chosen. */
const WEIGHTS: Readonly<Record<Step, number>> = {
  version: 4,
  set: 9,
  unset: 1,
  rollback: 2,
  hold: 1,
  reject: 2,
  time: 2,
  others: 2,
  serve: 1,
  clean: 2,
  plan: 1,
  apply: 2,
};

const CHOICES = Object.entries(WEIGHTS).flatMap(([step, weight]) =>
  Array.from({ length: weight }, () => step as Step),
);

/** Plays one sequence of actions, of ours and of others, on a model without versions. */
export async function playSequence(
  bench: ActionBench,
  random: () => number,
  time: MovableTime,
): Promise<SequenceEnd> {
  const { metastore } = bench.emulator;
  metastore.state.workspace.endpoints.clear();
  const model = metastore.model(PROD);
  for (const map of [model.versions, model.aliases, model.tags]) map.clear();
  model.nextVersion = 1;
  const sequence: Sequence = {
    bench,
    random,
    time,
    truth: new TrueNaming(),
    held: new Set(),
    story: [],
    faults: [],
    plan: undefined,
    runs: 0,
    deleted: 0,
    cleaned: 0,
  };
  for (let count = 0; count < 6; count += 1) addVersion(sequence, metastore);
  time.pass(20 * DAY);
  for (let step = 0; step < STEPS; step += 1) {
    time.pass(Math.floor(random() * 3_600_000));
    await playStep(sequence, metastore);
  }
  return sequence;
}

async function playStep(sequence: Sequence, metastore: Metastore): Promise<void> {
  const { random, time } = sequence;
  const { versions, aliases } = modelOf(sequence.bench.emulator.state());
  const numbers = Object.keys(versions).map(Number);
  const alias = pick(random, ALIASES);
  const version = numbers.length === 0 ? undefined : String(pick(random, numbers));
  switch (pick(random, CHOICES)) {
    case 'version':
      return addVersion(sequence, metastore);
    case 'set':
      if (version !== undefined) await run(sequence, setAlias, { model: PROD, alias, version });
      return;
    case 'unset':
      if (alias in aliases) await run(sequence, setAlias, { model: PROD, alias, delete: 'true' });
      return;
    case 'rollback': {
      const now = aliases[alias];
      const inputs = { model: PROD, alias, 'from-version': String(now), reason: 'x', hold: 'false' };
      if (now !== undefined) await run(sequence, rollback, inputs);
      return;
    }
    case 'hold':
      return version === undefined ? undefined : hold(sequence, version);
    case 'reject':
      if (version !== undefined) await run(sequence, tagStatus, { model: PROD, version, status: 'rejected' });
      return;
    case 'time':
      time.pass(Math.ceil(random() * 20) * DAY);
      sequence.story.push('days pass');
      return;
    case 'others':
      return version === undefined ? undefined : moveByOthers(sequence, metastore, alias, Number(version));
    case 'serve':
      if (version === undefined) return;
      metastore.state.workspace.endpoints.clear();
      metastore.workspace.addEndpoint('live', {
        creator: PROMOTER,
        served: [{ entity_name: PROD, entity_version: version }],
      });
      sequence.story.push(`an endpoint serves ${version}`);
      return;
    case 'clean':
      return clean(sequence);
    case 'plan':
      return plan(sequence);
    case 'apply':
      return applyPlan(sequence);
  }
}

function addVersion({ random, story }: Sequence, metastore: Metastore): void {
  const version = metastore.addVersion(PROD, {
    createdBy: random() < 0.85 ? PROMOTER : 'ada@example.com',
    status: random() < 0.9 ? 'READY' : 'PENDING_REGISTRATION',
    tags: random() < 0.3 ? { validation_status: 'rejected' } : {},
  });
  story.push(`version ${version} is there`);
}

/** Others move an alias by hand: not to where a record says that it is, since nothing would show that it was away. */
function moveByOthers(
  { truth, time, story }: Sequence,
  metastore: Metastore,
  alias: string,
  version: number,
): void {
  const model = metastore.model(PROD);
  const recorded = [...model.tags].some(
    ([key, value]) =>
      key.startsWith('uc_promote_moves_') &&
      value.includes(`"alias":"${alias}"`) &&
      value.includes(`"to":${version}`),
  );
  if (recorded) return;
  metastore.setAlias(PROD, alias, version);
  truth.watch(aliasesOf(metastore), 'others', time.now());
  story.push(`others set ${alias} to ${version}`);
}

async function hold(sequence: Sequence, version: string): Promise<void> {
  await run(sequence, tagStatus, { model: PROD, version, hold: 'incident 7' });
  if (modelOf(sequence.bench.emulator.state()).versions[version] !== undefined)
    sequence.held.add(Number(version));
}

function rulesBy(random: () => number) {
  const keepDays = pick(random, [0, 1, 7, 30]);
  const held = random() < 0.3;
  return {
    keepDays,
    held,
    inputs: {
      model: PROD,
      keep: '1',
      'keep-days': String(keepDays),
      'older-than-days': '5',
      'max-deletions': '50',
      'include-held': String(held),
      'include-others': String(random() < 0.5),
    },
  };
}

async function clean(sequence: Sequence): Promise<void> {
  const { keepDays, held, inputs } = rulesBy(sequence.random);
  sequence.cleaned += 1;
  await run(sequence, cleanUp, inputs, { keepDays, held, decidedAt: sequence.time.now() });
}

async function plan(sequence: Sequence): Promise<void> {
  const { keepDays, held, inputs } = rulesBy(sequence.random);
  const seen = await run(sequence, cleanUp, { ...inputs, 'dry-run': 'true' });
  const text = seen.outputs['plan'] ?? '';
  sequence.cleaned += 1;
  if (text !== '') sequence.plan = { text, run: sequence.runs, keepDays, held, madeAt: sequence.time.now() };
}

/** What is applied was decided when it was planned: what was named since is named now, or its record has changed. */
async function applyPlan(sequence: Sequence): Promise<void> {
  const { plan: made } = sequence;
  if (made === undefined) return clean(sequence);
  sequence.plan = undefined;
  const rules = { keepDays: made.keepDays, held: made.held, decidedAt: made.madeAt };
  await run(sequence, apply, { plan: made.text }, rules, made.run);
}

interface Rules {
  readonly keepDays: number;
  readonly held: boolean;
  readonly decidedAt: number;
}

/** Runs an action of ours, and holds that it deleted nothing that must stay. */
async function run(
  sequence: Sequence,
  action: Action,
  inputs: Readonly<Record<string, string>>,
  rules: Rules = { keepDays: 0, held: false, decidedAt: sequence.time.now() },
  ofRun?: number,
): Promise<ActionRun> {
  const { bench, truth, time, held, story, faults } = sequence;
  sequence.runs += 1;
  const environment = { GITHUB_RUN_ID: String(ofRun ?? sequence.runs) };
  const served = servedBy(bench.emulator.metastore);
  const seen = await bench.run(
    action,
    { ...OFF, ...(action === cleanUp ? {} : UNSIGNED), ...inputs },
    { environment },
  );
  story.push(`${action.name} ${JSON.stringify({ ...inputs, plan: undefined })}: ${seen.verdict}`);
  const [before, after] = [modelOf(seen.before), modelOf(seen.after)];
  for (const version of Object.keys(before.versions).map(Number)) {
    if (after.versions[version] !== undefined) continue;
    sequence.deleted += 1;
    const why = [
      ...truth.protects(version, { now: rules.decidedAt, keepDays: rules.keepDays }),
      ...(served.includes(version) ? ['an endpoint serves it'] : []),
      ...(held.has(version) && !rules.held ? ['it is on hold'] : []),
    ];
    if (why.length > 0) faults.push(`${action.name} deleted version ${version}, but ${why.join(' and ')}.`);
  }
  truth.watch(after.aliases, 'us', time.now());
  return seen;
}

function modelOf(state: MetastoreSnapshot) {
  const model = state.models[PROD];
  if (model === undefined) throw new Error('The model is gone.');
  return model;
}

function aliasesOf(metastore: Metastore): Record<string, number> {
  return Object.fromEntries(
    [...metastore.model(PROD).aliases.values()].map(({ alias, version }) => [alias, version]),
  );
}

function servedBy({ state: { workspace } }: Metastore): number[] {
  return [...workspace.endpoints.values()].flatMap(({ config }) =>
    (config?.served ?? []).map(({ fields }) => Number(fields['entity_version'])),
  );
}
