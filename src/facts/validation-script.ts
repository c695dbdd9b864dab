import { clauseOf, invalidInputs } from '../domain/errors.ts';
import { identityName, type NamedScript, type RunAs, type ScriptCompute } from '../domain/job.ts';
import { sha256Of } from '../policy/bytes-digest.ts';
import type { Snapshot } from './snapshot.ts';

/** A script of the repository as it will be run. */
export interface ValidationScript {
  /** Path of the file on the runner. */
  readonly file: string;
  /** Its name in the workspace. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly compute: ScriptCompute;
  /** Absent: the caller. */
  readonly runAs?: RunAs;
  /** Whom it acts as, the caller too. */
  readonly runsAs: string;
}

/** Reads a script of the repository. */
export async function requireScript(
  { file, name, compute, runAs }: NamedScript,
  snapshot: Snapshot,
  readText: (path: string) => Promise<string>,
): Promise<ValidationScript> {
  const [text, { principal }] = await Promise.all([textOf(file, readText), snapshot.caller()]);
  const bytes = Buffer.from(text, 'utf8');
  return {
    file,
    name,
    bytes,
    sha256: sha256Of(bytes),
    compute,
    ...(runAs === undefined ? {} : { runAs }),
    runsAs: runAs === undefined ? principal : identityName(runAs),
  };
}

async function textOf(file: string, readText: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readText(file);
  } catch (error) {
    throw invalidInputs([
      {
        input: 'validate-job',
        problem: `the file cannot be read: ${clauseOf(error)}.`,
        fix: 'Check the path, and that actions/checkout (or what your system has in its place) ran before this step.',
      },
    ]);
  }
}
