import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { TERMINAL } from '../../../src/runtime/system/terminal.ts';
import { championOf, endOf, PATH, PLACE, policy, scene, TOKEN } from './scene.ts';

const MOVE = { model: PROD, alias: 'Champion', version: '2' };
const OPEN = policy();
const CLOSED = policy('aliases: { Champion: forbidden }');

describe('where the policy is read', () => {
  test('the default branch, in three requests, and a fourth right before the move; the summary names file, branch, commit and digest', async () => {
    const { run, github, first } = await scene(OPEN);
    const seen = await run(setAlias, MOVE);
    expect([seen.outputs['outcome'], championOf(seen)], seen.verdict).toEqual(['ok', 2]);
    expect(github.requests).toEqual([
      `GET /repos/${PLACE}`,
      `GET /repos/${PLACE}/branches/main`,
      `GET /repos/${PLACE}/contents/${encodeURIComponent(PATH)}?ref=${first}`,
      `GET /repos/${PLACE}/branches/main`,
    ]);
    const fact = seen.report.facts.find(({ label }) => label === 'Policy');
    expect(fact?.value).toMatch(/^\.github\/model-promotion\.yml, sha256:[0-9a-f]{64}$/u);
    expect(fact?.note).toBe(`branch main at commit ${first}`);
    for (const said of [PATH, first]) expect(seen.summary.replaceAll('&#46;', '.')).toContain(said);
  });

  test('off: nothing is asked of GitHub', async () => {
    const { run, github } = await scene(CLOSED);
    const seen = await run(setAlias, { ...MOVE, policy: 'off' });
    expect([seen.outputs['outcome'], github.requests]).toEqual(['ok', []]);
  });

  test('forged: a pull request of a fork changes the policy and checks it out; the one of the default branch holds', async () => {
    const { run, git } = await scene(CLOSED);
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-fork-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'model-promotion.yml'), OPEN);
    const head = git.commit({ [PATH]: OPEN });
    git.setBranch('refs/pull/7/head', head, false);
    const environment = {
      GITHUB_WORKSPACE: folder,
      GITHUB_SHA: head,
      GITHUB_REF: 'refs/pull/7/merge',
      GITHUB_HEAD_REF: 'patch-1',
      GITHUB_BASE_REF: 'main',
      GITHUB_EVENT_NAME: 'pull_request_target',
    };
    const seen = await run(setAlias, MOVE, { environment });
    expect(endOf(seen)).toEqual(['blocked', ['policy-alias-forbidden']]);
    expect(championOf(seen)).toBe(1);
  });

  test('a branch that is named has to be protected', async () => {
    const { run, commit } = await scene(CLOSED);
    const made = commit(OPEN, 'policies');
    const seen = await run(setAlias, { ...MOVE, policy: `${PATH}@policies` });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(seen.report.facts.find(({ label }) => label === 'Policy')?.note).toBe(
      `branch policies at commit ${made}`,
    );
    commit(OPEN, 'patch-1', false);
    const other = await run(setAlias, { ...MOVE, policy: `${PATH}@patch-1`, version: '1' });
    expect(other.outputs['outcome']).toBe('blocked');
    expect(other.verdict).toContain('The branch patch-1 is not protected');
    expect(championOf(other)).toBe(2);
  });

  test('a default branch that is not protected is a warning', async () => {
    const { run, commit } = await scene(OPEN);
    commit(OPEN, 'main', false);
    const seen = await run(setAlias, MOVE);
    expect(endOf(seen)).toEqual(['ok', ['policy-unprotected']]);
  });
});

