import { describe, expect, test } from 'vitest';
import { registerVersion } from '../../src/actions/register-version.ts';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { expectRefused, outputsOf } from './expectations.ts';
import { world, type ActionBench, type ActionRun } from './harness.ts';
import { addSources, folderOf, LOGGED, RUN, SOURCES } from './register/sources.ts';

const FILES = Object.keys(GOOD_FILES).length;
const NUMBER = '2';

/** The demo's workspace with everything that can be registered. */
async function trained(): Promise<ActionBench> {
  const bench = await world();
  addSources(bench.emulator);
  return bench;
}

const madeIn = (seen: ActionRun) => seen.after.models[PROD]?.versions[NUMBER];
describe('each kind of source becomes a version', () => {
  test.each([
    [
      'run',
      {
        source: `dbfs:/databricks/mlflow-tracking/17/${RUN}/artifacts/model`,
        runId: RUN,
        modelId: null,
        origin: SOURCES.run,
      },
    ],
    [
      'a logged model of a run',
      {
        source: `models:/${LOGGED}`,
        runId: RUN,
        modelId: LOGGED,
        origin: SOURCES['a logged model of a run'],
      },
    ],
    [
      'logged model',
      { source: `models:/${LOGGED}`, runId: RUN, modelId: LOGGED, origin: SOURCES['logged model'] },
    ],
    [
      'workspace version',
      {
        source: 'models:/fraud/3',
        runId: RUN,
        modelId: null,
        origin: `workspace 4242424242424242 ${SOURCES['workspace version']}`,
      },
    ],
  ] as const)('%s', async (kind, { origin, ...fields }) => {
    const { run } = await trained();
    const seen = await run(registerVersion, { source: SOURCES[kind], destination: PROD });
    const { digest, 'listing-digest': listing, ...outputs } = outputsOf(seen);
    expect(outputs).toMatchObject({
      version: NUMBER,
      uri: `models:/${PROD}/${NUMBER}`,
      files: String(FILES),
      verified: 'full',
      'subject-digest': digest,
      outcome: 'ok',
      changed: 'true',
    });
    expect(seen.verdict).toBe(`✅ OK: ${SOURCES[kind]} → models:/${PROD}/${NUMBER}`);
    const made = madeIn(seen);
    expect(made).toMatchObject({ status: 'READY', ...fields });
    expect(made?.files).toEqual(seen.before.models[STAGING]?.versions['1']?.files);
    expect(made?.tags).toMatchObject({
      uc_promote_origin: origin,
      uc_promote_digest: digest,
      uc_promote_listing: listing,
    });
  });

  test('a folder of the runner, which belongs to no run', async () => {
    const { run } = await trained();
    const folder = await folderOf();
    const seen = await run(registerVersion, { source: folder, destination: PROD });
    const made = madeIn(seen);
    expect(made).toMatchObject({ status: 'READY', source: folder, runId: null, modelId: null });
    expect(made?.files).toEqual(seen.before.models[STAGING]?.versions['1']?.files);
    expect(made?.tags['uc_promote_origin']).toBe(`folder ${outputsOf(seen)['digest'] ?? ''}`);
  });

  test('tags and description of a version of the workspace travel as those of a copy do', async () => {
    const { run } = await trained();
    const seen = await run(registerVersion, {
      source: SOURCES['workspace version'],
      destination: PROD,
    });
    const made = madeIn(seen);
    expect(made?.description).toBe('From the workspace.');
    expect(made?.tags['dataset']).toBe('transactions_q3');
    expect(made?.tags['validation_status']).toBeUndefined();
  });

  test('nothing else is touched', async () => {
    const { run } = await trained();
    const seen = await run(registerVersion, { source: SOURCES.run, destination: PROD });
    expect(seen.after.models[STAGING]).toEqual(seen.before.models[STAGING]);
    expect(seen.after.models[PROD]?.aliases).toEqual(seen.before.models[PROD]?.aliases);
    expect([seen.after.grants, seen.after.owners]).toEqual([seen.before.grants, seen.before.owners]);
  });
});

describe('again', () => {
  test.each(Object.values(SOURCES))('%s is found and not registered twice', async (source) => {
    const { run } = await trained();
    await run(registerVersion, { source, destination: PROD });
    const seen = await run(registerVersion, { source, destination: PROD });
    expect(outputsOf(seen)).toMatchObject({ outcome: 'noop', version: NUMBER });
    expect(seen.records.filter(({ write }) => write)).toEqual([]);
  });

  test('the same files in another folder are found; other files make another version', async () => {
    const { run } = await trained();
    await run(registerVersion, { source: await folderOf(), destination: PROD });
    const same = await run(registerVersion, { source: await folderOf(), destination: PROD });
    expect(outputsOf(same)).toMatchObject({ outcome: 'noop', version: NUMBER });
    const other = await folderOf({ ...GOOD_FILES, 'model.pkl': 'trained again' });
    const seen = await run(registerVersion, { source: other, destination: PROD });
    expect(outputsOf(seen)).toMatchObject({ outcome: 'ok', version: '3' });
  });
});

describe('a new model', () => {
  const FRESH = 'prod.ml_team.fresh';

  test('is created where that is asked, with its owner', async () => {
    const { run } = await trained();
    const seen = await run(registerVersion, {
      source: SOURCES.run,
      destination: FRESH,
      'create-destination': 'true',
      'destination-owner': 'ml-deployers',
    });
    expect(outputsOf(seen)).toMatchObject({ outcome: 'ok', version: '1' });
    expect(seen.after.models[FRESH]).toMatchObject({ owner: 'ml-deployers' });
  });

  test('is not created where that is not asked', async () => {
    const { run } = await trained();
    const seen = await run(registerVersion, { source: SOURCES.run, destination: FRESH });
    expectRefused(seen, 'invalid');
    expect(seen.log.join('\n')).toContain('create-destination: true');
  });
});

test('a dry run writes nothing', async () => {
  const { run } = await trained();
  const seen = await run(registerVersion, {
    source: SOURCES['logged model'],
    destination: PROD,
    'dry-run': 'true',
  });
  expect(seen.after).toEqual(seen.before);
  expect(outputsOf(seen)).toMatchObject({ outcome: 'ok', changed: 'false', 'would-change': 'true' });
  expect(seen.report.changes).toMatchObject([
    { change: { kind: 'register', source: SOURCES['logged model'] }, state: 'planned' },
  ]);
});
