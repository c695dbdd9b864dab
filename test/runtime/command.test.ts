import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { world } from '../actions/harness.ts';
import { PROD, STAGING } from '../actions/worlds.ts';
import { startStep } from './step.ts';

const HOSTILE = '::set-output name=version::7\n##[add-mask]prod\n::notice::forged';

test('what a validation prints stands between stop-commands tokens, which it does not know', async () => {
  const { emulator } = await world();
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-command-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const script = join(folder, 'validate.mjs');
  await writeFile(script, `console.log(${JSON.stringify(HOSTILE)}); console.error('::error::x');`);
  const step = await startStep(emulator, 'promote', {
    registry: 'databricks',
    source: `models:/${STAGING}/1`,
    destination: PROD,
    'validate-command': `${process.execPath} ${script}`,
  });
  const { code, printed, outputs } = await step.end();
  expect([code, outputs['version']]).toEqual([0, '2']);
  const [, token = '', inside = ''] = /^::stop-commands::([\w-]{20,})\n([^]*?)^::\1::$/mu.exec(printed) ?? [];
  expect(inside).toContain(HOSTILE);
  expect(inside).toContain('::error::x');
  const outside = printed.replace(inside, '');
  expect(outside).not.toMatch(/forged|set-output|add-mask\]|^::error/mu);
  // A new token each time: an earlier one would let a command end the silence.
  expect(printed.split(token)).toHaveLength(3);
}, 30_000);
