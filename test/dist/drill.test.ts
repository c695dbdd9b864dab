import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { playScene } from '../../scripts/demo-play.ts';
import type { Scene } from '../../scripts/demo-story.ts';
import { DRILL } from '../../scripts/drill-story.ts';
import { ROOT } from '../imports.ts';

const TWO_SCREENS = 80;

test('the drill ends as its story says, and fits on two screens', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/drill.ts')]);
  const lines = stripVTControlCharacters(stdout).trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(new RegExp(`^All ${DRILL.length} steps ended as expected`, 'u'));
  // Three lines of npm stand above.
  expect(lines.length + 3).toBeLessThanOrEqual(TWO_SCREENS);
  for (const { title } of DRILL) expect(stdout).toContain(title);
  // What makes the story: the finding, the roll-back as it is typed, the hold, the refusal, and its end.
  expect(stdout).toContain('⛔ models:/prod.ml_team.fraud_detection/2 must have the tag');
  expect(stdout).toContain("--from-version 2 --reason 'incident 7' --yes");
  expect(stdout).toContain('Done: Champion 2 → 1');
  expect(stdout).toContain('on hold: {"version":2');
  expect(stdout).toContain('Blocked: Champion stays 1');
  expect(stdout).toContain('1 hold lifted');
  for (const line of lines.filter((each) => each.startsWith('     '))) expect(line.length).toBeLessThanOrEqual(100);
}, 60_000);

function sceneOf(action: string): Scene {
  const scene = DRILL.find((each) => each.action === action);
  if (scene === undefined) throw new Error(`No scene of ${action}.`);
  return scene;
}

test('a command that ends otherwise than its story is a fault of the drill, as nothing was promoted here', async () => {
  const emulator = await startEmulator({ seed: 'demo' });
  onTestFinished(() => emulator.close());
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-drill-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { faults, run } = await playScene(sceneOf('rollback'), { number: 1, of: 1 }, emulator, folder);
  expect(run.exitCode).not.toBe(0);
  expect(faults).toEqual(
    expect.arrayContaining([
      `Exit code ${String(run.exitCode)} instead of 0.`,
      `Output outcome is ${run.outputs['outcome'] ?? 'not set'} instead of ok.`,
      'The model has not one hold.',
    ]),
  );
});
