import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { following } from '../../bench/crafted-pins.ts';
import { TOKENS, world } from '../actions/harness.ts';
import { requireNoLeak, watchSecrets } from '../actions/leaks.ts';
import { inputVariable, variablesOfDefaults } from '../actions/runner-inputs.ts';
import { startGitHub } from '../github/stub.ts';
import { heredocs } from './step.ts';
import { ROOT } from '../imports.ts';

/** Packages that only some runs need, and that take long to be evaluated. */
const HEAVY = ['yaml', '@actions/github', '@octokit'];

type Inputs = Readonly<Record<string, string>>;

/** Runs an action from the entry of the sources, as a stub does; returns its outcome and which of those packages were evaluated. */
async function evaluatedBy(emulator: Emulator, action: string, inputs: Inputs, variables: Inputs = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-evaluated-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = { GITHUB_OUTPUT: 'o', GITHUB_STATE: 's', GITHUB_STEP_SUMMARY: 'm' };
  for (const name of Object.values(files)) await writeFile(join(folder, name), '');
  const list = join(folder, 'loaded');
  const code = `
    import { registerHooks } from 'node:module';
    import { writeFileSync } from 'node:fs';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    process.on('exit', () => writeFileSync(${JSON.stringify(list)}, loaded.join('\\n')));
    const { run } = await import(${JSON.stringify(join(ROOT, 'src/index.ts'))});
    await run(${JSON.stringify(action)});`;
  const secrets = watchSecrets(emulator);
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...variablesOfDefaults(action),
      PATH: process.env['PATH'],
      HOME: folder,
      GITHUB_ACTIONS: 'true',
      ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(folder, file)])),
      RUNNER_TEMP: folder,
      DATABRICKS_HOST: emulator.url,
      DATABRICKS_TOKEN: TOKENS.promoter,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
      ...variables,
    },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  const written = await Promise.all(Object.values(files).map((file) => readFile(join(folder, file), 'utf8')));
  const { sent, received } = secrets();
  requireNoLeak({ printed, files: written, given: [TOKENS.promoter, ...sent], received });
  const outputs = heredocs(await readFile(join(folder, files.GITHUB_OUTPUT), 'utf8'));
  const loaded = await readFile(list, 'utf8');
  expect(loaded).toContain('/src/runtime/run-action.ts');
  const heavy = HEAVY.filter((name) => loaded.includes(`/node_modules/${name}/`));
  return { outcome: outputs['outcome'], heavy };
}

describe('a start evaluates no package that its run does not need', () => {
  test.each<readonly [string, string, Inputs, string]>([
    ['refused inputs', 'set-alias', { model: 'prod.fraud', alias: 'Champion', version: '1' }, 'invalid'],
    ['a whole run', 'set-alias', { model: PROD, alias: 'Champion', version: '1' }, 'noop'],
    ['an audit of names', 'audit-aliases', { models: PROD }, 'ok'],
  ])('%s: %s', async (_title, action, inputs, outcome) => {
    const { emulator } = await world();
    expect(await evaluatedBy(emulator, action, inputs)).toEqual({ outcome, heavy: [] });
  });

  test('pins take the reader of YAML alone, and what GitHub is asked takes Octokit alone', async () => {
    const [{ emulator }, github] = await Promise.all([world(), startGitHub()]);
    onTestFinished(() => github.close());
    const pinned = evaluatedBy(emulator, 'sync-aliases', { ...following('none'), 'dry-run': 'true' });
    const asked = evaluatedBy(
      emulator,
      'set-alias',
      { model: PROD, alias: 'Champion', version: '1', policy: 'required', 'github-token': 'ghs_x' },
      { GITHUB_REPOSITORY: 'acme/models', GITHUB_API_URL: github.url },
    );
    expect((await pinned).heavy).toEqual(['yaml']);
    expect((await asked).heavy).toEqual(['@actions/github', '@octokit']);
  });
});
