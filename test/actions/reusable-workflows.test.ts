import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { holdKey } from '../../src/policy/hold/model-hold.ts';
import { ROOT } from '../imports.ts';
import { expand } from './expression.ts';
import { endings, staged } from './staged.ts';
import { workflowIn } from './workflow-file.ts';

const FOLDER = '.github/workflows';
const PROMOTE = `${FOLDER}/promote.yml`;
const SOURCE = { source: `models:/${STAGING}/3`, destination: PROD };
const PEOPLE = 'ada = ada@example.com\ngrace = grace@example.com';
/** No secret: both jobs sign in by their ID tokens. */
const KEYLESS = { secrets: {}, approver: 'grace' };

describe('promote.yml', () => {
  test('plans, waits, applies, and does what its caller wants done next', async () => {
    const { play, champion } = await staged();
    const inputs = {
      ...SOURCE,
      'require-status': 'approved',
      'set-status': 'approved',
      'after-command': 'test "$MODEL_URI" = models:/prod.ml_team.fraud_detection/3',
      'require-distinct': 'trainer != approver\nrequester != approver',
      people: PEOPLE,
    };
    const ran = await play(PROMOTE, '1', inputs, KEYLESS);
    expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
      ['./', 0, 'ok'],
      ['./gate-on-grants', 0, 'ok'],
      ['./apply', 0, 'ok'],
    ]);
    expect(champion()).toBe(3);
  });

  test.each([
    ['a command that fails', 'exit 3'],
    ['a command that bash cannot read', 'if'],
  ])(
    'takes the alias back without a hold after %s, in the job that is approved already',
    async (_title, command) => {
      const { play, champion, emulator } = await staged();
      const ran = await play(PROMOTE, '1', { ...SOURCE, 'after-command': command }, KEYLESS);
      expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
        ['./', 0, 'ok'],
        ['./apply', 0, 'ok'],
        ['./rollback', 0, 'ok'],
      ]);
      expect(ran.map(({ job }) => job)).toEqual(['plan', 'apply', 'apply']);
      expect(ran[1]?.seen.after.models[PROD]?.aliases['Champion']).toBe(3);
      expect(champion()).toBe(2);
      expect(ran[2]?.seen.outputs['held']).toBe('false');
      // It was the command that failed: the next run finds the copy, and may promote it.
      const again = await play(PROMOTE, '2', SOURCE, KEYLESS);
      expect(endings(again)).toEqual([
        ['./', 0, 'noop'],
        ['./apply', 0, 'ok'],
      ]);
      expect(emulator.state().models[PROD]?.aliases['Champion']).toBe(3);
    },
  );

  test.each([
    ['during the command', ({ script }: { script: string }) => script.includes('AFTER_COMMAND')],
    ['while the alias is moved', ({ uses }: { uses: string }) => uses === './apply'],
  ])('takes the alias back where the job is cancelled or out of time %s', async (_title, cancelledIn) => {
    const { play, champion } = await staged();
    const ran = await play(PROMOTE, '1', { ...SOURCE, 'after-command': 'true' }, { ...KEYLESS, cancelledIn });
    expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
      ['./', 0, 'ok'],
      ['./apply', 0, 'ok'],
      ['./rollback', 0, 'ok'],
    ]);
    expect(champion()).toBe(2);
  });

  test('takes nothing back where the job is cancelled before it moves the alias', async () => {
    const { play, champion } = await staged();
    const inputs = { ...SOURCE, 'require-distinct': 'trainer != approver', people: PEOPLE };
    const cancelledIn = ({ uses }: { uses: string }) => uses === './gate-on-grants';
    const ran = await play(PROMOTE, '1', inputs, { ...KEYLESS, cancelledIn });
    expect(ran.map(({ uses }) => uses)).toEqual(['./', './gate-on-grants']);
    expect(champion()).toBe(2);
  });

  test('takes the alias back in another attempt, where the first one moved it and could not', async () => {
    const { play, champion, emulator } = await staged();
    const inputs = { ...SOURCE, 'after-command': 'false' };
    const first = await play(PROMOTE, '1', inputs, {
      ...KEYLESS,
      beforeStep({ uses }) {
        if (uses !== './rollback') return;
        const kind = { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' } as const;
        emulator.faults.add({ method: 'PUT', template: /aliases/u, times: Infinity, kind });
      },
    });
    expect(endings(first).at(-1)).toEqual(['./rollback', 1, 'denied']);
    expect(champion()).toBe(3);
    emulator.faults.clear();
    const kept = { plan: first[0]?.seen.outputs ?? {} };
    const again = await play(PROMOTE, '1', inputs, { ...KEYLESS, attempt: '2', kept });
    expect(endings(again), again.at(-1)?.seen.verdict).toEqual([
      ['./apply', 0, 'noop'],
      ['./rollback', 0, 'ok'],
    ]);
    expect(champion()).toBe(2);
  });

  test('deletes an alias that it made, where a later step fails', async () => {
    const { play, emulator } = await staged();
    emulator.metastore.deleteAlias(PROD, 'Champion');
    const ran = await play(PROMOTE, '1', { ...SOURCE, 'after-command': 'false' }, KEYLESS);
    expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
      ['./', 0, 'ok'],
      ['./apply', 0, 'ok'],
      ['./rollback', 0, 'ok'],
    ]);
    expect(emulator.state().models[PROD]?.aliases).toEqual({});
  });

  test('hands a plan that is too long for an output on as an artifact, whose digest has to be that of the output', async () => {
    const { play, champion, metastore } = await staged();
    // Registries other than Databricks take more than 50 tags.
    const { tags } = metastore.model(PROD);
    for (let version = 1001; version <= 1700; version += 1)
      tags.set(holdKey(version), JSON.stringify({ version, reason: 'x'.repeat(900) }));
    const ran = await play(PROMOTE, '1', SOURCE, KEYLESS);
    expect(endings(ran), ran.at(-1)?.seen.verdict).toEqual([
      ['./', 0, 'ok'],
      ['./apply', 0, 'ok'],
    ]);
    expect(ran[0]?.seen.outputs).toMatchObject({
      plan: '',
      'plan-digest': expect.stringMatching(/./u) as string,
    });
    expect(champion()).toBe(3);
  });

  test('takes nothing back where nothing was applied', async () => {
    const { play, champion, emulator } = await staged();
    const ran = await play(
      PROMOTE,
      '1',
      { ...SOURCE, 'after-command': 'true' },
      {
        ...KEYLESS,
        beforeStep: ({ uses }) => {
          if (uses === './apply') emulator.metastore.setAlias(PROD, 'Champion', 1);
        },
      },
    );
    expect(endings(ran)).toEqual([
      ['./', 0, 'ok'],
      ['./apply', 1, 'conflict'],
    ]);
    expect(champion()).toBe(1);
  });

  test('with neither a variable nor a secret it says what is missing', async () => {
    const { play } = await staged();
    const ran = await play(PROMOTE, '1', SOURCE, { vars: { DATABRICKS_CLIENT_ID: '' }, secrets: {} });
    expect(endings(ran)).toEqual([['./', 1, 'invalid']]);
  });
});

