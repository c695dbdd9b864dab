import { describe, expect, test } from 'vitest';
import { world } from '../actions/harness.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import type { Emulator } from '../../emulator/index.ts';
import { seedDemo } from '../../emulator/seeds/demo.ts';
import { ActionRecord } from '../../src/actions/contract/record.ts';
import type { Change } from '../../src/plan/change.ts';
import { CONTROL_PLANE } from '../../src/http/limiter.ts';
import { mlflowCommands } from '../../src/registry/mlflow/commands.ts';
import { openJournal } from '../../src/runtime/journal.ts';
import { redactingRunner, Redactor } from '../../src/runtime/redactor.ts';
import { recordingRunner } from '../actions/recording-runner.ts';
import { heredocs, startStep, until } from './step.ts';

const ALIAS = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';
const RECORD = /registered-models\/set-tag$/u;
const MOVE = { model: PROD, alias: 'Champion', version: '2' };

function seen(emulator: Emulator, method: string): number {
  return emulator.requests.filter((each) => each.method === method && each.write).length;
}

function championOf(emulator: Emulator): number | undefined {
  return emulator.metastore.model(PROD).aliases.get('champion')?.version;
}

async function ready(): Promise<Emulator> {
  const { emulator } = await world({
    seed: (metastore) => {
      seedDemo(metastore);
      moreVersions(metastore);
    },
  });
  return emulator;
}

describe.skipIf(process.platform === 'win32')('SIGINT', () => {
  test('a write in flight is awaited, is told as done, and nothing begins after it', async () => {
    const emulator = await ready();
    emulator.faults.add({ method: 'POST', path: RECORD, kind: { kind: 'delay', ms: 1_500 } });
    const step = await startStep(emulator, 'set-alias', MOVE);
    await until(() => seen(emulator, 'POST') === 1);
    const ended = await step.end('SIGINT');
    expect([ended.code, championOf(emulator), seen(emulator, 'PUT')]).toEqual([1, 1, 0]);
    expect(ended.tookMs).toBeLessThan(4_000);
    expect(ended.outputs).toMatchObject({ outcome: 'error', changed: 'true' });
    expect(ended.printed).toContain('::warning::Cancelled: no further change is started.');
    expect(ended.summary).toContain('Champion');
  });

  test('a write that is not answered is told as unknown, with the command that would tell, within 7 s', async () => {
    const emulator = await ready();
    emulator.faults.add({ method: 'PUT', template: ALIAS, kind: { kind: 'delay', ms: 12_000 } });
    const step = await startStep(emulator, 'set-alias', MOVE);
    await until(() => seen(emulator, 'PUT') === 1);
    const ended = await step.end('SIGINT');
    expect(ended.code).toBe(1);
    expect(ended.tookMs).toBeGreaterThan(4_500);
    expect(ended.tookMs).toBeLessThan(7_000);
    expect(ended.printed).toMatch(
      /Cancelled before PUT .* got a response; whether it took effect is unknown/u,
    );
    expect(ended.printed).toContain(`databricks model-versions get-by-alias ${PROD} Champion`);
    expect(ended.outputs).toMatchObject({ outcome: 'error', changed: 'true' });
  }, 20_000);

  test('of many writes those that were not sent are told as not done, and only those in flight as unknown', async () => {
    const emulator = await ready();
    const kind = { kind: 'delay', ms: 12_000 } as const;
    emulator.faults.add({ method: 'POST', path: /set-tag$/u, times: Number.POSITIVE_INFINITY, kind });
    const tags = Array.from({ length: 30 }, (_, index) => `key-${index}=x`).join('\n');
    const step = await startStep(emulator, 'tag-status', { model: PROD, version: '1', tags });
    await until(() => seen(emulator, 'POST') === CONTROL_PLANE.inFlight);
    const ended = await step.end('SIGINT');
    const journal = JSON.parse(ended.state['journal'] ?? '') as { state: string }[];
    const count = (state: string) => journal.filter((line) => line.state === state).length;
    expect([journal.length, count('begun')]).toEqual([30, CONTROL_PLANE.inFlight]);
    expect(count('not-done')).toBe(30 - CONTROL_PLANE.inFlight);
    expect(ended.printed).toMatch(
      /Cancelled before POST .* got a response; whether it took effect is unknown/u,
    );
    expect(seen(emulator, 'POST')).toBe(CONTROL_PLANE.inFlight);
  }, 20_000);

  test('a read that is not answered ends at once', async () => {
    const emulator = await ready();
    emulator.faults.add({ method: 'GET', template: ALIAS, kind: { kind: 'delay', ms: 12_000 } });
    const step = await startStep(emulator, 'set-alias', MOVE);
    await until(() => emulator.requests.some(({ template }) => template === ALIAS));
    const ended = await step.end('SIGINT');
    expect(ended.tookMs).toBeLessThan(2_000);
    expect(ended.outputs).toMatchObject({ outcome: 'error', changed: 'false' });
    expect(ended.printed).toContain('Cancelled: no further change was started.');
  });

  test('an upload of bytes ends at once', async () => {
    const { emulator } = await world();
    const kind = { kind: 'delay', ms: 12_000 } as const;
    emulator.faults.add({ method: 'PUT', path: /\/fs\/files/u, times: Number.POSITIVE_INFINITY, kind });
    const step = await startStep(emulator, 'copy-version', {
      source: `models:/${STAGING}/1`,
      destination: PROD,
    });
    await until(() =>
      emulator.requests.some(({ method, path }) => method === 'PUT' && path.includes('/fs/files')),
    );
    const ended = await step.end('SIGINT');
    expect(ended.code).toBe(1);
    expect(ended.tookMs).toBeLessThan(3_000);
    expect(ended.outputs['outcome']).toBe('error');
  }, 20_000);
});

