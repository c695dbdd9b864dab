import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../../emulator/index.ts';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { seeded } from '../../rollback/seeded.ts';
import type { ActionRun } from '../harness.ts';
import { planned, PLANNINGS, type Planned, type PlanningName } from './planned.ts';

/** A sample of the two thousand of the night: `INTERFERENCES=2000 npx vitest run test/actions/apply/interference.test.ts`. */
const COUNT = Number(process.env['INTERFERENCES'] ?? '200');

type Model = ReturnType<Metastore['model']>;

/** What somebody else does between plan and apply; `target` is the version that the alias is moved to, or 2. */
interface Interference {
  readonly title: string;
  /** Whether a plan rests on what is changed. */
  readonly matters: (planned: Planned) => boolean;
  readonly change: (model: Model, target: number) => void;
}

const always = () => true;
const never = () => false;
const movesTo = ({ plan }: Planned) =>
  plan.changes.some((change) => change.kind === 'alias' && change.to !== null);
const restsOn =
  (kind: string, key?: string) =>
  ({ plan }: Planned) =>
    plan.basis.some(
      (fact) => fact.kind === kind && (key === undefined || ('key' in fact && fact.key === key)),
    );

const moved = (model: Model, version: number, alias = 'Champion') =>
  void model.aliases.set(alias.toLowerCase(), { id: 'foreign', alias, version });
const tagged = (key: string, value: string) => (model: Model, target: number) =>
  void model.versions.get(target)?.tags.set(key, value);
const untagged = (key: string) => (model: Model, target: number) =>
  void model.versions.get(target)?.tags.delete(key);
const status = (word: 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION') => (model: Model, target: number) => {
  const version = model.versions.get(target);
  if (version !== undefined) version.status = word;
};
const held = (key: string, value: string) => (model: Model) => void model.tags.set(key, value);
const file = (path: string, text: string | undefined) => (model: Model, target: number) => {
  const version = model.versions.get(target);
  const like = version?.files.values().next().value;
  if (version === undefined || like === undefined) throw new Error('No files.');
  if (text === undefined) version.files.delete(path);
  else {
    const bytes = new TextEncoder().encode(text);
    version.files.set(path, { ...like, content: { kind: 'memory', size: bytes.length, bytes } });
  }
};

const INTERFERENCES: readonly Interference[] = [
  { title: 'the alias is moved to a third version', matters: always, change: (model) => moved(model, 7) },
  {
    title: 'the alias is moved to a version without signature',
    matters: always,
    change: (model) => moved(model, 3),
  },
  { title: 'the alias is moved to a pending version', matters: always, change: (model) => moved(model, 4) },
  { title: 'the alias is moved to a version on hold', matters: always, change: (model) => moved(model, 6) },
  {
    title: 'the alias is moved where the plan moves it, or deleted as the plan does, without a record',
    matters: always,
    change: (model, target) => moved(model, model.aliases.get('champion')?.version === target ? 7 : target),
  },
  {
    title: 'the alias is deleted',
    matters: always,
    change: (model) => void model.aliases.delete('champion'),
  },
  {
    title: 'the alias is deleted and set to another version in another case',
    matters: always,
    change: (model) => moved(model, 7, 'CHAMPION'),
  },
  { title: 'the version is pending', matters: movesTo, change: status('PENDING_REGISTRATION') },
  { title: 'the version failed', matters: movesTo, change: status('FAILED_REGISTRATION') },
  {
    title: 'the version is deleted',
    matters: movesTo,
    change: (model, target) => void model.versions.delete(target),
  },
  {
    title: 'the version gets a tag of a hold',
    matters: movesTo,
    change: tagged('uc_promote_hold', 'incident 8'),
  },
  { title: 'an empty tag of a hold', matters: movesTo, change: tagged('uc_promote_hold', '') },
  { title: 'a tag of a hold in capitals', matters: movesTo, change: tagged('UC_PROMOTE_HOLD', 'incident 8') },
  {
    title: 'a hold on the model of that version',
    matters: movesTo,
    change: (model, target) =>
      held('uc_promote_hold_0123456789ab', JSON.stringify({ version: target, reason: 'incident 8' }))(model),
  },
  {
    title: 'a hold on the model of another version',
    matters: movesTo,
    change: held('uc_promote_hold_0123456789ab', JSON.stringify({ version: 99, reason: 'incident 8' })),
  },
  {
    title: 'a hold on the model that says nothing',
    matters: movesTo,
    change: held('uc_promote_hold_0123456789ab', 'incident 8'),
  },
  {
    title: 'a hold on the model with an empty value',
    matters: movesTo,
    change: held('uc_promote_hold_0123456789ab', ''),
  },
  {
    title: 'the required status is withdrawn',
    matters: restsOn('tag', 'validation_status'),
    change: untagged('validation_status'),
  },
  ...['rejected', 'Approved', 'approved ', ''].map((value) => ({
    title: `the required status becomes ${JSON.stringify(value)}`,
    matters: restsOn('tag', 'validation_status'),
    change: tagged('validation_status', value),
  })),
  { title: 'the origin is removed', matters: originMatters, change: untagged('uc_promote_origin') },
  {
    title: 'the origin becomes another one',
    matters: restsOn('tag', 'uc_promote_origin'),
    change: tagged('uc_promote_origin', 'models:/dev.ml_team.other/1'),
  },
  {
    title: 'the digest becomes another one',
    matters: restsOn('tag', 'uc_promote_digest'),
    change: tagged('uc_promote_digest', `sha256:${'0'.repeat(64)}`),
  },
  { title: 'a file more', matters: restsOn('files'), change: file('extra.bin', 'x') },
  { title: 'a file in a new folder', matters: restsOn('files'), change: file('data/extra.bin', 'x') },
  { title: 'an empty file more', matters: restsOn('files'), change: file('empty', '') },
  {
    title: 'a file of another size',
    matters: restsOn('files'),
    change: file('model.pkl', 'another size of file'),
  },
  { title: 'a file less', matters: restsOn('files'), change: file('model.pkl', undefined) },
  {
    title: 'a file renamed',
    matters: restsOn('files'),
    change: (model, target) => {
      const files = model.versions.get(target)?.files;
      const [path, content] = [...(files ?? [])][0] ?? [];
      if (files === undefined || path === undefined || content === undefined) throw new Error('No files.');
      files.delete(path);
      files.set(`${path}.old`, content);
    },
  },
  // What no plan rests on: it is carried out, and what others wrote stays.
  {
    title: 'another version is registered',
    matters: never,
    change: (model) => {
      const last = [...model.versions.values()].at(-1);
      if (last === undefined) throw new Error('No versions.');
      model.versions.set(model.nextVersion, {
        ...structuredClone(last),
        version: model.nextVersion,
        id: 'foreign',
      });
      model.nextVersion += 1;
    },
  },
  {
    title: 'another version gets a status',
    matters: never,
    change: (model) => void model.versions.get(7)?.tags.set('validation_status', 'approved'),
  },
  { title: 'another alias is set', matters: never, change: (model) => moved(model, 7, 'Challenger') },
  {
    title: 'the description changes',
    matters: never,
    change: (model) => void (model.description = 'edited'),
  },
  {
    title: 'the description of the version changes',
    matters: never,
    change: (model, target) => {
      const version = model.versions.get(target);
      if (version !== undefined) version.description = 'edited';
    },
  },
  { title: 'a tag of the model', matters: never, change: (model) => void model.tags.set('team', 'risk') },
  { title: 'a tag of the version', matters: never, change: tagged('reviewed_by', 'grace') },
  {
    title: 'a tag whose key begins as a hold does',
    matters: never,
    change: (model) => void model.tags.set('uc_promote_holdings', 'x'),
  },
  {
    title: 'a deployment job is connected',
    matters: never,
    change: (model) => void (model.deploymentJobId = '77'),
  },
  {
    title: 'another version is deleted',
    matters: never,
    change: (model) => void model.versions.delete(5),
  },
];

