import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { promoter } from '../../../emulator/seeds/demo.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { promote } from '../../../src/actions/promote.ts';
import { validateVersion } from '../../../src/actions/validate-version.ts';
import { scriptPromotion } from '../../crash/promote-scenarios.ts';
import { discover, perform, trialsOf, trialText } from '../../crash/trial.ts';
import { scriptWorld, type ScriptWorld } from '../validating-jobs.ts';

const COPY = `models:/${PROD}/2`;
// A fake clock runs ahead of the process of a job.
const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD, 'validate-timeout': '120h' };

const PASSES = `
  const given = Object.fromEntries(process.argv.slice(2).map((each) => each.replace(/^--/, '').split('=')));
  console.log(JSON.stringify({ passed: true, auc: 0.93, ...given, as: process.env.DATABRICKS_TOKEN !== undefined }));
`;

const aliasIn = ({ emulator }: ScriptWorld) => emulator.state().models[PROD]?.aliases['Champion'];
const runsIn = ({ emulator }: ScriptWorld) => [...emulator.metastore.state.workspace.runs.values()];
const stateOf = ({ emulator }: ScriptWorld) => emulator.metastore.workspace.state;

test('a script of the repository is put into the workspace, run as the caller, and taken away again', async () => {
  const bench = await scriptWorld(PASSES);
  const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect([aliasIn(bench), bench.left()]).toEqual([2, []]);
  const [run, ...others] = runsIn(bench);
  expect([run?.type, run?.runAs, others]).toEqual(['SUBMIT_RUN', promoter, []]);
  expect(run?.settings).toMatchObject({
    timeout_seconds: 120 * 3600,
    environments: [{ environment_key: 'default', spec: { environment_version: '4' } }],
  });
  const sha256 = createHash('sha256').update(PASSES).digest('hex');
  const said = { as: true, auc: 0.93, model_name: PROD, model_uri: COPY, model_version: '2', passed: true };
  expect(seen.report.evidence).toContainEqual(
    expect.objectContaining({
      kind: 'validation',
      result: 'passed',
      ending: 'ended with SUCCESS',
      job: {
        id: run?.jobId,
        name: bench.file,
        script: { sha256, compute: 'serverless compute, environment 4' },
        runsAs: promoter,
        run: run?.id,
        results: [{ task: 'main', said: JSON.stringify(said) }],
      },
    }),
  );
  expect(seen.report.facts).toContainEqual({
    label: 'Validation script',
    value: `${bench.file} (sha256 ${sha256})`,
    note: `on serverless compute, environment 4; its runs act as ${promoter}`,
  });
  expect(seen.summary).toContain(`<code>${sha256.slice(0, 12)}</code>&#41;, run ${run?.id}`);
  const asked = seen.records
    .map(({ method, path }) => `${method} ${path}`)
    .filter((each) => /\/(?:jobs|workspace|permissions)\//u.test(each) && !each.includes('unity-catalog'));
  // The list of jobs is read for those that the move sets off.
  const own = asked.filter((each, at) => asked.indexOf(each) === at && !each.endsWith('/jobs/list'));
  expect(own).toEqual([
    'GET /api/2.0/workspace/list',
    'POST /api/2.0/workspace/mkdirs',
    'POST /api/2.0/workspace/import',
    'GET /api/2.0/workspace/export',
    'POST /api/2.2/jobs/runs/submit',
    'GET /api/2.2/jobs/runs/get',
    'GET /api/2.2/jobs/runs/get-output',
    'POST /api/2.0/workspace/delete',
  ]);
});

test('a dry run reads the script, and puts nothing anywhere', async () => {
  const bench = await scriptWorld(PASSES);
  const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named(), 'dry-run': 'true' });
  expect([seen.outputs['outcome'], runsIn(bench), bench.left()], seen.verdict).toEqual(['ok', [], []]);
  expect(seen.report.facts).toContainEqual({
    label: 'Validation',
    value: 'not executed in a dry run',
    note: `script ${bench.file}`,
  });
});

describe('the code of the user refuses', () => {
  test.each([
    [
      'by its exit code',
      'console.error("Traceback (most recent call last):\\nValueError: auc 0.4"); process.exit(1);',
      'RUN_EXECUTION_ERROR: ValueError: auc 0.4',
    ],
    [
      'by a result',
      'console.log(`{"passed": false, "message": "auc fell"}`);',
      'reports "passed": false: auc fell',
    ],
  ])('%s', async (_name, script, how) => {
    const bench = await scriptWorld(script);
    const inputs = { 'validate-job': bench.named(), 'reject-status': 'rejected' };
    const seen = await bench.run(promote, { ...PROMOTE, ...inputs });
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(seen.verdict).toContain(how);
    const { tags } = bench.emulator.state().models[PROD]?.versions['2'] ?? {};
    expect([aliasIn(bench), tags?.['validation_status'], bench.left()]).toEqual([1, 'rejected', []]);
  });
});

