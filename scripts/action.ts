import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACTIONS } from '../src/index.ts';
import { summaryLines } from './demo-text.ts';
import { runStep } from './step-process.ts';

const HELP = `Runs one action on this machine the way a job step does, and prints its summary.
The job is made up: run 7 of acme/models, started by ada.

npm run action -- NAME [INPUT=VALUE ...]

  NAME          promote, set-alias, copy-version … (the folders that have an action.yml)
  INPUT=VALUE   an input of the step, such as alias=Champion

Where: the variable DATABRICKS_HOST (default: http://127.0.0.1:8080, npm run emulator)
As:    the variable DATABRICKS_TOKEN (default: emulator-promoter, the promoting principal of the emulator)`;

/** The inputs of a step out of arguments such as `alias=Champion`; throws `Error` for another form. */
function readInputs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new Error(`"${text}" is not INPUT=VALUE. Write an input such as alias=Champion.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

async function main(): Promise<void> {
  const [action, ...texts] = process.argv.slice(2);
  if (action === undefined || action === '--help') return console.log(HELP);
  const names = Object.keys(ACTIONS);
  if (!names.includes(action))
    throw new Error(`"${action}" is not an action. Use one of: ${names.join(', ')}.`);
  const run = await runStep({
    action,
    with: readInputs(texts),
    host: process.env['DATABRICKS_HOST'] ?? 'http://127.0.0.1:8080',
    token: process.env['DATABRICKS_TOKEN'] ?? 'emulator-promoter',
    folder: mkdtempSync(join(tmpdir(), 'uc-promote-')),
  });
  for (const line of summaryLines(run.summary)) console.log(line);
  console.log(`\nSummary, as Markdown: ${run.summaryFile}`);
  process.exitCode = run.exitCode ?? 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