describe('a policy that is not there', () => {
  test.each([
    ['no file', undefined, {}, 'There is no policy file .github/model-promotion.yml on the default branch'],
    ['another path', OPEN, { policy: 'governance/models.yml' }, 'no policy file governance/models.yml'],
    ['a branch that does not exist', OPEN, { policy: `${PATH}@gone` }, 'does not show the branch gone'],
  ])('%s: nothing is written', async (_title, text, inputs, said) => {
    const { run } = await scene(text);
    const seen = await run(setAlias, { ...MOVE, ...inputs });
    expect(['blocked', 'denied']).toContain(seen.outputs['outcome']);
    expect(seen.verdict).toContain(said);
    expect(championOf(seen)).toBe(1);
  });

  test.each([
    ['an outage', { status: 503, body: '{"message": "Unicorn!"}' }, 'unavailable'],
    ['a limit', { status: 429, body: '{"message": "API rate limit exceeded"}' }, 'unavailable'],
  ])('%s is unavailable, and no absence', async (_title, fault, outcome) => {
    const { run, github } = await scene(OPEN);
    github.failNext(...Array.from({ length: 30 }, () => fault));
    const seen = await run(setAlias, MOVE);
    expect([seen.outputs['outcome'], championOf(seen)], seen.verdict).toEqual([outcome, 1]);
  });

  test('a token without contents: read is denied; no token is invalid', async () => {
    const { run } = await scene(OPEN, ['actions: read']);
    const seen = await run(setAlias, MOVE);
    expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['denied', 1]);
    expect(seen.log.join('\n')).toContain('contents: read');
    const without = await run(setAlias, { ...MOVE, 'github-token': 'none' });
    expect(without.outputs['outcome']).toBe('invalid');
    expect(without.verdict).toContain('github-token');
  });

  test('a faulty file: every fault with line, column and fix, and nothing is written', async () => {
    const { run } = await scene(OPEN.replace('match', 'mtach').replace('version: 1', 'version: 3'));
    const seen = await run(setAlias, MOVE);
    expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['invalid', 1]);
    const printed = seen.log.join('\n');
    expect(printed).toContain('.github/model-promotion.yml:1:10');
    expect(printed).toContain('.github/model-promotion.yml:3:5');
    expect(printed).toContain('Write match.');
  });

  test.each([['main'], ['/etc/policy.yml'], ['../policy.yml'], ['x.yml@'], ['x.yml@a:b']])(
    '%j is no place of a policy',
    async (place) => {
      const { run } = await scene(OPEN);
      const seen = await run(setAlias, { ...MOVE, policy: place });
      expect(seen.outputs['outcome']).toBe('invalid');
      expect(seen.verdict).toContain('policy');
    },
  );
});

describe('it changes while the step runs', () => {
  const OF_COPIES = policy('require: { origin: staging.ml_team.* }');

  /** Runs a move during which something happens to the policy, once it was read: before that nobody looks at the source. */
  async function during(happens: (made: Awaited<ReturnType<typeof scene>>) => void) {
    const made = await scene(OF_COPIES);
    made.emulator.metastore.setTags(PROD, { uc_promote_origin: `models:/${STAGING}/1` }, 2);
    made.emulator.faults.add({
      path: /\/fs\/directories\/Models\/staging\//u,
      kind: { kind: 'run', when: 'before', run: () => happens(made) },
    });
    const seen = await made.run(setAlias, MOVE);
    return [seen.outputs['outcome'], championOf(seen)];
  }

  test.each<readonly [string, Parameters<typeof during>[0], string, number]>([
    ['it forbids the move', ({ commit }) => void commit(CLOSED), 'conflict', 1],
    ['it is deleted', ({ commit }) => void commit(undefined), 'conflict', 1],
    ['it is broken', ({ commit }) => void commit(OF_COPIES.replace('match', 'mtach')), 'invalid', 1],
    ['the token may not read it', ({ github }) => github.addToken(TOKEN, []), 'denied', 1],
    [
      'GitHub is gone',
      ({ github }) =>
        github.failNext(...Array.from({ length: 60 }, () => ({ status: 503, body: '{"message": "x"}' }))),
      'unavailable',
      1,
    ],
    ['a comment is added', ({ commit }) => void commit(`# A comment.\n${OF_COPIES}`), 'ok', 2],
  ])('%s', async (_title, happens, outcome, champion) => {
    expect(await during(happens)).toEqual([outcome, champion]);
  });
});

describe('outside of GitHub Actions', () => {
  test('it is a file of the machine, and the summary says so', async () => {
    const { run, github } = await scene(undefined);
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-policy-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'policy.yml');
    await writeFile(file, CLOSED);
    const seen = await run(setAlias, { ...MOVE, policy: file, 'github-token': TOKEN }, { system: TERMINAL });
    expect([endOf(seen), github.requests]).toEqual([['blocked', ['policy-alias-forbidden']], []]);
    expect(seen.report.facts.find(({ label }) => label === 'Policy')?.note).toBe(
      'a file of this machine, which no branch protects',
    );
    const gone = await run(setAlias, { ...MOVE, policy: `${file}.yml` }, { system: TERMINAL });
    expect(gone.outputs['outcome']).toBe('blocked');
    const branch = await run(setAlias, { ...MOVE, policy: `${file}@main` }, { system: TERMINAL });
    expect(branch.outputs['outcome']).toBe('invalid');
  });
});
