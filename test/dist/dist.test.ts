import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmulator, type Emulator } from '../../emulator/index.ts';
import { ACTIONS } from '../../src/index.ts';
import { CASES } from '../actions/action-cases.ts';
import { TOKENS } from '../actions/harness.ts';
import { inputVariable } from '../actions/runner-inputs.ts';
import { masksIn } from '../actions/leaks.ts';
import { moreVersions, PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { PARTS } from '../../src/runtime/product-files.ts';
import { readSummary } from '../../scripts/read-summary.ts';
import { behindTls, forwardProxy, privateAuthority } from '../security/proxies.ts';
import { ROOT } from '../imports.ts';
import { DIST, parseCommandFile, spawnAction, spawnStep, type Spawned } from './spawn.ts';

async function emulator(): Promise<Emulator> {
  const started = await startEmulator({ seed: 'demo' });
  onTestFinished(() => started.close());
  return started;
}

const signIn = (at: Emulator, token: string = TOKENS.promoter) => ({
  DATABRICKS_HOST: at.url,
  DATABRICKS_TOKEN: token,
});

/** The lines that the runner takes for commands, without the stack of a debug log. */
const commands = (seen: Spawned) => seen.stdout.split('\n').filter((line) => /^\s*::|##\[/u.test(line));

test('this is the Node that runs actions', () => {
  expect(process.versions.node).toMatch(/^24\./u);
});

test('dist has a stub of a few lines for every action, the post step, and nothing unknown', () => {
  const others: readonly string[] = ['cli.js', ...PARTS];
  const stubs = readdirSync(DIST).filter((name) => name.endsWith('.js') && !others.includes(name));
  expect(stubs.sort()).toEqual([...Object.keys(ACTIONS), 'post'].map((name) => `${name}.js`).sort());
  for (const stub of stubs) {
    const name = stub.replace(/\.js$/u, '');
    const copies = ['copy-version', 'download-version', 'promote', 'register-version', 'sync-aliases'].includes(name);
    const [entry, call] = name === 'post' ? ['runPost', 'runPost()'] : ['run', `run('${name}')`];
    expect(readFileSync(join(DIST, stub), 'utf8').split('\n')).toEqual([
      "import { enableCompileCache } from 'node:module';",
      ...(copies
        ? [
            "import { setFlagsFromString } from 'node:v8';",
            "setFlagsFromString('--semi-space-growth-factor=1');",
          ]
        : []),
      ...(name === 'audit-aliases'
        ? ["import { setFlagsFromString } from 'node:v8';", "setFlagsFromString('--optimize-for-size');"]
        : []),
      'if (process.env.RUNNER_TEMP) enableCompileCache(`${process.env.RUNNER_TEMP}/uc-promote-compile-cache`);',
      `const { ${entry} } = await import('./index.js');`,
      `await ${call};`,
      '',
    ]);
  }
  expect(existsSync(join(DIST, 'licenses.txt'))).toBe(true);
});

test('inputs are refused by the first part of the bundle alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-first-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['index.js', 'package.json']) cpSync(join(DIST, name), join(folder, name));
  for (const name of Object.keys(ACTIONS)) {
    const stub = `${name}.js`;
    cpSync(join(DIST, stub), join(folder, stub));
    const seen = await spawnStep([join(folder, stub)], { 'dry-run': 'perhaps', model: 'prod.fraud' });
    expect([name, seen.code, parseCommandFile(seen.outputFile)['outcome']], seen.stdout).toEqual([
      name,
      1,
      'invalid',
    ]);
  }
});

test('the command line is one file beside the parts of the bundle, and needs Node and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-alone-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['cli.js', ...PARTS, 'package.json']) cpSync(join(DIST, name), join(folder, name));
  const cli = join(folder, 'cli.js');
  const run = (...words: string[]) =>
    spawnSync(process.execPath, [cli, ...words], { cwd: folder, env: {}, encoding: 'utf8' });
  const version = run('--version');
  expect([version.status, version.stdout]).toEqual([0, expect.stringMatching(/^uc-promote \d/u)]);
  for (const name of Object.keys(ACTIONS)) {
    const seen = run(name, '--help');
    expect([seen.status, seen.stderr, seen.stdout.split('\n')[2]]).toEqual([0, '', 'Examples:']);
  }
  const refused = run('set-alias', '--json');
  expect([refused.status, (JSON.parse(refused.stdout) as { outcome: string }).outcome]).toEqual([2, 'invalid']);
  expect(readFileSync(cli, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/u);
});

/** The inputs of a case for a process that has a folder of its own: files of the repository by their whole paths. */
function fromAnywhere(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [name, value.startsWith('bench/') ? join(ROOT, value) : value]),
  );
}

