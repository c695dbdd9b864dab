import { z } from 'zod';
import { lastLines } from '../../../../scripts/child.ts';

/** One step as act saw it: what its runner read from the step's command files and standard output. */
export interface ActStep {
  /** Key of the job in the workflow. */
  readonly job: string;
  /** The step's `id`, or its index. */
  readonly id: string;
  readonly result: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** `::error::` and the like, in order. */
  readonly annotations: readonly { readonly level: string; readonly title: string; readonly text: string }[];
  /** Every other command that act obeyed, by name, in order: masks, and what would change later steps. */
  readonly commands: readonly string[];
  /** What the step printed, after act put `***` for secrets. */
  readonly log: string;
  /** How the action's `post` script ended; absent when it has none. */
  readonly post?: string;
}

/** A run of one workflow. */
export interface ActRun {
  readonly code: number | null;
  /** Result by key of the job. */
  readonly jobs: Readonly<Record<string, string>>;
  readonly steps: readonly ActStep[];
  /** Every line that people would read. */
  readonly log: string;
  /** The last errors that act told, for a message. */
  readonly end: string;
}

/** A line of `act --json`, as 0.2.89 writes it. */
const line = z.object({
  msg: z.string(),
  level: z.string(),
  jobID: z.string().optional(),
  stepID: z.array(z.string()).optional(),
  stage: z.string().optional(),
  stepResult: z.string().optional(),
  jobResult: z.string().optional(),
  command: z.string().optional(),
  name: z.string().optional(),
  arg: z.string().optional(),
  content: z.string().optional(),
  kvPairs: z.record(z.string(), z.string()).nullish(),
  raw_output: z.boolean().optional(),
});

interface Building {
  job: string;
  id: string;
  result: string;
  outputs: Record<string, string>;
  summary: string;
  annotations: { level: string; title: string; text: string }[];
  commands: string[];
  log: string;
  post?: string;
}

/** Reads the lines of `act --json`; what is no JSON of act's is left out. */
export function readRun(stdout: string, stderr: string, code: number | null): ActRun {
  const steps = new Map<string, Building>();
  const jobs: Record<string, string> = {};
  const errors: string[] = [];
  let log = '';
  for (const text of stdout.split('\n').filter((each) => each.startsWith('{'))) {
    const entry = line.parse(JSON.parse(text));
    log += entry.msg.endsWith('\n') ? entry.msg : `${entry.msg}\n`;
    if (entry.level === 'error') errors.push(entry.msg);
    if (entry.jobID !== undefined && entry.jobResult !== undefined) jobs[entry.jobID] = entry.jobResult;
    if (entry.jobID === undefined || entry.stepID === undefined) continue;
    const id = entry.stepID.join('/');
    const key = `${entry.jobID} ${id}`;
    const step: Building = steps.get(key) ?? {
      job: entry.jobID,
      id,
      result: '',
      outputs: {},
      summary: '',
      annotations: [],
      commands: [],
      log: '',
    };
    steps.set(key, step);
    note(step, entry);
  }
  return {
    code,
    jobs,
    steps: [...steps.values()],
    log,
    end: lastLines([...errors, lastLines(stderr, 1)].join('\n')),
  };
}

function note(step: Building, entry: z.infer<typeof line>): void {
  if (entry.raw_output === true) step.log += entry.msg;
  if (entry.stepResult !== undefined) {
    if (entry.stage === 'Post') step.post = entry.stepResult;
    else if (entry.stage === 'Main') step.result = entry.stepResult;
  }
  switch (entry.command) {
    case 'set-output':
      step.outputs[entry.name ?? ''] = entry.arg ?? '';
      break;
    case 'summary':
      step.summary += entry.content ?? '';
      break;
    case 'error':
    case 'warning':
    case 'notice':
      step.annotations.push({
        level: entry.command,
        title: entry.kvPairs?.['title'] ?? '',
        text: entry.arg ?? '',
      });
      break;
    case undefined:
      break;
    default:
      step.commands.push(entry.command);
  }
}
