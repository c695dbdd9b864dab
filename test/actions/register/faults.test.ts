import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Emulator, Metastore } from '../../../emulator/index.ts';
import { registerVersion } from '../../../src/actions/register-version.ts';
import {
  filesWith,
  GOOD_FILES,
  PROD,
  PROMOTER,
  UNSIGNED_FILES,
} from '../../../emulator/seeds/demo-models.ts';
import { expectRefused } from '../expectations.ts';
import { world, type ActionRun } from '../harness.ts';
import { addSources, folderOf, LOGGED, RUN, SOURCES, type Files } from './sources.ts';

const OTHER = 'm-ffffffffffffffffffffffffffffffff';
const FRESH = 'prod.ml_team.fresh';

/** Registers a source of a world that was changed before. */
async function registering(
  source: string,
  change: (emulator: Emulator) => void,
  { files, ...inputs }: (Readonly<Record<string, string>> & { files?: never }) | { files: Files } = {},
): Promise<ActionRun> {
  const bench = await world();
  addSources(bench.emulator, files);
  change(bench.emulator);
  return bench.run(registerVersion, { source, destination: PROD, ...inputs });
}

const nothing = () => {};
/** What the log says, and the report, which has the fixes. */
const said = (seen: ActionRun) => `${seen.log.join('\n')}\n${JSON.stringify(seen.report)}`;