describe('there is no verdict, and the folder is gone', () => {
  const switches = { serverlessJobs: 'off' } as const;
  test.each([
    [
      'a cluster that there is not',
      ['cluster: 0923-164208-absent'],
      {},
      'invalid',
      'Cluster 0923-164208-absent does not exist',
    ],
    [
      'serverless compute that is off',
      [],
      { switches },
      'unsupported',
      'Serverless compute for jobs is not enabled',
    ],
    [
      'an identity that the caller may not use',
      ['run-as: ada@example.com'],
      {},
      'denied',
      'not allowed to set run_as',
    ],
  ])('%s', async (_name, lines, options, outcome, why) => {
    const bench = await scriptWorld(PASSES, options);
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named(...lines) });
    expect([seen.outputs['outcome'], aliasIn(bench), bench.left()], seen.verdict).toEqual([outcome, 1, []]);
    expect(seen.verdict).toContain(why);
    expect(runsIn(bench)).toEqual([]);
  });

  test('a cluster that the run may not attach to is a wrong set-up', async () => {
    const bench = await scriptWorld(PASSES);
    bench.emulator.metastore.workspace.addCluster('0923-164208-meows', { users: ['grace@example.com'] });
    const inputs = { 'validate-job': bench.named('cluster: 0923-164208-meows') };
    const seen = await bench.run(promote, { ...PROMOTE, ...inputs });
    expect([seen.outputs['outcome'], aliasIn(bench), bench.left()], seen.verdict).toEqual(['invalid', 1, []]);
    expect(seen.verdict).toContain('UNAUTHORIZED_ERROR');
  });

  test('the time limit asks the run to end', async () => {
    const bench = await scriptWorld('setInterval(() => {}, 1000);');
    const inputs = { 'validate-job': bench.named(), 'validate-timeout': '1m' };
    const seen = await bench.run(promote, { ...PROMOTE, ...inputs });
    expect([seen.outputs['outcome'], aliasIn(bench), bench.left()], seen.verdict).toEqual([
      'unavailable',
      1,
      [],
    ]);
    expect(seen.verdict).toContain('was asked to end');
    expect(runsIn(bench)[0]?.settings['timeout_seconds']).toBe(60);
    await expect.poll(() => runsIn(bench)[0]?.ending?.code, { timeout: 5_000 }).toBe('USER_CANCELED');
  });

  test('a file that there is not is invalid before anything is written', async () => {
    for (const file of ['/no/such/validate.py', '/no']) {
      const bench = await scriptWorld(PASSES);
      const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': `file: ${file}` });
      expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual(['invalid', seen.before]);
      expect(seen.verdict).toContain('validate-job');
    }
  });
});

describe('another identity', () => {
  test('may read the folder while the script runs, and its rights are those of the run', async () => {
    const script = `console.log(JSON.stringify({ passed: true }));`;
    const bench = await scriptWorld(script);
    const runner = '0a0b0c0d-0000-4000-8000-00000000beef';
    bench.emulator.metastore.addServicePrincipal(runner);
    bench.emulator.metastore.workspace.allowRunAs(runner, 'ml-deployers');
    const inputs = {
      model: PROD,
      version: '1',
      'validate-job': bench.named(`run-as: ${runner.toUpperCase()}`),
    };
    const seen = await bench.run(validateVersion, { ...inputs, 'validate-timeout': '120h' });
    expect([seen.outputs['outcome'], bench.left()], seen.verdict).toEqual(['ok', []]);
    const [run] = runsIn(bench);
    expect([run?.runAs, run?.creator, seen.outputs['run']]).toEqual([runner, promoter, run?.id]);
    expect(
      seen.records.some(
        ({ method, path }) => method === 'PATCH' && path.includes('/permissions/directories/'),
      ),
    ).toBe(true);
    expect(seen.summary).toContain(runner);
  });
});