test('rollback.yml and hold.yml, in an emergency and after it', async () => {
  const { play, champion } = await staged();
  await play(PROMOTE, '1', SOURCE, KEYLESS);
  expect(champion()).toBe(3);
  const model = { model: PROD, 'from-version': '3', reason: 'incident 7' };
  const back = await play(`${FOLDER}/rollback.yml`, '2', model, { secrets: {} });
  expect(endings(back), back[0]?.seen.verdict).toEqual([['./rollback', 0, 'ok']]);
  expect(back[0]?.seen.outputs).toMatchObject({ version: '2', held: 'true' });
  expect(champion()).toBe(2);

  const blocked = await play(PROMOTE, '3', SOURCE, KEYLESS);
  expect(endings(blocked)).toEqual([['./', 1, 'blocked']]);
  const HOLD = `${FOLDER}/hold.yml`;
  expect(environmentOf({ 'lift-hold': true })).toBe('production');
  expect(environmentOf({ 'lift-hold': false })).toBe('break-glass');
  const lifted = await play(HOLD, '1', { model: PROD, version: '3', 'lift-hold': 'true' }, { secrets: {} });
  expect(endings(lifted), lifted[0]?.seen.verdict).toEqual([['./tag-status', 0, 'ok']]);
  const free = await play(PROMOTE, '2', SOURCE, KEYLESS);
  expect(endings(free).at(-1)).toEqual(['./apply', 0, 'ok']);

  const held = await play(HOLD, '3', { model: PROD, version: '2', hold: 'incident 8' }, { secrets: {} });
  expect(endings(held), held[0]?.seen.verdict).toEqual([['./tag-status', 0, 'ok']]);
  const neither = await play(HOLD, '3', { model: PROD, version: '2' }, { secrets: {} });
  expect(endings(neither)).toEqual([['./tag-status', 1, 'invalid']]);
});

