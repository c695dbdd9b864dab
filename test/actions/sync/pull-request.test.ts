import { describe, expect, test } from 'vitest';
import { moreVersions, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { expectRefused } from '../expectations.ts';
import { championOf, copyOf, folder, pins, pinsOf, scene } from './scene.ts';

const BEFORE = folder(pins({ Champion: 1 }));
const AFTER = folder(pins({ Champion: copyOf(1) }));
const WRITES = { 'dry-run': 'false' };

describe('an open pull request', () => {
  test('shows what its merge would move, with the evidence, and writes nothing', async () => {
    const { open, github } = await scene({ rights: ['contents: read'] });
    const seen = await open(BEFORE, AFTER);
    expect(seen.outputs, seen.verdict).toMatchObject({
      outcome: 'ok',
      changed: 'false',
      'would-change': 'true',
      count: '1',
    });
    expect(seen.after).toEqual(seen.before);
    expect(seen.records.filter(({ write }) => write)).toEqual([]);
    expect(pinsOf(seen)).toEqual([
      { model: PROD, alias: 'Champion', from: '1', to: copyOf(1), was: 1, now: 1, state: 'move' },
    ]);
    const names = seen.report.checks.map(({ name }) => name);
    for (const name of ['Signature', 'Compatibility', 'Hold', 'Privileges on the source'])
      expect(names).toContain(`${PROD}@Champion: ${name}`);
    expect(github.requests.filter((each) => each.includes('/pulls'))).toEqual([]);
  });

  test('is compared from where its branch began, not from where its base went on to', async () => {
    const { open, github } = await scene();
    const seen = await open(BEFORE, AFTER);
    expect(seen.outputs['outcome']).toBe('ok');
    expect(github.requests.some((each) => each.includes('/compare/'))).toBe(true);
  });

  test('says a conflict before the merge', async () => {
    const { open, metastore } = await scene();
    moreVersions(metastore);
    metastore.setAlias(PROD, 'Champion', 2);
    const seen = await open(BEFORE, AFTER);
    expectRefused(seen, 'conflict');
    expect(seen.log.join('\n')).toContain('Champion names version 2');
  });

  test('says a version without a signature before the merge', async () => {
    const { open } = await scene();
    expectRefused(await open(BEFORE, folder(pins({ Champion: copyOf(2) }))), 'blocked');
  });

  test('moves no alias although the step may write', async () => {
    const { open } = await scene();
    const seen = await open(BEFORE, AFTER, {}, WRITES);
    expect(seen.outputs).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect(seen.after).toEqual(seen.before);
    expect(seen.log.join('\n')).toContain('is not merged');
    expect(pinsOf(seen)).toMatchObject([{ state: 'move' }]);
  });

  test('makes the copy before the merge where that is asked for, and the merge finds it', async () => {
    const { open, merge } = await scene();
    const copied = await open(BEFORE, AFTER, {}, { ...WRITES, until: 'copy' });
    expect(copied.outputs, copied.verdict).toMatchObject({ outcome: 'ok', changed: 'true', count: '0' });
    expect(championOf(copied)).toBe(1);
    expect(copied.after.models[PROD]?.versions['2']?.tags['uc_promote_origin']).toBe(`models:/${STAGING}/1`);
    const merged = await merge(BEFORE, AFTER);
    expect([merged.outputs['outcome'], championOf(merged)]).toEqual(['ok', 2]);
    expect(Object.keys(merged.after.models[PROD]?.versions ?? {})).toEqual(['1', '2']);
  });

  test('leaves a pin of the model itself alone where only copies are asked for', async () => {
    const { open } = await scene();
    const seen = await open(
      folder(pins({ A: 'none' })),
      folder(pins({ A: 1 })),
      {},
      { ...WRITES, until: 'copy' },
    );
    expect(seen.outputs).toMatchObject({ outcome: 'noop', changed: 'false' });
    expect(seen.after).toEqual(seen.before);
  });
});

describe('a pull request from a fork', () => {
  for (const event of ['pull_request', 'pull_request_target']) {
    test.each([
      ['the alias', { ...WRITES }],
      ['the copy', { ...WRITES, until: 'copy' }],
      ['the validated copy', { ...WRITES, until: 'validate' }],
    ])(`${event}: nothing is written of ${'%s'}`, async (_, inputs) => {
      const { open } = await scene();
      const seen = await open(BEFORE, AFTER, { fork: true, event }, inputs);
      expect(seen.outputs).toMatchObject({ outcome: 'blocked', changed: 'false' });
      expect(seen.after).toEqual(seen.before);
      expect(seen.records.filter(({ write }) => write)).toEqual([]);
      expect(seen.log.join('\n')).toContain('comes from a fork');
    });
  }

  test('is shown in a dry run', async () => {
    const { open } = await scene();
    const seen = await open(BEFORE, AFTER, { fork: true });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'false', 'would-change': 'true' });
  });
});

