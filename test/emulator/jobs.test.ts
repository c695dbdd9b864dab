import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ENDINGS, startEmulator, type EndingCode } from '../../emulator/index.ts';
import { environments, idIn, isRunning, J, jobBench, SCRIPTS, taskOf, taskRunIn } from './job-bench.ts';
import { at, call as ask, verdict } from './request-bench.ts';

test('a submitted script runs as a process: parameters, files beside it, the identity of the run, its output', async () => {
  const { call, emulator, script, submit, until } = await jobBench();
  script('helper.mjs', 'export const word = "beside";\n');
  script(
    'hello.mjs',
    `import { word } from './helper.mjs';
     const { DATABRICKS_HOST: host, DATABRICKS_TOKEN: token, COLOUR: colour } = process.env;
     const me = await fetch(host + '/api/2.0/preview/scim/v2/Me', { headers: { authorization: 'Bearer ' + token } });
     console.log(JSON.stringify([word, colour, process.argv.slice(2), (await me.json()).userName]));
     console.error('to the other stream');`,
  );
  const id = await submit('owner', 'hello.mjs', {
    tasks: [
      taskOf('hello.mjs', {
        spark_python_task: {
          python_file: `/Workspace${SCRIPTS}/hello.mjs`,
          parameters: ['a b', '$(echo no shell)', '{{job.run_id}}', '{{other.thing}}'],
        },
        environment_variables_key: 'colours',
      }),
    ],
    environment_variables: [
      { environment_variables_key: 'colours', spec: { variables: { COLOUR: 'green' } } },
    ],
  });
  expect(BigInt(id) > 2n ** 53n).toBe(true);
  const run = await until('owner', id);
  expect(at(run.json, 'status')).toEqual({
    state: 'TERMINATED',
    termination_details: { code: 'SUCCESS', type: 'SUCCESS', message: '' },
  });
  expect(at(run.json, 'state')).toEqual({
    life_cycle_state: 'TERMINATED',
    result_state: 'SUCCESS',
    state_message: '',
    user_cancelled_or_timedout: false,
  });
  expect([at(run.json, 'run_type'), at(run.json, 'run_name'), at(run.json, 'creator_user_name')]).toEqual([
    'SUBMIT_RUN',
    'hello.mjs',
    'owner@example.com',
  ]);
  expect(at(run.json, 'run_page_url')).toBe(
    `${emulator.url}/?o=4242424242424242#job/${idIn(run, 'job_id')}/run/${id}`,
  );
  const output = await call('owner', 'GET', `${J}/runs/get-output`, { query: { run_id: taskRunIn(run) } });
  const logs = String(output.json['logs']);
  expect(logs).toContain(
    JSON.stringify([
      'beside',
      'green',
      ['a b', '$(echo no shell)', id, '{{other.thing}}'],
      'owner@example.com',
    ]),
  );
  expect([logs.includes('to the other stream'), output.json['logs_truncated']]).toEqual([true, false]);
  // The token of the run ends with it.
  expect([...emulator.metastore.state.tokens.keys()].filter((token) => token.startsWith('dapi-run'))).toEqual(
    [],
  );
  expect(emulator.violations).toEqual([]);
});

test('code that fails is told with its exception; what it lacks before it runs is not its failure', async () => {
  const { call, emulator, script, submit, until } = await jobBench();
  script(
    'fails.mjs',
    "console.error('Traceback (most recent call last):\\n  File x\\nValueError: bad auc'); process.exit(3);",
  );
  script('quiet.mjs', 'process.exit(4);');
  emulator.metastore.workspace.addFile('/Users/reader@example.com/own.mjs', '');
  const ends: unknown[] = [];
  const file = (path: string) => ({ tasks: [taskOf('x', { spark_python_task: { python_file: path } })] });
  for (const more of [
    file(`${SCRIPTS}/fails.mjs`),
    file(`${SCRIPTS}/quiet.mjs`),
    file(`${SCRIPTS}/absent.mjs`),
    file('/Volumes/prod/ml/v/x.py'),
    file('/Users/reader@example.com/own.mjs'),
  ]) {
    const run = await until('owner', await submit('owner', 'ends', more));
    const output = await call('owner', 'GET', `${J}/runs/get-output`, { query: { run_id: taskRunIn(run) } });
    ends.push([
      at(run.json, 'status', 'termination_details', 'code'),
      at(run.json, 'state', 'life_cycle_state'),
      at(run.json, 'state', 'result_state'),
      output.json['error'],
      output.json['error_trace'],
    ]);
  }
  expect(ends).toEqual([
    [
      'RUN_EXECUTION_ERROR',
      'TERMINATED',
      'FAILED',
      'ValueError: bad auc',
      'Traceback (most recent call last):\n  File x\nValueError: bad auc',
    ],
    ['RUN_EXECUTION_ERROR', 'TERMINATED', 'FAILED', 'The process ended with exit code 4.', undefined],
    ['RESOURCE_NOT_FOUND', 'INTERNAL_ERROR', 'FAILED', undefined, undefined],
    ['RESOURCE_NOT_FOUND', 'INTERNAL_ERROR', 'FAILED', undefined, undefined],
    ['UNAUTHORIZED_ERROR', 'INTERNAL_ERROR', 'FAILED', undefined, undefined],
  ]);
});

