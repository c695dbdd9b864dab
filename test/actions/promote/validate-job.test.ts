import { describe, expect, test } from 'vitest';
import { promoter } from '../../../emulator/seeds/demo.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { ENDINGS } from '../../../emulator/index.ts';
import { promote } from '../../../src/actions/promote.ts';
import { validatedPromotion } from '../../crash/promote-scenarios.ts';
import { discover, perform, trialsOf, trialText } from '../../crash/trial.ts';
import { jobWorld, PARAMETERS, PASSES, taskOf, type JobWorld } from '../validating-jobs.ts';

const COPY = `models:/${PROD}/2`;
// A fake clock runs ahead of the process of a job.
const PROMOTE = {
  source: `models:/${STAGING}/1`,
  destination: PROD,
  'validate-job': 'Validate',
  'validate-timeout': '120h',
};
const STATUSES = { 'set-status': 'approved', 'reject-status': 'rejected' };

const aliasIn = ({ emulator }: JobWorld) => emulator.state().models[PROD]?.aliases['Champion'];
const statusIn = ({ emulator }: JobWorld) =>
  emulator.state().models[PROD]?.versions['2']?.tags['validation_status'];

test('a job that passes validates the copy; its run, its identity and its result are evidence', async () => {
  const bench = await jobWorld();
  const job = bench.addJob(PASSES);
  const seen = await bench.run(promote, { ...PROMOTE, ...STATUSES });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect([aliasIn(bench), statusIn(bench)]).toEqual([2, 'approved']);
  const values = { model_name: PROD, model_version: '2', model_uri: COPY };
  expect(bench.runs()).toEqual([{ code: 'SUCCESS', values }]);
  const evidence = seen.report.evidence?.find(({ kind }) => kind === 'validation');
  const run = [...bench.emulator.metastore.state.workspace.runs.keys()][0] ?? '';
  expect(BigInt(run)).toBeGreaterThan(2n ** 53n);
  const said = { auc: 0.93, name: PROD, passed: true, uri: COPY, version: '2' };
  expect(evidence).toMatchObject({
    kind: 'validation',
    result: 'passed',
    ending: 'ended with SUCCESS',
    job: {
      id: job,
      name: 'Validate',
      runsAs: 'admin@example.com',
      run,
      results: [{ task: 'main', said: JSON.stringify(said) }],
    },
  });
  expect(seen.summary).toContain(`passed&#58; job Validate, run ${run}, ended with SUCCESS`);
  expect(seen.report.facts).toContainEqual({
    label: 'Validation job',
    value: `Validate (${job})`,
    note: 'its runs act as admin@example.com',
  });
  expect(seen.log.join('\n')).toContain(
    `Started run ${run} of the job Validate (${job}); waiting for up to 120 h`,
  );
  const asked = seen.records
    .map(({ method, path }) => `${method} ${path}`)
    .filter((each) => each.includes('/jobs/'));
  expect([...new Set(asked)]).toEqual([
    'GET /api/2.2/jobs/list',
    'GET /api/2.2/jobs/get',
    'POST /api/2.2/jobs/run-now',
    'GET /api/2.2/jobs/runs/get',
    'GET /api/2.2/jobs/runs/get-output',
  ]);
});

