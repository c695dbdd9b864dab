import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A file with the pins, until the test ends. */
export async function pinsFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-pins-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'pins.yml');
  await writeFile(path, text);
  return path;
}