test('every way to end can be brought about, before the run, before the process and while it runs', async () => {
  const { emulator, script, submit, until } = await jobBench();
  script('long.mjs', 'setTimeout(() => {}, 60_000);');
  for (const code of Object.keys(ENDINGS) as EndingCode[]) {
    for (const when of ['start', 'setup'] as const) {
      emulator.runFaults.add({ run: `${code} ${when}`, fault: { kind: 'end', code, message: 'told', when } });
      const run = await until('owner', await submit('owner', 'long.mjs', { run_name: `${code} ${when}` }));
      const { type, lifeCycle, result } = ENDINGS[code];
      const details = at(run.json, 'status', 'termination_details');
      // A task that was skipped or is disabled decides nothing.
      const own = when === 'start' || !['DISABLED', 'SUCCESS_WITH_FAILURES', 'SUCCESS'].includes(code);
      if (own) expect(details).toMatchObject({ code, type });
      if (own)
        expect([at(run.json, 'state', 'life_cycle_state'), at(run.json, 'state', 'result_state')]).toEqual([
          lifeCycle,
          result,
        ]);
      const task = at(run.json, 'tasks', 0);
      expect(at(task, 'status', 'termination_details')).toEqual({ code, type, message: 'told' });
    }
  }
  emulator.runFaults.add({ task: /^main$/, fault: { kind: 'slow-start', ms: 20 } });
  emulator.runFaults.add({
    task: 'main',
    fault: { kind: 'end', code: 'CLOUD_FAILURE', when: 'running', afterMs: 5 },
  });
  const run = await until('owner', await submit('owner', 'long.mjs'));
  expect(at(run.json, 'status', 'termination_details')).toEqual({
    code: 'CLOUD_FAILURE',
    type: 'CLOUD_FAILURE',
    message: 'Task main failed with message: Injected fault CLOUD_FAILURE',
  });
  expect(Number(at(run.json, 'setup_duration'))).toBeGreaterThanOrEqual(20);
});

test('a cancelled run is seen to end, and nothing of its processes is left; so it is at the time limit', async () => {
  const { call, emulator, script, submit, until } = await jobBench();
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-jobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // It ignores the request to end, and starts a process of its own that does too.
  script(
    'stubborn.mjs',
    `import { spawn } from 'node:child_process';
     import { writeFileSync } from 'node:fs';
     process.on('SIGTERM', () => {});
     const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'inherit' });
     writeFileSync(process.argv[2], JSON.stringify([process.pid, child.pid]));
     setInterval(() => {}, 1000);`,
  );
  const stubborn = (name: string, more: object = {}) => ({
    tasks: [
      taskOf('x', {
        spark_python_task: { python_file: `${SCRIPTS}/stubborn.mjs`, parameters: [join(folder, name)] },
        ...more,
      }),
    ],
  });
  const cancelled = await submit('owner', 'cancelled', stubborn('cancelled'));
  const limited = await submit('owner', 'limited', { ...stubborn('limited'), timeout_seconds: 1 });
  const taskLimited = await submit('owner', 'task limited', stubborn('task', { timeout_seconds: 1 }));
  while (!existsSync(join(folder, 'cancelled'))) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(verdict(await call('owner', 'POST', `${J}/runs/cancel`, { json: { run_id: cancelled } }))).toBe(
    '200',
  );
  const during = await call('owner', 'GET', `${J}/runs/get`, { query: { run_id: cancelled } });
  expect([
    at(during.json, 'status'),
    at(during.json, 'state', 'life_cycle_state'),
    at(during.json, 'end_time'),
  ]).toEqual([{ state: 'TERMINATING' }, 'TERMINATING', 0]);
  const ends = await Promise.all([cancelled, limited, taskLimited].map((id) => until('owner', id)));
  expect(
    ends.map(({ json }) => [
      at(json, 'status', 'termination_details', 'code'),
      at(json, 'state', 'result_state'),
    ]),
  ).toEqual([
    ['USER_CANCELED', 'CANCELED'],
    ['CANCELED', 'TIMEDOUT'],
    ['CANCELED', 'TIMEDOUT'],
  ]);
  for (const name of ['cancelled', 'limited', 'task']) {
    for (const pid of JSON.parse(readFileSync(join(folder, name), 'utf8')) as number[]) {
      expect(isRunning(pid)).toBe(false);
    }
  }
  expect(verdict(await call('owner', 'POST', `${J}/runs/cancel`, { json: { run_id: cancelled } }))).toBe(
    '200',
  );
  expect(emulator.violations).toEqual([]);
});

test('an emulator that closes kills what runs, and keeps how it ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-jobs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const options = { dataDir: join(folder, 'data'), jobs: { python: process.execPath } };
  const first = await startEmulator({
    ...options,
    seed: ({ workspace }) => {
      workspace.addFile(
        `${SCRIPTS}/forever.mjs`,
        `import { writeFileSync } from 'node:fs';
         writeFileSync(process.argv[2], String(process.pid));
         setInterval(() => {}, 1000);`,
      );
    },
  });
  const mark = join(folder, 'pid');
  const task = taskOf('x', {
    spark_python_task: { python_file: `${SCRIPTS}/forever.mjs`, parameters: [mark] },
  });
  const made = await ask(first, 'emulator-admin', 'POST', `${J}/runs/submit`, {
    json: { tasks: [task], environments },
  });
  while (!existsSync(mark)) await new Promise((resolve) => setTimeout(resolve, 10));
  const pid = Number(readFileSync(mark, 'utf8'));
  await first.close();
  expect(isRunning(pid)).toBe(false);
  const second = await startEmulator(options);
  onTestFinished(() => second.close());
  const run = await ask(second, 'emulator-admin', 'GET', `${J}/runs/get`, {
    query: { run_id: idIn(made, 'run_id') },
  });
  expect(at(run.json, 'status', 'termination_details', 'code')).toBe('INTERNAL_ERROR');
  const again = await ask(second, 'emulator-admin', 'POST', `${J}/runs/submit`, {
    json: { tasks: [task], environments },
  });
  expect(BigInt(idIn(again, 'run_id')) > BigInt(idIn(made, 'run_id'))).toBe(true);
});