describe('the code of the user refuses', () => {
  test.each([
    [
      'by its exit code',
      'console.error("Traceback (most recent call last):\\nValueError: auc 0.4"); process.exit(1);',
      'ended with RUN_EXECUTION_ERROR: ValueError: auc 0.4',
    ],
    [
      'by a result',
      'console.log(`{"passed": false, "message": "auc fell"}`);',
      'reports "passed": false: auc fell',
    ],
  ])('%s: the alias stays, and the copy may be marked', async (_name, script, how) => {
    for (const inputs of [{}, STATUSES]) {
      const bench = await jobWorld();
      bench.addJob(script);
      const seen = await bench.run(promote, { ...PROMOTE, ...inputs });
      expect(seen.outputs['outcome']).toBe('blocked');
      expect(seen.exitCode).toBe(1);
      expect(seen.verdict).toContain(`Validating ${COPY} was refused`);
      expect(seen.verdict).toContain(`task main ${how}`);
      expect(seen.summary).toMatch(/The copy <code>[^<]*<\/code> stays, and no alias was moved to it/u);
      expect(aliasIn(bench)).toBe(1);
      expect(statusIn(bench)).toBe('reject-status' in inputs ? 'rejected' : undefined);
      expect(seen.outputs['changed']).toBe('true');
      expect(seen.report.evidence).toContainEqual(
        expect.objectContaining({ kind: 'validation', result: 'refused' }),
      );
    }
  });
});

const NONE = Object.keys(ENDINGS).filter(
  (code) => !['SUCCESS', 'SUCCESS_WITH_FAILURES', 'RUN_EXECUTION_ERROR'].includes(code),
) as (keyof typeof ENDINGS)[];

describe.each(['both', 'state-only'] as const)(
  'without a verdict of its code, seen by %s',
  (runStateFields) => {
    test.each(NONE)('%s is no refusal, and marks nothing', async (code) => {
      const bench = await jobWorld({ switches: { runStateFields } });
      bench.addJob(PASSES);
      bench.emulator.runFaults.add({ fault: { kind: 'end', code, when: 'start', message: 'so it is' } });
      const seen = await bench.run(promote, { ...PROMOTE, ...STATUSES });
      expect(['invalid', 'unavailable']).toContain(seen.outputs['outcome']);
      expect(seen.verdict).toContain('gave no verdict on');
      expect(seen.verdict).toContain('so it is');
      expect([aliasIn(bench), statusIn(bench)]).toEqual([1, undefined]);
      expect(seen.report.evidence).toContainEqual(
        expect.objectContaining({ kind: 'validation', result: 'not-run' }),
      );
    });
  },
);

test('a task that fails before the code of the user is no refusal, beside one that passed', async () => {
  const bench = await jobWorld();
  bench.emulator.metastore.workspace.addFile('/Shared/good.mjs', PASSES);
  bench.addJob(PASSES, {
    tasks: [taskOf('first', '/Shared/good.mjs'), taskOf('second', '/Shared/absent.mjs')],
  });
  const seen = await bench.run(promote, { ...PROMOTE, ...STATUSES });
  expect([seen.outputs['outcome'], aliasIn(bench), statusIn(bench)]).toEqual(['invalid', 1, undefined]);
  expect(seen.verdict).toContain('task second ended with RESOURCE_NOT_FOUND');
});

describe('a script that ends well and prints a refusal which cannot be read', () => {
  const LATER = `console.log('x'.repeat(500));`;
  test.each([
    ['a metric in it is NaN', `console.log('{"passed": false, "auc": NaN}');`, {}, 'is not a JSON object'],
    ['it goes over several lines', `console.log('{\\n  "passed": false\\n}');`, {}, 'is not a JSON object'],
    [
      'the workspace has cut it off',
      `console.log('{"passed": false}'); ${LATER}`,
      { runLogs: 'truncated' } as const,
      'is longer than the workspace keeps',
    ],
  ])('gives no verdict, and moves nothing: %s', async (_what, script, switches, said) => {
    const bench = await jobWorld({ switches });
    bench.addJob(script);
    const seen = await bench.run(promote, { ...PROMOTE, ...STATUSES });
    expect([seen.outputs['outcome'], aliasIn(bench), statusIn(bench)]).toEqual(['invalid', 1, undefined]);
    expect(seen.verdict).toContain(said);
  });
});

