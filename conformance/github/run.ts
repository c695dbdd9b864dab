import type { Way } from './row.ts';

/** The environments of the workflow: one that people set up, one that a job makes by naming it, one that nothing names. */
export const ENVIRONMENTS = {
  guarded: 'uc-promote-guarded',
  made: 'uc-promote-made',
  absent: 'uc-promote-absent',
} as const;

/** The run that asks. */
export interface Run {
  readonly api: string;
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  readonly runId: string;
  readonly attempt: number;
  readonly actor: string;
  readonly sha: string;
  readonly how: Way;
  /** Number of the check run of the job; empty where GitHub gives the job none. */
  readonly checkRun: string;
}

/** The run that the variables of the job describe; throws with every one that is missing. */
export function runIn(environment: Readonly<Record<string, string | undefined>>): Run {
  const missing: string[] = [];
  const value = (name: string): string => {
    const text = environment[name] ?? '';
    if (text === '') missing.push(name);
    return text;
  };
  const [owner = '', repo = ''] = value('GITHUB_REPOSITORY').split('/');
  const run: Run = {
    api: value('GITHUB_API_URL'),
    token: value('GITHUB_TOKEN'),
    owner,
    repo,
    runId: value('GITHUB_RUN_ID'),
    attempt: Number(value('GITHUB_RUN_ATTEMPT')),
    actor: value('GITHUB_ACTOR'),
    sha: value('GITHUB_SHA'),
    how: environment['HOW'] === 'bypass' ? 'bypass' : 'approve',
    checkRun: environment['CHECK_RUN_ID'] ?? '',
  };
  if (missing.length > 0)
    throw new Error(`Missing variables: ${missing.join(', ')}. Run it in conformance.yml.`);
  return run;
}

/** What whoever approves writes as the comment: of this attempt, with the marks that our codes have. */
export function commentOf({ runId, attempt }: Pick<Run, 'runId' | 'attempt'>): string {
  return `UC-PROMOTE ${runId}-${attempt}`;
}
