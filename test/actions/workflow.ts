import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ACTIONS } from '../../src/index.ts';
import { ownerIn } from '../../scripts/owner.ts';
import { ROOT } from '../imports.ts';
import type { ActionBench, ActionRun, RunOptions } from './harness.ts';

const step = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  uses: z.string(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
});

const workflow = z.object({
  env: z.record(z.string(), z.string()).default({}),
  jobs: z.record(
    z.string(),
    z.object({
      needs: z.string().optional(),
      environment: z.string().optional(),
      permissions: z.record(z.string(), z.string()).default({}),
      env: z.record(z.string(), z.string()).default({}),
      outputs: z.record(z.string(), z.string()).default({}),
      steps: z.array(step),
    }),
  ),
});

/** A workflow as its file has it. */
export type Workflow = z.output<typeof workflow>;

/** The workflow in a file, or in the block of YAML of a page that has jobs. */
export function workflowIn(path: string): Workflow {
  const [found, ...others] = workflowTexts(path);
  if (found === undefined || others.length > 0) throw new Error(`${path} has not one workflow.`);
  return workflow.parse(parse(found));
}

const waiting = z.looseObject({
  concurrency: z.unknown().optional(),
  jobs: z.record(
    z.string(),
    z.looseObject({ environment: z.unknown().optional(), concurrency: z.unknown().optional() }),
  ),
});

/**
 * Whether a workflow waits for an approval in a group: a run that waits holds it, and each later one cancels the one behind it
 * (vstorm-co/agenticos#1832; hypothesis/lms#4533 for a group of the job).
 */
export function approvesInGroup(text: string): boolean {
  const { concurrency, jobs } = waiting.parse(parse(text));
  return Object.values(jobs).some(
    (job) => job.environment !== undefined && (concurrency ?? job.concurrency) !== undefined,
  );
}

/** The workflows in a file, or in the blocks of YAML of a page. */
export function workflowTexts(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const blocks = path.endsWith('.md')
    ? [...text.matchAll(/```ya?ml\n(?<yaml>[\s\S]*?)```/gu)].map(({ groups }) => groups?.['yaml'] ?? '')
    : [text];
  return blocks.filter((block) => /^jobs:/mu.test(block));
}

/** What stands behind `${{ … }}`: `vars`, `secrets`, `inputs`, `github`, each by name. */
export type Contexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a job has of GitHub beside its contexts. */
export interface WorkflowOptions extends RunOptions {
  /** Variables and secrets of the environments, which a job that names one sees in place of the repository's. */
  readonly environments?: Readonly<Record<string, Contexts>>;
  /** The variables of a job that may ask for ID tokens (`id-token: write`), by the environment that it names. */
  readonly idTokens?: (environment: string | undefined) => Readonly<Record<string, string>>;
  /** What happens while a second job waits, such as for its reviewers. */
  readonly betweenJobs?: () => void;
}

/** A step of ours that was run. */
export interface RanStep {
  readonly uses: string;
  readonly seen: ActionRun;
}

/** Runs the steps of a workflow that use our actions, job by job in the order of the file, until one fails. */
export async function runWorkflow(
  { env, jobs }: Workflow,
  bench: Pick<ActionBench, 'run'>,
  contexts: Contexts,
  { environments = {}, idTokens = () => ({}), betweenJobs, ...options }: WorkflowOptions = {},
): Promise<RanStep[]> {
  const needs: Record<string, Readonly<Record<string, string>>> = {};
  const ran: RanStep[] = [];
  for (const [jobName, job] of Object.entries(jobs)) {
    if (ran.length > 0) betweenJobs?.();
    const own = job.environment === undefined ? {} : (environments[job.environment] ?? {});
    const known = { ...contexts, ...overlaid(contexts, own), ...needs };
    const vouched = job.permissions['id-token'] === 'write' ? idTokens(job.environment) : {};
    const valuesOf = (texts: Readonly<Record<string, string>>, more: Contexts = {}) =>
      Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [name, expand(text, { ...known, ...more })]),
      );
    const environment = { ...valuesOf(env), ...valuesOf(job.env) };
    const outputs: Record<string, Readonly<Record<string, string>>> = {};
    for (const each of job.steps) {
      const action = actionOf(each.uses);
      if (action === undefined) continue;
      const inputs = valuesOf(each.with, { env: environment, ...outputs });
      const seen = await bench.run(await ACTIONS[action](), inputs, {
        ...options,
        // A job has no variable with a token but what its workflow sets.
        environment: { DATABRICKS_TOKEN: '', ...options.environment, ...vouched, ...environment },
      });
      ran.push({ uses: each.uses, seen });
      if (seen.exitCode !== 0) return ran;
      if (each.id !== undefined) outputs[`steps.${each.id}.outputs`] = seen.outputs;
    }
    needs[`needs.${jobName}.outputs`] = valuesOf(job.outputs, outputs);
  }
  return ran;
}

/** Each context of an environment over that of the repository. */
function overlaid(contexts: Contexts, own: Contexts): Contexts {
  const entries = Object.entries(own).map(([name, values]) => [name, { ...contexts[name], ...values }]);
  return Object.fromEntries(entries) as Contexts;
}

const OWN_USES = new RegExp(
  String.raw`^(?:${ownerIn(ROOT)}/uc-promote|\.)(?:/(?<folder>[a-z-]*))?(?:@v1)?$`,
  'u',
);

/** The action of ours that a `uses:` means: the root action, or the one in a folder. */
function actionOf(uses: string): keyof typeof ACTIONS | undefined {
  const own = OWN_USES.exec(uses);
  if (own === null) return undefined;
  const folder = own.groups?.['folder'] ?? '';
  const name = Object.keys(ACTIONS).find((each) => each === (folder === '' ? 'promote' : folder));
  if (name === undefined) throw new Error(`${uses} is no action of ours.`);
  return name as keyof typeof ACTIONS;
}

/** The text with the value of each `${{ … }}`: a name, or several and texts parted by `||`, the first that is not empty. */
function expand(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{ (?<expression>.+?) \}\}/gu, (_all, expression: string) => {
    const values = expression.split(' || ').map((part) => valueOf(part.trim(), contexts));
    return values.find((value) => value !== '') ?? '';
  });
}

function valueOf(part: string, contexts: Contexts): string {
  const literal = /^'(?<text>[^']*)'$/u.exec(part);
  if (literal !== null) return literal.groups?.['text'] ?? '';
  const at = part.lastIndexOf('.');
  const context = contexts[part.slice(0, at)];
  if (at < 0 || context === undefined) throw new Error(`Nothing is known of ${part}.`);
  return context[part.slice(at + 1)] ?? '';
}