describe('whatever a workspace answers of jobs', () => {
  test.each([
    { runIdsLarge: false },
    { runStateFields: 'status-only' },
    { runStateFields: 'state-only' },
    { runLogs: 'empty' },
    { runLogs: 'truncated' },
    { taskRepeats: true },
    { runIdempotency: 'active-runs' },
    { runOutputOfParent: 'single-task-ok' },
    { jobUndefinedParameter: 'ignored' },
  ] as const)('%j', async (switches) => {
    const bench = await jobWorld({ switches });
    bench.addJob(PASSES);
    const seen = await bench.run(promote, PROMOTE);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect([aliasIn(bench), bench.runs().length]).toEqual([2, 1]);
  });
});

describe('a job that cannot validate is invalid before anything is copied', () => {
  const only = (name: string) => PARAMETERS.filter((each) => each.name === name);
  test.each([
    ['no parameters', { parameters: [] }, 'defines no job parameters'],
    [
      'the number alone',
      { parameters: only('model_version') },
      'defines only the job parameters model_version',
    ],
    ['a continuous trigger', { continuous: {} }, 'is continuous'],
    ['no run at all', { max_concurrent_runs: 0 }, 'has max_concurrent_runs 0'],
    ['another name', { name: 'Other' }, 'there is no job named "Validate"'],
  ] as const)('%s', async (_name, settings, problem) => {
    for (const jobMissing of ['400-invalid-parameter', '404'] as const) {
      const bench = await jobWorld({ switches: { jobMissing } });
      bench.addJob(PASSES, settings);
      const seen = await bench.run(promote, PROMOTE);
      expect([seen.outputs['outcome'], bench.runs()]).toEqual(['invalid', []]);
      expect(seen.verdict).toContain('validate-job');
      expect(seen.verdict).toContain(problem);
      expect(seen.after.models[PROD]?.versions['2']).toBeUndefined();
    }
  });

  test('two of one name are told apart by their ids', async () => {
    const bench = await jobWorld();
    const [first, second] = [bench.addJob('process.exit(1);'), bench.addJob(PASSES, { name: 'validate' })];
    const seen = await bench.run(promote, PROMOTE);
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(seen.verdict).toContain('2 jobs are named "Validate"');
    for (const id of [first, second]) expect(seen.verdict).toContain(id);
    const again = await bench.run(promote, { ...PROMOTE, 'validate-job': second });
    expect(again.outputs['outcome'], again.verdict).toBe('ok');
  });

  test.each(['400-invalid-parameter', '404'] as const)(
    'an id that there is not, as %s',
    async (jobMissing) => {
      const bench = await jobWorld({ switches: { jobMissing } });
      const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': '987654321987654321' });
      expect(seen.outputs['outcome']).toBe('invalid');
      expect(seen.verdict).toContain('there is no job 987654321987654321');
    },
  );

  test('one that only needs the uri gets the uri', async () => {
    const bench = await jobWorld();
    bench.addJob('', { parameters: only('model_uri'), tasks: [taskWithUri(bench)] });
    const seen = await bench.run(promote, PROMOTE);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(bench.runs()).toEqual([{ code: 'SUCCESS', values: { model_uri: COPY } }]);
  });
});

function taskWithUri({ emulator }: JobWorld): Record<string, unknown> {
  emulator.metastore.workspace.addFile('/Shared/uri.mjs', 'if (process.argv.length !== 3) process.exit(1);');
  const task = taskOf('main', '/Shared/uri.mjs');
  const script = { python_file: '/Shared/uri.mjs', parameters: ['{{job.parameters.model_uri}}'] };
  return { ...task, spark_python_task: script };
}