describe('files of pins that are none', () => {
  test('every fault of every file at once, with file, line, column and fix', async () => {
    const { open } = await scene();
    const seen = await open(BEFORE, {
      'aliases/a.yml': `${PROD}:\n  Champion: 1\n  latest: 2\n`,
      'aliases/b.yaml': `${PROD.toUpperCase()}:\n  champion: 2\n`,
      'aliases/c.yml': 'prod.fraud:\n  Champion: models:/a.b.c/1\n',
      'aliases/d.yml': '- Champion\n',
      'aliases/e.yml': `${PROD}:\n  Shadow: "staging.ml_team.fraud_detection@Champion"\n  Old:\n`,
    });
    expectRefused(seen, 'invalid');
    const log = seen.log.join('\n');
    for (const place of [
      'aliases/a.yml:3:3',
      'aliases/b.yaml:2:3',
      'aliases/c.yml:1:1',
      'aliases/c.yml:2:13',
      'aliases/d.yml:1:1',
      'aliases/e.yml:2:11',
      'aliases/e.yml:3:',
    ])
      expect(log).toContain(place);
    expect(log).toContain('is pinned at aliases/a.yml:2:3 already');
  });

  test.each([
    ['a symbolic link', { link: '../secrets.yml' }, 'is a symbolic link'],
    ['a submodule', { submodule: 'd'.repeat(40) }, 'is a submodule'],
  ] as const)('%s', async (_, file, said) => {
    const { open } = await scene();
    const seen = await open(BEFORE, { ...AFTER, 'aliases/other.yml': file });
    expectRefused(seen, 'invalid');
    expect(seen.log.join('\n')).toContain(said);
  });

  test('the folder itself is a link', async () => {
    const { open } = await scene();
    const seen = await open(BEFORE, { aliases: { link: 'elsewhere' } });
    expectRefused(seen, 'invalid');
  });

  test.each([
    ['a folder that is nowhere', 'alias'],
    ['a path through a file', 'aliases/fraud.yml/more'],
    ['a path out of the repository', '../aliases'],
  ])('%s', async (_, path) => {
    const { open } = await scene();
    const seen = await open(BEFORE, AFTER, {}, { pins: path, 'dry-run': 'true' });
    expectRefused(seen, 'invalid');
    expect(seen.log.join('\n')).toContain('there is nothing at');
  });

  test('one file in place of a folder', async () => {
    const { open } = await scene();
    const seen = await open(BEFORE, AFTER, {}, { pins: './aliases/fraud.yml', 'dry-run': 'true' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  });
});

describe('what GitHub does not let be read', () => {
  test('the token may not read contents', async () => {
    const { open } = await scene({ rights: ['pull-requests: read'] });
    const seen = await open(BEFORE, AFTER);
    expectRefused(seen, 'denied');
    expect(seen.log.join('\n')).toContain('permissions: contents: read');
  });

  test('a limit of GitHub is no refusal', async () => {
    const { open, github } = await scene();
    github.failNext(
      ...Array.from({ length: 12 }, () => ({
        status: 403,
        body: JSON.stringify({ message: 'API rate limit exceeded' }),
        headers: { 'x-ratelimit-remaining': '0' },
      })),
    );
    expectRefused(await open(BEFORE, AFTER), 'unavailable');
  });

  test.each([
    ['another event', 'schedule', 'an event "schedule" changes no file'],
    ['no event', '', 'not a run of a GitHub workflow'],
  ])('%s', async (_, name, said) => {
    const { run } = await scene();
    const seen = await run({}, { name, sha: 'a'.repeat(40) }, {});
    expectRefused(seen, 'invalid');
    expect(seen.log.join('\n')).toContain(said);
  });

  test.each([
    ['a push without its commits', 'push', { ref: 'refs/heads/main', before: 'HEAD' }],
    [
      'a push that created its branch',
      'push',
      {
        ref: 'refs/heads/main',
        before: '0'.repeat(40),
        after: 'a'.repeat(40),
        repository: { default_branch: 'main' },
      },
    ],
    ['a pull request without a number', 'pull_request', { pull_request: {} }],
  ])('%s', async (_, name, event) => {
    const { run } = await scene();
    expectRefused(await run(event, { name, sha: 'a'.repeat(40) }, {}), 'invalid');
  });
});

test('its page is one comment on its own pull request, before the merge and after it', async () => {
  const comment = { 'pull-request-comment': 'true' };
  const { open, merge, github } = await scene({ rights: ['contents: read', 'pull-requests: write'] });
  const shown = await open(BEFORE, AFTER, {}, { 'dry-run': 'true', ...comment });
  const bodies = () => github.commentsOf('acme/models', 1).map(({ body }) => body);
  expect(bodies()).toEqual([expect.stringContaining(shown.summary.trimEnd())]);
  await open(BEFORE, AFTER, {}, { 'dry-run': 'true', ...comment });
  expect(bodies()).toHaveLength(1);
  const merged = await merge(BEFORE, AFTER, {}, comment);
  expect(merged.outputs['outcome'], merged.verdict).toBe('ok');
  expect(github.commentsOf('acme/models', 3).map(({ body }) => body)).toEqual([
    expect.stringContaining(merged.summary.trimEnd()),
  ]);
});