for (const name of Object.keys(ACTIONS)) {
  describe(name, () => {
    for (const each of CASES.filter((candidate) => candidate.action.name === name)) {
      test(`${each.title}: exit code, outputs in heredoc form, summary, report`, async () => {
        const at = await emulator();
        each.prepare?.(at.metastore);
        const seen = await spawnAction(name, fromAnywhere(each.inputs), { host: at, environment: signIn(at, each.token) });
        const outputs = parseCommandFile(seen.outputFile);
        expect(outputs['outcome'], seen.stdout + seen.stderr).toBe(each.outcome);
        expect(seen.code).toBe(each.outcome === 'ok' ? 0 : 1);
        expect([...Object.keys(outputs)].filter((output) => !(output in each.action.outputs))).toEqual([]);
        expect([seen.forbidden, seen.stderr]).toEqual(['', '']);
        expect(readSummary(seen.summaryFile)[0]?.kind).toBe('heading');
        expect((JSON.parse(seen.reportText) as { outcome: string }).outcome).toBe(each.outcome);
        expect(at.violations).toEqual([]);

        const token = each.token ?? TOKENS.promoter;
        const masks = commands(seen).filter((line) => line === `::add-mask::${token}`);
        expect(masks).toHaveLength(1);
        const allowed = /^::(add-mask|error|warning|notice|debug)(::| )/u;
        expect(commands(seen).filter((line) => !allowed.test(line))).toEqual([]);
      });
    }

    test('without any input: every missing one is named, exit code 1, at once', async () => {
      const seen = await spawnAction(name, {});
      expect([seen.code, parseCommandFile(seen.outputFile)['outcome']]).toEqual([1, 'invalid']);
      expect(seen.stdout).toContain('or set the variable DATABRICKS_HOST.');
      expect(seen.stderr).toBe('');
    });
  });
}

test('outputs with several lines keep them, and a hostile value closes no heredoc', async () => {
  const at = await emulator();
  const hostile = 'x\nEOF\nghadelimiter\nchanged<<EOF\nfalse\nEOF\n::set-output name=a::b\n##[error]no';
  at.metastore.setTags(PROD, { note: hostile }, 1);
  const seen = await spawnAction('tag-status', { model: PROD, version: '1', tags: 'k=v' }, { host: at, environment: signIn(at) });
  const outputs = parseCommandFile(seen.outputFile);
  expect(JSON.parse(outputs['tags'] ?? '')).toEqual({ note: hostile, k: 'v' });
  expect([outputs['changed'], outputs['outcome']]).toEqual(['true', 'ok']);
  expect(commands(seen).filter((line) => !/^::(add-mask|notice|debug)(::| )/u.test(line))).toEqual([]);
});

test('without a runner around it: no command files, and it works all the same', async () => {
  const at = await emulator();
  const nothing = { GITHUB_OUTPUT: '', GITHUB_STATE: '', GITHUB_STEP_SUMMARY: '' };
  const seen = await spawnAction('validate-signature', { model: PROD, version: '1' }, { host: at, environment: { ...signIn(at), ...nothing } });
  expect(seen.outputFile).toBe('');
});

test('without a folder for temporary files: no compile cache, and the report is where the system keeps such files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-tmp-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = await emulator();
  const environment = { ...signIn(at), RUNNER_TEMP: undefined, TMPDIR: folder };
  const seen = await spawnAction('validate-signature', { model: PROD, version: '1' }, { host: at, environment });
  expect([seen.code, seen.stderr, parseCommandFile(seen.outputFile)['outcome']]).toEqual([0, '', 'ok']);
  expect((JSON.parse(seen.reportText) as { outcome: string }).outcome).toBe('ok');
  expect(readdirSync(folder).filter((name) => name.includes('compile-cache'))).toEqual([]);
  const post = await spawnAction('post', {}, { environment: { RUNNER_TEMP: undefined } });
  expect([post.code, post.stderr]).toEqual([0, '']);
});

test('a token that it gets is masked, and stands nowhere', async () => {
  const at = await emulator();
  const secret = at.metastore.addSecret(PROMOTER);
  const environment = { DATABRICKS_HOST: at.url, DATABRICKS_CLIENT_ID: PROMOTER, DATABRICKS_CLIENT_SECRET: secret };
  const seen = await spawnAction('check-connection', {}, { host: at, environment: { ...environment, RUNNER_DEBUG: '1' } });
  expect([seen.code, at.handedOut.size, masksIn(seen.stdout)]).toEqual([0, 1, [secret, ...at.handedOut]]);
});

