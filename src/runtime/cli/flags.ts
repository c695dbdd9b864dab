import type { Action } from '../../actions/contract/action.ts';

/** A flag of the command line itself, which no action declares. */
export interface Flag {
  readonly description: string;
  /** What stands behind it; absent: nothing does. */
  readonly value?: string;
}

/** The flags that actions have beside their inputs. */
export const FLAGS = {
  json: { description: 'Print the report on standard output, and nothing else there.' },
  'report-file': { value: 'PATH', description: 'Keep the report, the JSON of docs/report.schema.json.' },
  'summary-file': { value: 'PATH', description: 'Keep the page for people, as Markdown.' },
  'plan-file': { value: 'PATH', description: 'Keep the plan that is left for apply, as JSON.' },
  // Not `--env-file`: Node takes that one for itself, behind the name of a program too.
  'dotenv-file': {
    value: 'PATH',
    description: 'Keep the outputs as dotenv, UCP_VERSION=8, as GitLab takes them.',
  },
  'outputs-file': { value: 'PATH', description: 'Keep the outputs as one JSON object of texts.' },
  ci: {
    value: 'NAME',
    description:
      'What runs this: github, gitlab, azure-pipelines, jenkins or none. Default: by the variables of the job.',
  },
  yes: { description: 'Make changes that a person at a terminal would be asked about first.' },
  'no-input': { description: 'Ask nothing, at a terminal too.' },
  debug: { description: 'Print what helps to find a fault of this tool.' },
  help: { description: 'All flags of an action; -h shows the needed ones.' },
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