test('audit.yml counts what is wrong, and fails by it', async () => {
  const { play, emulator } = await staged();
  const inputs = { models: 'prod.ml_team.*', require: 'validation_status=approved' };
  const good = await play(`${FOLDER}/audit.yml`, '1', inputs, { secrets: {} });
  expect(endings(good), good[0]?.seen.verdict).toEqual([['./audit-aliases', 0, 'ok']]);
  emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
  emulator.metastore.setAlias(PROD, 'Champion', 3);
  const bad = await play(`${FOLDER}/audit.yml`, '2', inputs, { secrets: {} });
  expect(endings(bad)).toEqual([['./audit-aliases', 1, 'blocked']]);
  expect(bad[0]?.seen.outputs['count']).toBe('1');
});

/** The environment that the job of hold.yml waits for. */
function environmentOf(inputs: Readonly<Record<string, string | boolean>>): string {
  const text = workflowIn(`${FOLDER}/hold.yml`).jobs['hold']?.environment ?? '';
  return expand(text, {
    inputs: { environment: 'break-glass', 'lift-environment': 'production', ...inputs },
  });
}

const called = z.object({
  on: z.object({
    workflow_call: z.object({
      inputs: z.record(z.string(), z.object({ description: z.string(), type: z.string() })),
      secrets: z.record(z.string(), z.object({ description: z.string(), required: z.literal(false) })),
    }),
  }),
  jobs: z.record(
    z.string(),
    z.object({ permissions: z.record(z.string(), z.string()), environment: z.string().optional() }),
  ),
});

describe.each(['promote', 'rollback', 'hold', 'audit'])('%s.yml', (name) => {
  const text = readFileSync(join(ROOT, FOLDER, `${name}.yml`), 'utf8');
  const { on, jobs } = called.parse(parse(text));
  const { inputs, secrets } = on.workflow_call;

  test('declares every input and every secret that it reads, and reads every one that it declares', () => {
    const read = (context: string) =>
      [
        ...new Set(
          [...text.matchAll(new RegExp(String.raw`\b${context}\.([\w-]+)`, 'gu'))].map(([, each]) => each),
        ),
      ].sort();
    expect(read('inputs')).toEqual(Object.keys(inputs).sort());
    expect(read('secrets')).toEqual(Object.keys(secrets).sort());
  });

  test('asks for no permission that its comment does not name to the caller', () => {
    const needed = [
      ...new Set(Object.values(jobs).flatMap(({ permissions }) => Object.entries(permissions))),
    ];
    for (const [permission, level] of needed)
      expect(text).toMatch(new RegExp(`^# .*permissions: .*${permission}: ${level}`, 'mu'));
  });

  test('has no group, and runs the actions of the commit that it is of', () => {
    expect(text).not.toMatch(/^\s*concurrency:/mu);
    expect(text.match(/ref: \$\{\{ job\.workflow_sha \}\}/gu)).toHaveLength(Object.keys(jobs).length);
    expect(text.match(/repository: \$\{\{ job\.workflow_repository \}\}/gu)).toHaveLength(
      Object.keys(jobs).length,
    );
  });
});