describe('only a run of these very bytes counts', () => {
  test.each([
    ['before it runs', '/api/2.0/workspace/import', 'after it was put there', 0],
    ['while it runs', '/api/2.2/jobs/runs/get-output', 'after its run', 1],
  ])('somebody changes the script %s', async (_name, template, when, runs) => {
    const bench = await scriptWorld(PASSES);
    bench.emulator.faults.add({
      template,
      kind: {
        kind: 'run',
        when: 'after',
        run: ({ workspace }) => {
          const [path] = [...workspace.state.objects.keys()].filter((each) => each.endsWith('/validate.py'));
          workspace.addFile(path ?? '', 'console.log(`{"passed": true}`);');
        },
      },
    });
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() });
    expect([seen.outputs['outcome'], aliasIn(bench), bench.left()], seen.verdict).toEqual([
      'conflict',
      1,
      [],
    ]);
    expect(seen.verdict).toContain(when);
    expect(runsIn(bench)).toHaveLength(runs);
  });

  test('somebody deletes it while it runs', async () => {
    const bench = await scriptWorld(PASSES);
    bench.emulator.faults.add({
      template: '/api/2.2/jobs/runs/get-output',
      kind: {
        kind: 'run',
        when: 'after',
        run: ({ workspace }) => {
          for (const path of [...workspace.state.objects.keys()])
            if (path.includes('.uc-promote/')) workspace.state.objects.delete(path);
        },
      },
    });
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() });
    expect([seen.outputs['outcome'], aliasIn(bench)], seen.verdict).toEqual(['conflict', 1]);
    expect(seen.verdict).toContain('was no longer there');
  });
});

describe('what killed runs have left', () => {
  const at = (attempt: string) => ({ environment: { GITHUB_RUN_ATTEMPT: attempt } });

  /** The folder that a run leaves whose every request after the start is lost. */
  async function leave(bench: ScriptWorld, attempt: string): Promise<string> {
    const lost = { times: 20, kind: { kind: 'status', status: 503 } } as const;
    bench.emulator.faults.add({ template: '/api/2.0/workspace/delete', ...lost });
    await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, at(attempt));
    bench.emulator.faults.clear();
    const [folder] = bench.left();
    expect(folder).toBeDefined();
    return folder ?? '';
  }

  test('a folder that cannot be deleted is a warning, and no other outcome', async () => {
    const bench = await scriptWorld(PASSES);
    bench.emulator.faults.add({
      template: '/api/2.0/workspace/delete',
      times: 20,
      kind: { kind: 'status', status: 503 },
    });
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() });
    expect([seen.outputs['outcome'], aliasIn(bench)], seen.verdict).toEqual(['ok', 2]);
    expect(bench.left()).toHaveLength(2);
    expect(JSON.stringify(seen.report.checks)).toContain('script-folder-left');
  });

  test('the same attempt uses folder and run again', async () => {
    const bench = await scriptWorld(PASSES);
    const folder = await leave(bench, '1');
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, at('1'));
    expect([seen.outputs['outcome'], bench.left(), runsIn(bench).length], seen.verdict).toEqual([
      'noop',
      [],
      1,
    ]);
    const deleted = seen.records.filter(({ path }) => path === '/api/2.0/workspace/delete');
    expect([deleted.length, folder.startsWith('/Users/')]).toEqual([1, true]);
  });

  test.each([{ GITHUB_JOB: 'another' }, { RUNNER_NAME: 'of another job of a matrix' }])(
    'another job of the same attempt has a folder and a run of its own: %j',
    async (other) => {
      const bench = await scriptWorld(PASSES);
      const folder = await leave(bench, '1');
      const environment = { ...at('1').environment, ...other };
      const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, { environment });
      expect([seen.outputs['outcome'], runsIn(bench).length], seen.verdict).toEqual(['noop', 2]);
      expect(bench.left()).toContain(folder);
    },
  );

  test('a try that cannot put its files there leaves the folder of an earlier one, whose run may use it', async () => {
    const bench = await scriptWorld(PASSES);
    await leave(bench, '1');
    const before = bench.left();
    bench.emulator.faults.add({
      template: '/api/2.0/workspace/import',
      kind: { kind: 'status', status: 403 },
    });
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, at('1'));
    expect([seen.outputs['outcome'], bench.left()], seen.verdict).toEqual(['denied', before]);
  });

  test('the next attempt deletes it, and says so; what is not ours stays', async () => {
    const bench = await scriptWorld(PASSES);
    const folder = await leave(bench, '1');
    const { workspace } = bench.emulator.metastore;
    const notes = `/Users/${promoter}/.uc-promote/notes/read.me`;
    workspace.addFile(notes, 'of a person');
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, at('2'));
    expect(seen.outputs['outcome'], seen.verdict).toBe('noop');
    expect(bench.left()).toEqual([notes.slice(0, notes.lastIndexOf('/')), notes]);
    const name = folder.split('/').at(-1) ?? '';
    expect(seen.log.join('\n')).toContain(`Deleted the folder ${name}`);
  });

  /** A run that goes on after its step, which could not end it; the script passes from then on. */
  async function leaveRun(bench: ScriptWorld, attempt: string): Promise<void> {
    writeFileSync(bench.file, 'setTimeout(() => {}, 100_000);');
    const lost = { times: 20, kind: { kind: 'status', status: 503 } } as const;
    bench.emulator.faults.add({ template: '/api/2.2/jobs/runs/cancel', ...lost });
    const inputs = { ...PROMOTE, 'validate-timeout': '1m', 'validate-job': bench.named() };
    await bench.run(promote, inputs, at(attempt));
    bench.emulator.faults.clear();
    writeFileSync(bench.file, PASSES);
    expect([runsIn(bench)[0]?.ending, bench.left().length]).toEqual([undefined, 2]);
  }

  test('the next attempt asks the run to end that still goes on, and says so', async () => {
    const bench = await scriptWorld(PASSES);
    await leaveRun(bench, '1');
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, at('2'));
    const [left] = runsIn(bench);
    expect([seen.outputs['outcome'], bench.left()], seen.verdict).toEqual(['ok', []]);
    expect((left?.stopping ?? left?.ending)?.code).toBe('USER_CANCELED');
    expect(seen.log.join('\n')).toContain(`Asked run ${left?.id} `);
  });

  test('a run that cannot be looked for is a warning that names it', async () => {
    const bench = await scriptWorld(PASSES);
    await leaveRun(bench, '1');
    const forbidden = { kind: 'status', status: 403 } as const;
    bench.emulator.faults.add({ template: '/api/2.2/jobs/runs/list', times: 20, kind: forbidden });
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, at('2'));
    expect([seen.outputs['outcome'], bench.left()], seen.verdict).toEqual(['ok', []]);
    expect(JSON.stringify(seen.report.checks)).toContain('script-run-left');
  });

  test('another workflow leaves it alone while it may be in use, and deletes it then', async () => {
    const bench = await scriptWorld(PASSES);
    const folder = await leave(bench, '1');
    const other = { environment: { GITHUB_RUN_ID: '77', GITHUB_RUN_ATTEMPT: '2' } };
    await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, other);
    expect(bench.left()).toContain(folder);
    const { objects } = stateOf(bench);
    for (const path of bench.left()) {
      const object = objects.get(path);
      objects.delete(path);
      const old = path.replace(/\/\d{8}T/u, '/20200101T');
      if (object !== undefined) objects.set(old, { ...object, path: old });
    }
    await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() }, other);
    expect(bench.left()).toEqual([]);
  });
});

