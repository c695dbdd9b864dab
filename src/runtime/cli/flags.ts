import type { Action } from '../../actions/contract/action.ts';

/** A flag of the command line itself, which no action declares. */
export interface Flag {
  readonly description: string;
  /** What stands behind it; absent: nothing does. */
  readonly value?: string;
}

/** The flags that actions have beside their inputs. */
export const FLAGS = {
  json: { description: 'Print the report, and nothing else, to standard output.' },
  'report-file': {
    value: 'PATH',
    description: 'Write the report to a file, as JSON (docs/report.schema.json).',
  },
  'summary-file': { value: 'PATH', description: 'Write the summary to a file, as Markdown.' },
  'plan-file': { value: 'PATH', description: 'Write the plan that is left for apply to a file, as JSON.' },
  // Not `--env-file`: Node takes that one for itself, behind the name of a program too.
  'dotenv-file': {
    value: 'PATH',
    description: 'Write the outputs to a file in dotenv format (UCP_VERSION=8), which GitLab reads.',
  },
  'outputs-file': {
    value: 'PATH',
    description: 'Write the outputs to a file, as one JSON object of strings.',
  },
  ci: {
    value: 'NAME',
    description:
      'The CI system that runs this: github, gitlab, azure-pipelines, jenkins or none. Default: detected from the environment variables of the job.',
  },
  yes: { description: 'Make the changes without asking for confirmation.' },
  'no-input': { description: 'Never ask a question, not even at a terminal.' },
  debug: { description: 'Print details that help to debug this tool, such as every request.' },
  help: { description: 'Print all flags of an action; -h prints only the required ones.' },
} as const satisfies Readonly<Record<string, Flag>>;

/** The name of one of {@link FLAGS}. */
export type FlagName = keyof typeof FLAGS;

const FLAG_NAMES = Object.keys(FLAGS) as FlagName[];

/** Those that name a file; `-` is standard output. */
export const FILE_FLAGS = ['report-file', 'summary-file', 'plan-file', 'dotenv-file', 'outputs-file'] as const;

/** One entry of {@link FILE_FLAGS}. */
export type FileFlag = (typeof FILE_FLAGS)[number];

/** The file or stream of a flag that is a stream. */
export const STREAM = '-';

/** The flags that the command line has beside the inputs of an action: only what leaves a plan can keep one. */
export function flagsBeside({ outputs }: Pick<Action, 'outputs'>): FlagName[] {
  return FLAG_NAMES.filter((name) => name !== 'plan-file' || name in outputs);
}

/** The flags that every action has. */
export const COMMON_FLAGS = flagsBeside({ outputs: {} });