function originMatters({ plan }: Planned): boolean {
  return plan.basis.some(
    (fact) => fact.kind === 'tag' && fact.key === 'uc_promote_origin' && fact.was !== null,
  );
}

const NAMES = Object.keys(PLANNINGS) as PlanningName[];

test('there are 40 kinds of foreign writes', () => {
  expect(new Set(INTERFERENCES.map(({ title }) => title)).size).toBeGreaterThanOrEqual(40);
});

describe.each(NAMES)('a plan of %s', (name) => {
  test('with one interference, it is a conflict that writes nothing, or exactly the plan', async () => {
    const bench = await planned(name);
    const { metastore } = bench.emulator;
    const saved = structuredClone(metastore.model(PROD));
    const target = targetOf(bench);
    const random = seeded(NAMES.indexOf(name) + 1);
    const faults: string[] = [];
    const each = Math.ceil(COUNT / NAMES.length);
    for (let count = 0; count < each; count += 1) {
      // Every kind once, then by chance.
      const chosen = count < INTERFERENCES.length ? count : Math.floor(random() * INTERFERENCES.length);
      const interference = INTERFERENCES[chosen];
      if (interference === undefined) throw new Error('No interference.');
      metastore.state.models.set(PROD, structuredClone(saved));
      interference.change(metastore.model(PROD), target);
      const seen = await bench.run(apply, { plan: bench.text });
      const wrong = interference.matters(bench) ? faultsOfConflict(seen) : faultsOfPlan(seen, bench);
      faults.push(...wrong.map((fault) => `${interference.title}: ${fault}`));
    }
    expect(faults).toEqual([]);
  }, 600_000);
});

function targetOf({ plan }: Planned): number {
  const move = plan.changes.find((change) => change.kind === 'alias');
  return move?.kind === 'alias' && move.to !== null ? move.to : 2;
}

function faultsOfConflict(seen: ActionRun): string[] {
  const { outcome, changed } = seen.outputs;
  return [
    ...(outcome === 'conflict' && changed === 'false'
      ? []
      : [`${outcome ?? ''}, changed ${changed ?? ''}: ${seen.verdict}`]),
    ...(JSON.stringify(seen.after) === JSON.stringify(seen.before) ? [] : ['something was written']),
    ...(seen.records.some(({ method }) => method !== 'GET' && method !== 'HEAD') ? ['a write was sent'] : []),
  ];
}

function faultsOfPlan(seen: ActionRun, { plan }: Planned): string[] {
  const move = plan.changes.find((change) => change.kind === 'alias');
  const alias = seen.after.models[PROD]?.aliases['Champion'] ?? null;
  return [
    ...(seen.outputs['outcome'] === 'ok' ? [] : [seen.verdict]),
    ...(seen.report.changes.length === plan.changes.length ? [] : ['other changes than planned']),
    ...(move?.kind === 'alias' && alias === move.to ? [] : [`Champion names ${String(alias)}`]),
  ];
}
