import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { childEnvironment, runChild } from './child.ts';
import { ROOT, type StepCall, type StepRun } from './step-process.ts';

const TIMEOUT_MS = 30_000;

const outputsSchema = z.record(z.string(), z.string());

/** The words of a command of the command line: the action, a flag for each input, and the further flags. */
export function commandWords(
  action: string,
  inputs: Readonly<Record<string, string>>,
  flags: readonly string[],
): string[] {
  return [
    action,
    ...Object.entries(inputs).flatMap(([name, value]) =>
      value === 'true' ? [`--${name}`] : value.split('\n').flatMap((line) => [`--${name}`, line]),
    ),
    ...flags,
  ];
}

/** Runs an action as a person does at a laptop: the command line in a process of its own, outside of any job. */
export async function runCommand(call: StepCall, flags: readonly string[]): Promise<StepRun> {
  const place = (name: string) => join(call.folder, name);
  await mkdir(call.folder, { recursive: true });
  const files = { outputs: place('outputs.json'), summary: place('summary.md') };
  const words = [
    ...commandWords(call.action, call.with, flags),
    ...['--outputs-file', files.outputs],
    ...['--summary-file', files.summary],
  ];
  const result = await runChild(process.execPath, [join(ROOT, 'dist/cli.js'), ...words], {
    cwd: call.folder,
    timeoutMs: TIMEOUT_MS,
    env: childEnvironment({
      HOME: call.folder,
      DATABRICKS_HOST: call.host,
      DATABRICKS_TOKEN: call.token,
      NO_COLOR: '1',
    }),
  });
  if (result.timedOut) throw new Error(`${call.action} did not end in ${TIMEOUT_MS / 1000} s.`);
  return {
    exitCode: result.code,
    outputs: outputsSchema.parse(JSON.parse(await readFile(files.outputs, 'utf8'))),
    summary: await readFile(files.summary, 'utf8'),
    summaryFile: files.summary,
    log: (result.stdout + result.stderr).trimEnd().split('\n'),
  };
}