describe('responses that are lost', () => {
  test.each([
    ['mkdirs', '/api/2.0/workspace/mkdirs'],
    ['import', '/api/2.0/workspace/import'],
    ['export', '/api/2.0/workspace/export'],
    ['submit', '/api/2.2/jobs/runs/submit'],
    ['delete', '/api/2.0/workspace/delete'],
  ])('%s: one run, one verdict, and nothing is left', async (_name, template) => {
    for (const when of ['before', 'after'] as const) {
      const bench = await scriptWorld(PASSES);
      bench.emulator.faults.add({ template, times: 2, kind: { kind: 'drop', when } });
      const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() });
      expect([seen.outputs['outcome'], runsIn(bench).length, bench.left()], seen.verdict).toEqual([
        'ok',
        1,
        [],
      ]);
    }
  });

  test('a start of which nothing is known leaves the folder to the next try of the attempt', async () => {
    const bench = await scriptWorld(PASSES);
    const template = '/api/2.2/jobs/runs/submit';
    bench.emulator.faults.add({ template, times: 20, kind: { kind: 'drop', when: 'after' } });
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() });
    expect([seen.outputs['outcome'], bench.left().length], seen.verdict).toEqual(['unavailable', 2]);
    expect(seen.verdict).toContain('another try in the same attempt of the workflow finds it');
    bench.emulator.faults.clear();
    const again = await bench.run(promote, { ...PROMOTE, 'validate-job': bench.named() });
    expect([again.outputs['outcome'], runsIn(bench).length, bench.left()], again.verdict).toEqual([
      'ok',
      1,
      [],
    ]);
  });
});

test('struck or killed at any request of its run, and run again: one run, and nothing is left in the workspace', async () => {
  const scenario = scriptPromotion('same attempt');
  const trials = trialsOf(scenario, await discover(scenario));
  const templates = new Set(trials.map(({ point }) => point.template));
  expect(templates.size).toBeGreaterThanOrEqual(8);
  const failed: string[] = [];
  // `npm run test:crash` takes all, in the next attempt too.
  for (const trial of trials.filter((_, index) => index % 6 === 0)) {
    const { faults } = await perform(trial);
    if (faults.length > 0) failed.push(`${trialText(trial)}: ${faults.join(' ')}`);
  }
  expect(failed).toEqual([]);
}, 240_000);
