import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProductFile } from '../actions/contract/context.ts';

/** What the command line of this tool is made of (scripts/bundle.ts). */
const NAMES = ['cli.js', 'index.js', 'package.json'] as const;

/** The files by which this tool runs elsewhere: they lie beside the one that was started. */
export async function productFiles(started: string | undefined): Promise<readonly ProductFile[]> {
  const folder = dirname(await realpath(started ?? ''));
  return Promise.all(NAMES.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}
