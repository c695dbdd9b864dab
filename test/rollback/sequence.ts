import type { Metastore, MetastoreSnapshot } from '../../emulator/index.ts';
import { GOOD_FILES, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { promote } from '../../src/actions/promote.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import type { ActionBench } from '../actions/harness.ts';
import { pick, seeded } from './seeded.ts';

// What is on hold is known here by the bytes themselves, and by nothing that src writes or reads.

const BETWEEN = 'staging.ml_team.between';
/** Two of them have the same sizes, so that a list of files does not distinguish them. */
const CONTENTS = ['first', 'other', 'a third one', 'and a fourth'] as const;
/** The number of the first of them in the staging model, after those of the demo. */
const FIRST = 3;
const ALIASES = ['Champion', 'Blue'] as const;
const STEPS = 18;

/** What a sequence did, and what is wrong with it. */
export interface SequenceEnd {
  readonly story: readonly string[];
  readonly faults: readonly string[];
  /** How often an action was refused since its version was on hold. */
  readonly refusals: number;
  /** How often an alias was moved by an action of ours. */
  readonly moves: number;
}

interface Sequence {
  readonly bench: ActionBench;
  readonly random: () => number;
  /** The bytes on hold, as the oracle knows them. */
  readonly held: Set<string>;
  readonly story: string[];
  readonly faults: string[];
  refusals: number;
  moves: number;
}

/** Files by a content that makes them different. */
const filesOf = (content: string) => ({ MLmodel: GOOD_FILES['MLmodel'] ?? '', 'model.pkl': content });

const bytesOf = (state: MetastoreSnapshot, name: string, version: number): string =>
  JSON.stringify(state.models[name]?.versions[String(version)]?.files);

const versionsOf = (state: MetastoreSnapshot, name: string): number[] =>
  Object.keys(state.models[name]?.versions ?? {}).map(Number);

/** A name in any of its spellings. */
function spelled(name: string, random: () => number): string {
  return pick(random, [name, name.toUpperCase(), name.replace('ml_team', 'ML_Team')]);
}

/** Plays one sequence of actions, of ours and of others, in a fresh world. */
export async function playSequence(seed: number, bench: ActionBench): Promise<SequenceEnd> {
  const { metastore } = bench.emulator;
  metastore.grant('schema', 'staging.ml_team', PROMOTER, ['CREATE_MODEL']);
  for (const content of CONTENTS) metastore.addVersion(STAGING, { files: filesOf(content) });
  const sequence: Sequence = {
    bench,
    random: seeded(seed),
    held: new Set(),
    story: [],
    faults: [],
    refusals: 0,
    moves: 0,
  };
  for (let step = 0; step < STEPS; step += 1) await playStep(sequence, metastore);
  return sequence;
}

type Step =
  | 'return'
  | 'promote'
  | 'copy'
  | 'set-alias'
  | 'from-alias'
  | 'find'
  | 'hold'
  | 'lift'
  | 'rollback'
  | 'others';

/** How often each is chosen. */
const WEIGHTS: Readonly<Record<Step, number>> = {
  return: 5,
  promote: 2,
  copy: 2,
  'set-alias': 1,
  'from-alias': 1,
  find: 1,
  hold: 2,
  lift: 1,
  rollback: 1,
  others: 2,
};

const CHOICES = Object.entries(WEIGHTS).flatMap(([step, weight]) =>
  Array.from({ length: weight }, () => step as Step),
);

async function playStep(sequence: Sequence, metastore: Metastore): Promise<void> {
  const { random, bench } = sequence;
  const state = bench.emulator.state();
  const version = pick(random, versionsOf(state, PROD));
  const alias = spelled(pick(random, ALIASES), random);
  const model = spelled(PROD, random);
  const source = sourceOf(state, random);
  switch (pick(random, CHOICES)) {
    case 'promote':
      return run(sequence, promote, { source, destination: model, alias, compatibility: 'none' });
    case 'copy': {
      const destination = pick(random, [PROD, BETWEEN, BETWEEN]);
      const inputs = { source, destination: spelled(destination, random), 'create-destination': 'true' };
      return run(sequence, copyVersion, inputs);
    }
    case 'set-alias':
      return run(sequence, setAlias, { model, alias, version: String(version) });
    case 'from-alias':
      return run(sequence, setAlias, { model, alias, 'from-alias': spelled(pick(random, ALIASES), random) });
    case 'find':
      return find(sequence, model, pick(random, [{}, { version: String(version) }, { alias }]), alias);
    case 'hold':
      return hold(sequence, model, version);
    case 'lift':
      return lift(sequence, model, version);
    case 'rollback': {
      const now = state.models[PROD]?.aliases['Champion'];
      if (now === undefined) return;
      const to = random() < 0.5 ? {} : { 'to-version': String(version) };
      return run(sequence, rollback, {
        model,
        alias: 'champion',
        'from-version': String(now),
        reason: 'x',
        ...to,
      });
    }
    case 'return':
      return bringBack(sequence, state, { model, alias });
    case 'others': {
      // More often than not what is on hold comes back.
      const held = CONTENTS.filter((_, index) => sequence.held.has(bytesOf(state, STAGING, FIRST + index)));
      const content = pick(random, held.length > 0 && random() < 0.7 ? held : CONTENTS);
      const from = pick(random, [{}, { source: `models:/${STAGING}/3` }]);
      const name = pick(random, [PROD, STAGING]);
      metastore.addVersion(name, { files: filesOf(content), ...from });
      sequence.story.push(`others add ${content} to ${name}`);
    }
  }
}

function sourceOf(state: MetastoreSnapshot, random: () => number): string {
  const names = [STAGING, ...(state.models[BETWEEN] === undefined ? [] : [BETWEEN, BETWEEN])];
  const name = pick(random, names);
  return `models:/${spelled(name, random)}/${pick(random, versionsOf(state, name))}`;
}

/** Somebody tries to bring back what is on hold: from wherever its bytes lie, under whatever number. */
async function bringBack(
  sequence: Sequence,
  state: MetastoreSnapshot,
  { model, alias }: { readonly model: string; readonly alias: string },
): Promise<void> {
  const { random, held } = sequence;
  const places = [PROD, STAGING, BETWEEN].flatMap((name) =>
    versionsOf(state, name)
      .filter((version) => held.has(bytesOf(state, name, version)))
      .map((version) => ({ name, version })),
  );
  if (places.length === 0) {
    const version = pick(random, versionsOf(state, PROD));
    return version === 1 ? undefined : hold(sequence, model, version);
  }
  const { name, version } = pick(random, places);
  if (name === PROD) return run(sequence, setAlias, { model, alias, version: String(version) });
  const source = `models:/${spelled(name, random)}/${version}`;
  const hops = name === STAGING && random() < 0.3;
  return hops
    ? run(sequence, copyVersion, { source, destination: BETWEEN, 'create-destination': 'true' })
    : run(sequence, promote, { source, destination: model, alias, compatibility: 'none' });
}

/** Runs an action of ours, and holds that it gave no alias of the model to bytes on hold. */
async function run(
  sequence: Sequence,
  action: Action,
  inputs: Readonly<Record<string, string>>,
): Promise<void> {
  const { before, after, outputs, verdict } = await sequence.bench.run(action, {
    registry: 'databricks',
    ...inputs,
  });
  sequence.story.push(`${action.name} ${JSON.stringify(inputs)}: ${verdict}`);
  if (verdict.includes('on hold')) sequence.refusals += outputs['outcome'] === 'blocked' ? 1 : 0;
  const was = before.models[PROD]?.aliases ?? {};
  const is = after.models[PROD]?.aliases ?? {};
  for (const [alias, version] of Object.entries(is)) {
    if (was[alias] === version) continue;
    sequence.moves += 1;
    if (sequence.held.has(bytesOf(after, PROD, version)))
      sequence.faults.push(`${alias} was given to version ${version}, which is on hold, by ${action.name}.`);
  }
  if (action === rollback && outputs['held'] === 'true')
    sequence.held.add(bytesOf(after, PROD, Number(inputs['from-version'])));
}

/** Finds a version and gives it the alias, as a workflow does. */
async function find(
  sequence: Sequence,
  model: string,
  by: Readonly<Record<string, string>>,
  alias: string,
): Promise<void> {
  const { outputs, verdict, after } = await sequence.bench.run(findVersion, {
    registry: 'databricks',
    model,
    ...by,
  });
  sequence.story.push(`find-version ${JSON.stringify(by)}: ${verdict}`);
  if (outputs['outcome'] !== 'ok') return;
  if (sequence.held.has(bytesOf(after, PROD, Number(outputs['version']))))
    sequence.faults.push(`find-version found version ${outputs['version']}, which is on hold.`);
  await run(sequence, setAlias, { model, alias, version: outputs['version'] ?? '' });
}

async function hold(sequence: Sequence, model: string, version: number): Promise<void> {
  const inputs = { model, version: String(version), hold: 'incident 7' };
  await run(sequence, tagStatus, inputs);
  sequence.held.add(bytesOf(sequence.bench.emulator.state(), PROD, version));
}

async function lift(sequence: Sequence, model: string, version: number): Promise<void> {
  await run(sequence, tagStatus, { model, version: String(version), 'lift-hold': 'true' });
  sequence.held.delete(bytesOf(sequence.bench.emulator.state(), PROD, version));
}