test('through a proxy with a password, to a host behind a private authority', async () => {
  const at = await emulator();
  const authority = privateAuthority();
  const { url } = await behindTls(at, authority);
  const proxy = await forwardProxy('pass-of-the-proxy');
  const environment = {
    ...signIn(at),
    DATABRICKS_HOST: url,
    NODE_EXTRA_CA_CERTS: authority.trust,
    HTTPS_PROXY: `http://ada:pass-of-the-proxy@127.0.0.1:${proxy.port}`,
  };
  const seen = await spawnAction('check-connection', { model: PROD, registry: 'databricks' }, { host: at, environment });
  expect([seen.code, seen.stderr, new Set(proxy.connects).size]).toEqual([0, '', 1]);
});

test('a dry run writes nothing', async () => {
  const at = await emulator();
  moreVersions(at.metastore);
  const before = at.state();
  const inputs = { model: PROD, alias: 'Champion', version: '2', 'dry-run': 'true' };
  const seen = await spawnAction('set-alias', inputs, { host: at, environment: signIn(at) });
  expect([seen.code, at.state()]).toEqual([0, before]);
  expect(parseCommandFile(seen.outputFile)).toMatchObject({ changed: 'false', 'would-change': 'true' });
});

test('a token that is wrong ends with outputs and a summary, not with a stack', async () => {
  const at = await emulator();
  const seen = await spawnAction('set-alias', { model: PROD, alias: 'Champion', version: '1' }, { host: at, environment: signIn(at, 'dapi-wrong') });
  expect([seen.code, parseCommandFile(seen.outputFile)['outcome'], seen.stderr]).toEqual([1, 'denied', '']);
  expect(seen.summaryFile).toContain('Denied');
  expect(seen.ms).toBeLessThan(3_000);
});

describe('the post step', () => {
  const state = (journal: unknown, finished?: string): Record<string, string> => ({
    STATE_journal: JSON.stringify(journal),
    ...(finished === undefined ? {} : { STATE_finished: finished }),
  });

  test('is silent after a main step that came to its end', async () => {
    const seen = await spawnAction('post', {}, { environment: state([{ change: 'x', state: 'done' }], 'true') });
    expect([seen.code, seen.stdout, seen.stderr]).toEqual([0, '', '']);
  });

  test('tells what was begun and done when the main step died', async () => {
    const journal = [
      { change: `${PROD}@Champion 1 → 2`, state: 'done' },
      { change: '::error::forged', state: 'begun' },
    ];
    const seen = await spawnAction('post', {}, { environment: state(journal) });
    expect(seen.code).toBe(0);
    expect(seen.stdout).toContain('2 changes had been started');
    expect(seen.stdout).toContain(`done: ${PROD}@Champion 1 → 2`);
    expect(seen.stdout).toContain('unknown, check it: ');
    expect(commands(seen).filter((line) => !line.startsWith('::warning'))).toEqual([]);
  });

  test('says that nothing had been begun', async () => {
    const seen = await spawnAction('post', {});
    expect(seen.stdout).toContain('No change had been planned or started.');
  });
});

describe('a signal', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} while it reads: no change is begun, and it ends within 7 s with all it has to say`, async () => {
      const at = await emulator();
      moreVersions(at.metastore);
      const before = at.state();
      let kill: (signal: NodeJS.Signals) => void = () => undefined;
      at.faults.add({ template: /effective-permissions/u, kind: { kind: 'run', when: 'before', run: () => kill(signal) } });
      at.faults.add({ template: /effective-permissions/u, skip: 1,
        times: 2, kind: { kind: 'delay', ms: 300 } });
      const seen = await spawnAction(
        'set-alias',
        { model: PROD, alias: 'Champion', version: '2' },
        { host: at, environment: signIn(at), onStart: (handle) => void (kill = handle) },
      );
      expect([seen.code, at.state()]).toEqual([1, before]);
      expect(seen.ms).toBeLessThan(7_000);
      expect(parseCommandFile(seen.outputFile)).toMatchObject({ outcome: 'error', changed: 'false' });
      expect(seen.stdout).toContain('Cancelled');
    });
  }
});

test('inputs are read by the names that a runner gives them', () => {
  expect(inputVariable('check-privileges')).toBe('INPUT_CHECK-PRIVILEGES');
});