describe('rights on the job', () => {
  test.each(['CAN_VIEW', undefined] as const)('%s is not enough, and says what is', async (level) => {
    const bench = await jobWorld();
    const id = bench.addJob(PASSES);
    const { rights } = bench.emulator.metastore.state.workspace;
    const key = [...rights.keys()].find((each) => each.includes(id)) ?? '';
    rights.set(
      key,
      (rights.get(key) ?? []).filter(({ principal }) => principal !== promoter),
    );
    if (level !== undefined) bench.emulator.metastore.workspace.allow('jobs', id, promoter, level);
    const seen = await bench.run(promote, { ...PROMOTE, 'validate-job': id });
    expect([seen.outputs['outcome'], bench.runs().length, aliasIn(bench)]).toEqual(['denied', 0, 1]);
    expect(seen.summary).toContain(
      level === undefined
        ? '<code>CAN&#95;VIEW</code> on the job'
        : '<code>CAN&#95;MANAGE&#95;RUN</code> on the job',
    );
  });
});

test('a time limit ends the run, and is no refusal', async () => {
  const bench = await jobWorld();
  bench.addJob('setInterval(() => {}, 1000);');
  const seen = await bench.run(promote, { ...PROMOTE, ...STATUSES, 'validate-timeout': '1m' });
  expect(seen.outputs['outcome']).toBe('unavailable');
  expect(seen.verdict).toContain('was not over after 1 min 0 s');
  expect(seen.verdict).toContain('was asked to end');
  await expect.poll(() => bench.runs()[0]?.code, { timeout: 5_000 }).toBe('USER_CANCELED');
  expect([aliasIn(bench), statusIn(bench)]).toEqual([1, undefined]);
});

test('the same attempt finds its run, and another attempt starts its own', async () => {
  const bench = await jobWorld();
  bench.addJob(PASSES);
  const seen = [];
  for (const attempt of ['1', '1', '2']) {
    const { outputs } = await bench.run(promote, PROMOTE, { environment: { GITHUB_RUN_ATTEMPT: attempt } });
    seen.push([outputs['outcome'], bench.runs().length]);
  }
  expect(seen).toEqual([
    ['ok', 1],
    ['noop', 1],
    ['noop', 2],
  ]);
});

describe('responses that are lost', () => {
  test.each([
    ['run-now, before it was processed', '/run-now', 'before'],
    ['run-now, after it was', '/run-now', 'after'],
    ['a look', '/runs/get', 'after'],
    ['an output', '/runs/get-output', 'after'],
  ] as const)('%s: one run, and its verdict', async (_name, path, when) => {
    const bench = await jobWorld();
    bench.addJob(PASSES);
    bench.emulator.faults.add({ template: `/api/2.2/jobs${path}`, times: 2, kind: { kind: 'drop', when } });
    const seen = await bench.run(promote, PROMOTE);
    expect([seen.outputs['outcome'], bench.runs().length], seen.verdict).toEqual(['ok', 1]);
  });

  test('looks that fail for long: the run goes on, and so does the wait', async () => {
    const bench = await jobWorld();
    bench.addJob(PASSES);
    bench.emulator.faults.add({
      template: '/api/2.2/jobs/runs/get',
      times: 30,
      kind: { kind: 'status', status: 503 },
    });
    const seen = await bench.run(promote, PROMOTE);
    expect([seen.outputs['outcome'], bench.runs().length], seen.verdict).toEqual(['ok', 1]);
    expect(seen.log.join('\n')).toContain('The run goes on; looking again.');
  });
});

test('a dry run reads the job, says as whom it would run, and starts nothing', async () => {
  const bench = await jobWorld();
  bench.addJob(PASSES);
  const seen = await bench.run(promote, { ...PROMOTE, 'dry-run': 'true' });
  expect([seen.outputs['outcome'], bench.runs()], seen.verdict).toEqual(['ok', []]);
  expect(seen.report.facts).toContainEqual({
    label: 'Validation',
    value: 'not executed in a dry run',
    note: 'job Validate',
  });
  expect(seen.report.evidence).toContainEqual(
    expect.objectContaining({ kind: 'validation', result: 'not-run' }),
  );
});

