import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from '../imports.ts';

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const step = z
  .object({
    id: z.string().optional(),
    if: z.string().optional(),
    uses: z.string().optional(),
    run: z.string().optional(),
    with: texts.default({}),
    env: texts.default({}),
  })
  .refine(({ uses, run }) => (uses === undefined) !== (run === undefined), 'A step uses or runs.');

const job = z.object({
  needs: z.union([z.string().transform((name) => [name]), z.array(z.string())]).default([]),
  if: z.string().optional(),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.string()).default({}),
  strategy: z
    .object({
      matrix: z.union([
        z.strictObject({ include: z.array(z.record(z.string(), z.string())) }),
        z.record(z.string(), z.array(z.string())),
      ]),
    })
    .optional(),
  env: texts.default({}),
  outputs: z.record(z.string(), z.string()).default({}),
  steps: z.array(step),
});

const calledInput = z.looseObject({
  type: z.enum(['string', 'boolean']),
  required: z.boolean().default(false),
  default: z.union([z.string(), z.boolean()]).optional(),
});

const workflow = z.object({
  on: z
    .object({
      workflow_call: z.object({ inputs: z.record(z.string(), calledInput) }).optional(),
    })
    .catch({}),
  env: texts.default({}),
  jobs: z.record(z.string(), job),
});

/** A workflow as its file has it. */
export type Workflow = z.output<typeof workflow>;

/** A job of a workflow as its file has it. */
export type Job = z.output<typeof job>;

/** The workflow in a file, or in the block of YAML of a page that has jobs; by its `name`, where a page has several. */
export function workflowIn(path: string, name?: string): Workflow {
  const found = workflowTexts(path).map((text) => parse(text) as unknown);
  const [one, ...others] = found.filter((each) => name === undefined || nameOf(each) === name);
  if (one === undefined || others.length > 0) throw new Error(`${path} has not one workflow ${name ?? ''}.`);
  return workflow.parse(one);
}

function nameOf(value: unknown): string | undefined {
  return z.looseObject({ name: z.string().optional() }).parse(value).name;
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