describe('the post step', () => {
  test('is silent after a main step that came to its end', async () => {
    const emulator = await ready();
    const main = await (await startStep(emulator, 'set-alias', MOVE)).end();
    expect(main.code).toBe(0);
    const state = Object.fromEntries(
      Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]),
    );
    const post = await (await startStep(emulator, 'post', {}, state)).end();
    expect([post.code, post.printed]).toEqual([0, '']);
  });

  test('tells what was begun when the main step was killed', async () => {
    const emulator = await ready();
    emulator.faults.add({ method: 'POST', path: RECORD, kind: { kind: 'delay', ms: 5_000 } });
    const step = await startStep(emulator, 'set-alias', MOVE);
    await until(() => seen(emulator, 'POST') === 1);
    const main = await step.end('SIGKILL');
    expect(main.signal).toBe('SIGKILL');
    const state = Object.fromEntries(
      Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]),
    );
    const post = await (await startStep(emulator, 'post', {}, state)).end();
    expect(post.code).toBe(0);
    expect(post.printed).toMatch(/^::warning::The step ended prematurely\. 1 change/u);
    expect(post.printed).toMatch(/unknown, check it: record of .*Champion/u);
    // The record of a move comes before it.
    expect(post.printed).toMatch(/^not started: prod\..*@Champion 1 → 2/mu);
    expect(post.printed).toContain(
      `look: databricks api get '/api/2.0/mlflow/unity-catalog/registered-models/get?name=${PROD}'`,
    );
  });

  test('tells what had been planned when the main step died before its first write', async () => {
    const emulator = await ready();
    const { runner, seen: reported } = recordingRunner({ environment: {} });
    const discreet = redactingRunner(runner, new Redactor());
    const target = {
      kind: 'version',
      name: { catalog: 'prod', schema: 'ml_team', model: 'm' },
      version: 1,
    } as const;
    const changes = ['a', 'b'].map((to): Change => ({ kind: 'description', target, from: '', to }));
    openJournal(new ActionRecord(), discreet, { dryRun: true }).plan(changes);
    expect(reported.state).toEqual({});
    const journal = openJournal(new ActionRecord(), discreet, { dryRun: false });
    const post = async () => {
      const state = { STATE_journal: reported.state['journal'] ?? '' };
      return (await (await startStep(emulator, 'post', {}, state)).end()).printed;
    };
    journal.plan(changes);
    const planned = await post();
    expect(planned).toMatch(/^::warning::.* No change had been started\. The planned changes follow/u);
    expect(planned.match(/^not started: /gmu)).toHaveLength(2);
    for (const change of changes.slice(0, 1)) journal.end(change, 'not-needed');
    expect(await post()).toMatch(/No change had been started\.[^]*^not-needed: [^]*^not started: /mu);
  });

  test('prints what shows a change in lines that can be run as they stand', async () => {
    const emulator = await ready();
    const name = { catalog: '', schema: '', model: 'fraud "2"\u200b' };
    const look = mlflowCommands().look({ kind: 'model', name })?.text ?? '';
    const journal = JSON.stringify([{ change: 'create model', state: 'begun', look }]);
    const post = await (await startStep(emulator, 'post', {}, { STATE_journal: journal })).end();
    expect(post.printed).toContain(`\n  look:\n${look}\n`);
    expect(look.split('\n')).toHaveLength(3);
  });

  test('names the run of a job that the main step had waited for, and none that is over', async () => {
    const emulator = await ready();
    const { runner, seen: reported } = recordingRunner({ environment: {} });
    const journal = openJournal(new ActionRecord(), redactingRunner(runner, new Redactor()), {
      dryRun: false,
    });
    const post = async () => {
      const state = { STATE_journal: reported.state['journal'] ?? '' };
      return (await (await startStep(emulator, 'post', {}, state)).end()).printed;
    };
    journal.wait('run 12 of the job Validate (7)');
    expect(await post()).toMatch(
      /^::warning::It waited for run 12 of the job Validate \(7\), which may still be active/mu,
    );
    journal.wait(undefined);
    expect(await post()).not.toContain('It waited for');
  });

  test('has nothing to tell of a dry run', async () => {
    const emulator = await ready();
    const main = await (await startStep(emulator, 'set-alias', { ...MOVE, 'dry-run': 'true' })).end();
    expect([main.code, main.state]).toEqual([0, { finished: 'true' }]);
  });

  test('tells that nothing was begun, and survives a state that is none', async () => {
    const emulator = await ready();
    const post = async (state: Record<string, string>) =>
      (await (await startStep(emulator, 'post', {}, state)).end()).printed;
    expect(await post({})).toContain('No change had been planned or started.');
    expect(await post({ STATE_journal: '{"a":' })).toContain('::warning::');
    expect(await post({ STATE_journal: '[{"change":"a\\n::error::b","state":"begun"}]' })).not.toMatch(
      /^::error/mu,
    );
  });
});

test('a command file in another form than heredoc is refused by these tests', () => {
  expect(() => heredocs('name=value\n')).toThrow('Not in heredoc form');
});
