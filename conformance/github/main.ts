import { randomBytes } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import { openGitHub } from './ask.ts';
import { seeGuarded, seeMade } from './guarded.ts';
import { seeOpen } from './open.ts';
import { outputsOf, seeOutputs } from './outputs.ts';
import { pageOf, reportOf } from './report.ts';
import { STAGES, type Stage } from './row.ts';
import { commentOf, ENVIRONMENTS, runIn, type Run } from './run.ts';
import { sightingsIn, type Sighting } from './sighting.ts';

/** The workflow's variables. */
type Environment = Readonly<Record<string, string | undefined>>;

const SEE = { open: seeOpen, guarded: seeGuarded, made: seeMade } as const;

/** Runs the part of a job, and hands on what it saw. */
async function main([stage = '']: readonly string[], environment: Environment): Promise<void> {
  if (!isStage(stage)) throw new Error(`Usage: node conformance/github/main.ts ${STAGES.join('|')}`);
  const run = runIn(environment);
  if (stage === 'report') {
    await report(run, environment);
    return;
  }
  const sightings = await SEE[stage](openGitHub(run.api, run.token), run);
  for (const each of sightings) console.log(lineOf(each));
  await handOn(environment, { sightings: JSON.stringify(sightings) });
  if (stage !== 'open') return;
  const secret = randomBytes(16).toString('hex');
  console.log(`::add-mask::${secret}`);
  await handOn(environment, outputsOf(secret));
  await summarize(environment, taskOf(run));
}

function isStage(text: string): text is Stage {
  return (STAGES as readonly string[]).includes(text);
}

async function report(run: Run, environment: Environment): Promise<void> {
  const sightings = [
    ...['OPEN', 'GUARDED', 'MADE'].flatMap((name) => sightingsIn(environment[`SIGHTINGS_${name}`] ?? '')),
    ...seeOutputs(environment),
  ];
  const made = reportOf(sightings, { api: run.api, attempt: run.attempt, now: Date.now() });
  await writeFile('github-conformance.json', `${JSON.stringify(made, null, 2)}\n`);
  await summarize(environment, pageOf(made));
  for (const row of made.rows) console.log(`${row.id}: ${row.verdict}`);
}

function lineOf({ id, seen = 'unknown', note = '' }: Sighting): string {
  return `${id}: ${seen}${note === '' ? '' : ` (${note})`}`;
}

/** What people do while the guarded job waits. */
function taskOf(run: Run): string {
  const task =
    run.how === 'bypass'
      ? `Bypass the rule of \`${ENVIRONMENTS.guarded}\` as an administrator ("Start all waiting jobs").`
      : `Approve \`${ENVIRONMENTS.guarded}\` with exactly this comment:\n\n\`\`\`text\n${commentOf(run)}\n\`\`\``;
  return `### Conformance of GitHub\n\n${task}\n`;
}

async function handOn(environment: Environment, outputs: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  await appendFile(fileIn(environment, 'GITHUB_OUTPUT'), lines.join(''));
}

async function summarize(environment: Environment, page: string): Promise<void> {
  await appendFile(fileIn(environment, 'GITHUB_STEP_SUMMARY'), page);
}

function fileIn(environment: Environment, name: string): string {
  const file = environment[name] ?? '';
  if (file === '') throw new Error(`Missing variable: ${name}. Run it in conformance.yml.`);
  return file;
}

try {
  await main(process.argv.slice(2), process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