describe('a source that is not to be had is refused before anything is written', () => {
  test.each<[string, string, (emulator: Emulator) => void, string, RegExp]>([
    [
      'a run that does not exist',
      `runs:/${'f'.repeat(32)}/model`,
      nothing,
      'invalid',
      /Input `source`: the run f+ does not exist, or the caller may not see it\..*Check the id of the run/su,
    ],
    [
      'a run that is deleted',
      SOURCES.run,
      ({ metastore }) => metastore.addRun({ runId: RUN, isDeleted: true, files: { 'model/MLmodel': 'x' } }),
      'invalid',
      /the run \w+ is deleted\. *.*Restore the run/su,
    ],
    [
      'a path of a run that is no model',
      `runs:/${RUN}/plots`,
      nothing,
      'invalid',
      /has neither a folder plots with a file MLmodel nor a logged model of that name/u,
    ],
    [
      'a path of a run that does not exist',
      `runs:/${RUN}/classifiers`,
      nothing,
      'invalid',
      /has neither a folder classifiers/u,
    ],
    [
      'a name under which a run logged two models at its last step',
      SOURCES['a logged model of a run'],
      ({ metastore }) => {
        metastore.addLoggedModel({
          modelId: OTHER,
          experimentId: '17',
          name: 'classifier',
          sourceRunId: RUN,
          files: GOOD_FILES,
        });
        metastore.addRun({
          runId: RUN,
          experimentId: '17',
          outputs: [LOGGED, OTHER].map((modelId) => ({ modelId, step: 3 })),
        });
      },
      'invalid',
      /logged 2 models as classifier at its last step\. *.*Name one of them: models:\/m-/su,
    ],
    [
      'a logged model that does not exist',
      `models:/${OTHER}`,
      nothing,
      'invalid',
      /the logged model models:\/m-f+ does not exist/u,
    ],
    [
      'a version of the workspace that does not exist',
      'models:/fraud/4',
      nothing,
      'invalid',
      /version 4 of fraud does not exist in the workspace registry/u,
    ],
    [
      'a folder that does not exist',
      'no/such/folder',
      nothing,
      'invalid',
      /there is no folder no\/such\/folder on this runner/u,
    ],
  ])('%s', async (_title, source, change, outcome, message) => {
    const seen = await registering(source, change);
    expectRefused(seen, outcome);
    expect(said(seen)).toMatch(message);
  });

  test.each<[string, string]>([
    ['a run', SOURCES.run],
    ['a logged model', SOURCES['logged model']],
    ['a version of the workspace', SOURCES['workspace version']],
  ])('%s that somebody else keeps for themselves', async (_title, source) => {
    const seen = await registering(source, ({ metastore: { state } }) => {
      for (const each of [
        ...state.runs.values(),
        ...state.loggedModels.values(),
        ...state.workspaceVersions.values(),
      ])
        if (each.artifacts !== undefined) each.artifacts.readers = ['ada@example.com'];
    });
    expectRefused(seen, 'denied');
    expect(said(seen)).toContain('CAN READ on the experiment');
  });

  test.each([
    ['LOGGED_MODEL_PENDING', /is LOGGED_MODEL_PENDING, not LOGGED_MODEL_READY\..*Wait until the run/su],
    ['LOGGED_MODEL_UPLOAD_FAILED', /not all of its files arrived/u],
    ['LOGGED_MODEL_UNHEARD_OF', /is LOGGED_MODEL_UNHEARD_OF, not LOGGED_MODEL_READY/u],
  ])('a logged model in status %s', async (status, message) => {
    const seen = await registering(SOURCES['logged model'], ({ metastore: { state } }) => {
      const model = state.loggedModels.get(LOGGED);
      if (model !== undefined) model.status = status;
    });
    expectRefused(seen, 'blocked');
    expect(said(seen)).toMatch(message);
  });

  test('a version of the workspace that is not READY', async () => {
    const seen = await registering(SOURCES['workspace version'], ({ metastore }) =>
      metastore.addWorkspaceVersion('fraud', {
        version: 3,
        status: 'PENDING_REGISTRATION',
        files: GOOD_FILES,
      }),
    );
    expectRefused(seen, 'blocked');
    expect(said(seen)).toContain('PENDING_REGISTRATION');
  });

  test.each(Object.values(SOURCES))('%s without a signature', async (source) => {
    const seen = await registering(source, nothing, { files: UNSIGNED_FILES });
    expectRefused(seen, 'blocked');
    expect(said(seen)).toMatch(/signature/u);
  });

  test('a folder without a signature, and one without MLmodel', async () => {
    for (const files of [UNSIGNED_FILES, filesWith(undefined)]) {
      const seen = await registering(await folderOf(files), nothing);
      expectRefused(seen, 'blocked');
    }
  });

  test('a folder with a link, which leads out of it', async () => {
    const folder = await folderOf();
    await symlink('/etc/hostname', join(folder, 'weights.bin'));
    const seen = await registering(folder, nothing);
    expectRefused(seen, 'blocked');
    expect(said(seen)).toMatch(/The folder \S+ has \\?"weights\.bin\\?", which is a link\..*cp -RL/su);
  });

  test('a folder that is a link, and one whose path below the folder of the job goes through one', async () => {
    const away = await folderOf();
    const job = await mkdtemp(join(process.cwd(), 'node_modules', '.uc-promote-register-'));
    onTestFinished(() => rm(job, { recursive: true, force: true }));
    await symlink(away, join(job, 'model'));
    await symlink(join(away, '..'), join(job, '..linked'));
    for (const path of [join(job, 'model'), join(job, '..linked', basename(away))]) {
      const seen = await registering(path, nothing);
      expectRefused(seen, 'invalid');
      expect(said(seen)).toMatch(/Input `source`: \S+ is a link, or no folder\./u);
      expect(said(seen)).toContain('Name the folder that the link leads to');
    }
  });

  test('a file in place of a folder', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'uc-promote-file-'));
    onTestFinished(() => rm(parent, { recursive: true, force: true }));
    await writeFile(join(parent, 'MLmodel'), 'flavors: {}');
    const seen = await registering(join(parent, 'MLmodel'), nothing);
    expectRefused(seen, 'invalid');
    expect(said(seen)).toContain('is a file, and no folder');
  });

  test('artifacts in a store of the team, which the workspace does not read', async () => {
    const bench = await world({ switches: { artifactRoute: 'own-storage' } });
    addSources(bench.emulator);
    for (const source of [SOURCES.run, SOURCES['logged model']]) {
      const seen = await bench.run(registerVersion, { source, destination: PROD });
      expectRefused(seen, 'unsupported');
      expect(said(seen)).toContain('The artifacts are at s3://team-bucket/');
    }
  });
});

test('a model of the name appears while it is created: conflict, and nothing goes into it', async () => {
  const bench = await world();
  addSources(bench.emulator);
  bench.emulator.faults.add({
    template: /registered-models\/create$/u,
    kind: {
      kind: 'run',
      when: 'before',
      run: (metastore: Metastore) => {
        metastore.createModel(FRESH, { owner: 'admin@example.com' });
        metastore.grant('function', FRESH, PROMOTER, ['EXECUTE']);
      },
    },
  });
  const seen = await bench.run(registerVersion, {
    source: SOURCES.run,
    destination: FRESH,
    'create-destination': 'true',
  });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
  expect(seen.after.models[FRESH]).toMatchObject({ versions: {} });
});

test('what is on hold is not registered again under another number', async () => {
  const bench = await world();
  addSources(bench.emulator);
  await bench.run(registerVersion, { source: SOURCES.run, destination: PROD });
  bench.emulator.metastore.setTags(PROD, { uc_promote_hold: 'incident 7' }, 2);
  const seen = await bench.run(registerVersion, { source: SOURCES.run, destination: PROD });
  expectRefused(seen, 'blocked');
  expect(said(seen)).toContain(`models:/${PROD}/2, which was registered from the same source, is on hold`);
});