test('the page of the run is linked where links are asked for', async () => {
  const bench = await jobWorld();
  const job = bench.addJob(PASSES);
  const { url, metastore } = bench.emulator;
  bench.emulator.faults.add({
    template: '/api/2.2/jobs/runs/get',
    kind: { kind: 'delay', ms: 1 },
  });
  const seen = await bench.run(promote, PROMOTE);
  expect(seen.summary).not.toContain('/jobs/');
  const run = [...metastore.state.workspace.runs.keys()][0] ?? '';
  const pages = ['', '/version/1', '/version/2'].map(
    (rest) => `${url}/explore/data/models/${PROD.replaceAll('.', '/')}${rest}?o=4242424242424242`,
  );
  const source = `${url}/explore/data/models/${STAGING.replaceAll('.', '/')}/version/1?o=4242424242424242`;
  const linked = await bench.run(
    promote,
    { ...PROMOTE, 'workspace-url': 'true' },
    {
      links: [
        ...pages.filter((_, at) => at !== 1),
        source,
        `${url}/jobs/${job}/runs/${run}?o=4242424242424242`,
      ],
    },
  );
  expect(linked.summary).toContain(`/jobs/${job}/runs/${run}`);
});

test('a command and a job are one too many, and a status to reject needs one', async () => {
  const bench = await jobWorld();
  bench.addJob(PASSES);
  const both = await bench.run(promote, { ...PROMOTE, 'validate-command': 'check' });
  expect(both.outputs['outcome']).toBe('invalid');
  expect(both.verdict).toMatch(/validate-command.*validate-job/u);
  const { source, destination } = PROMOTE;
  const none = await bench.run(promote, { source, destination, 'reject-status': 'rejected' });
  expect(none.verdict).toContain('`reject-status` is given without validate-command or validate-job');
});

test('a refusing command marks the copy too; one that was not started does not', async () => {
  const { source, destination } = PROMOTE;
  const inputs = { source, destination, 'validate-command': 'check', ...STATUSES };
  for (const [exitCode, status] of [
    [1, 'rejected'],
    [127, undefined],
    [0, 'approved'],
  ] as const) {
    const bench = await jobWorld();
    const runCommand = async () => ({ exitCode, timedOut: false, durationMs: 1 });
    const seen = await bench.run(promote, inputs, { runCommand });
    expect(statusIn(bench), seen.verdict).toBe(status);
    expect(aliasIn(bench)).toBe(exitCode === 0 ? 2 : 1);
  }
});

test.skipIf(process.platform === 'win32')('a step that is cancelled ends its run', async () => {
  const bench = await jobWorld();
  bench.addJob('setInterval(() => {}, 1000);');
  bench.emulator.faults.add({
    template: '/api/2.2/jobs/runs/get',
    skip: 1,
    kind: { kind: 'run', when: 'after', run: () => void process.emit('SIGTERM') },
  });
  const seen = await bench.run(promote, PROMOTE, { clock: 'real' });
  expect(seen.report.error?.code).toMatch(/^(?:cancelled|interrupted)$/u);
  expect(seen.verdict).toContain('was asked to end');
  await expect.poll(() => bench.runs()[0]?.code, { timeout: 5_000 }).toBe('USER_CANCELED');
  expect(aliasIn(bench)).toBe(1);
});

test('struck or killed at any request of its run, and run again: one run, whose verdict moves the alias', async () => {
  const scenario = validatedPromotion();
  const trials = trialsOf(scenario, await discover(scenario));
  expect(new Set(trials.map(({ point }) => point.template)).size).toBeGreaterThanOrEqual(6);
  const failed: string[] = [];
  // `npm run test:crash` takes all.
  const starts = trials.filter(({ point }) => point.path.endsWith('/run-now'));
  for (const trial of new Set([...starts, ...trials.filter((_, index) => index % 5 === 0)])) {
    const { faults } = await perform(trial);
    if (faults.length > 0) failed.push(`${trialText(trial)}: ${faults.join(' ')}`);
  }
  expect(failed).toEqual([]);
}, 240_000);
