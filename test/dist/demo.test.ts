import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { playScene } from '../../scripts/demo-play.ts';
import { printFull } from '../../scripts/demo-print.ts';
import { STORY, type Scene } from '../../scripts/demo-story.ts';
import { ROOT } from '../imports.ts';

const TWO_SCREENS = 80;

test('the demo ends as its story says, and fits on two screens', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/demo.ts')]);
  const lines = stripVTControlCharacters(stdout).trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(new RegExp(`^All ${STORY.length} steps ended as expected`, 'u'));
  // Three lines of npm stand above.
  expect(lines.length + 3).toBeLessThanOrEqual(TWO_SCREENS);
  for (const { title } of STORY) expect(stdout).toContain(title);
  // What makes the story: the refusal with its statement, and the move of the alias.
  expect(stdout).toContain('GRANT CREATE MODEL VERSION ON FUNCTION');
  expect(stdout).toContain('Done: Champion 1 → 2');
  for (const line of lines.filter((each) => each.startsWith('     '))) expect(line.length).toBeLessThanOrEqual(100);
}, 60_000);

async function played(scene: Scene) {
  const emulator = await startEmulator({ seed: 'demo' });
  onTestFinished(() => emulator.close());
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-demo-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return playScene(scene, { number: 1, of: 1 }, emulator, folder);
}

test('the demo at length has log, summary and outputs of a step', async () => {
  const [scene] = STORY;
  if (scene === undefined) throw new Error('No scene.');
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => log.mockRestore());
  printFull(await played(scene));
  const text = log.mock.calls.map(([line]) => String(line)).join('\n');
  for (const part of ['Step, as emulator-promoter', 'Log', 'Summary of the job', 'Outputs', 'valid: true'])
    expect(text).toContain(part);
});

test('a step that ends otherwise than its story is a fault of the demo, each difference in a sentence', async () => {
  const [scene] = STORY;
  if (scene === undefined) throw new Error('No scene.');
  const { faults } = await played({
    ...scene,
    exitCode: 1,
    outputs: { outcome: 'blocked' },
    says: ['no such words'],
  });
  expect(faults).toEqual([
    'Exit code 0 instead of 1.',
    'Output outcome is ok instead of blocked.',
    'The summary does not say "no such words".',
  ]);
});
