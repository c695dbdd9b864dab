import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProductFile } from '../actions/contract/context.ts';
import { messageOf, PromoteError } from '../domain/errors.ts';

/** The parts of the bundle: what a start needs, and what it loads further (scripts/bundle/parts.ts). */
export const PARTS = ['index.js', 'work.js', 'packages.js'] as const;

/** What the command line of this tool is made of. */
const NAMES = ['cli.js', ...PARTS, 'package.json'] as const;

/** The files by which this tool runs elsewhere: they lie beside the one that was started. */
export async function productFiles(started: string | undefined): Promise<readonly ProductFile[]> {
  try {
    const folder = dirname(await realpath(started ?? ''));
    return await Promise.all(
      NAMES.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })),
    );
  } catch (error) {
    throw new PromoteError(
      `The files of this tool (${NAMES.join(', ')}) cannot be read beside the one that was started: ${messageOf(error)}`,
      {
        code: 'unsupported',
        outcome: 'unsupported',
        fix: 'Run the action by its uses: line, or the command line from the folder dist/ of a release, as they are.',
        cause: error,
      },
    );
  }
}
