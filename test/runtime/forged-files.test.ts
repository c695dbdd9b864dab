import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { FileGuard } from '../../src/runtime/file-guard.ts';
import { world } from '../actions/harness.ts';
import { startStep } from './step.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'uc-promote-forged-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** Runs promote with a script of Node as validation; it has the variables of its parent as `of`. */
async function promoteWith(code: string, inputs: Readonly<Record<string, string>> = {}) {
  const { emulator } = await world();
  const place = await folder();
  const script = join(place, 'validate.mjs');
  const environment = join(place, 'env');
  await writeFile(environment, 'EARLIER=1\n');
  const parent = `
    import fs from 'node:fs';
    const of = Object.fromEntries(fs.readFileSync('/proc/' + process.ppid + '/environ', 'utf8')
      .split('\\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));`;
  await writeFile(script, `${parent}\n${code}`);
  const step = await startStep(
    emulator,
    'promote',
    {
      registry: 'databricks',
      source: `models:/${STAGING}/1`,
      destination: PROD,
      'validate-command': `${process.execPath} ${script}`,
      ...inputs,
    },
    { GITHUB_ENV: environment },
  );
  const ended = await step.end();
  const champion = emulator.metastore.model(PROD).aliases.get('champion')?.version;
  return { ...ended, champion, environment: await readFile(environment, 'utf8') };
}

describe.skipIf(process.platform !== 'linux')('a validation that writes what only the step may tell', () => {
  test('outputs, state, summary and variables are again what they were, and it is no pass', async () => {
    const seen = await promoteWith(`
      fs.appendFileSync(of.GITHUB_OUTPUT, 'allowed=true\\nversion=7\\n');
      fs.writeFileSync(of.GITHUB_STATE, 'finished=true\\n');
      fs.appendFileSync(of.GITHUB_ENV, 'LD_PRELOAD=x.so\\n');
      fs.rmSync(of.GITHUB_STEP_SUMMARY);
      fs.symlinkSync(of.GITHUB_ENV, of.GITHUB_STEP_SUMMARY);`);
    expect([seen.code, seen.champion, seen.environment]).toEqual([1, 1, 'EARLIER=1\n']);
    expect(seen.outputs).toMatchObject({ outcome: 'blocked', version: '2', allowed: 'false' });
    expect(seen.state).toMatchObject({ finished: 'true', command: '' });
    expect(seen.state['journal']).toContain('copy models');
    expect(seen.summary).toContain('GITHUB&#95;ENV');
    expect(seen.printed).toContain(
      'wrote to GITHUB_OUTPUT, GITHUB_STATE, GITHUB_STEP_SUMMARY, GITHUB_ENV, which the runner reads after the step',
    );
  }, 30_000);

  test('a forged output of a validation that fails is taken away too', async () => {
    const seen = await promoteWith(
      `fs.appendFileSync(of.GITHUB_OUTPUT, 'digest=sha256:0\\n'); process.exit(3);`,
    );
    expect(seen.outputs).toMatchObject({ outcome: 'blocked' });
    expect(seen.outputs['digest']).toMatch(/^sha256:[0-9a-f]{64}$/u);
  }, 30_000);

  test('what it is given by name is its own', async () => {
    const seen = await promoteWith(
      `fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Accuracy: 0.93\\n');`,
      { 'validate-env': 'GITHUB_STEP_SUMMARY' },
    );
    expect([seen.code, seen.champion]).toEqual([0, 2]);
    expect(seen.summary.startsWith('# Accuracy: 0.93\n')).toBe(true);
  }, 30_000);
});

test('what this process writes meanwhile stays, in whatever order', async () => {
  const place = await folder();
  const path = join(place, 'state');
  await writeFile(path, 'a');
  const guard = new FileGuard(new Map([['GITHUB_STATE', path]]));
  await writeFile(path, 'aFORGEDb');
  guard.noteOwn('GITHUB_STATE', 'b');
  expect(guard.restore()).toEqual(['GITHUB_STATE']);
  expect(await readFile(path, 'utf8')).toBe('ab');
  expect(guard.restore()).toEqual([]);
});
