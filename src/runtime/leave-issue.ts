import { keepIssue, type ShownAudit } from '../actions/audit-aliases/kept-issue.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { GitHub } from '../github/port.ts';
import { splitLines } from '../inputs/lines.ts';
import { renderKept } from '../report/comment.ts';
import type { SummaryDocument } from '../report/document.ts';
import type { Subject } from '../report/subject.ts';
import { leaveKeptText, workspaceIn, type ShowingRun } from './leave-kept-text.ts';

const ISSUE = { name: 'issue', where: 'of this repository', right: 'issues: write' } as const;

/** How an audit ended, and what it found. */
export interface EndedAudit {
  readonly subject: Subject | undefined;
  readonly outcome: Outcome;
}

/** Shows what an audit found in one issue of its repository, and closes it once nothing is left. */
export async function leaveIssue(
  document: SummaryDocument,
  { subject, outcome }: EndedAudit,
  run: ShowingRun,
): Promise<void> {
  if (subject?.kind !== 'audit') return;
  await leaveKeptText(ISSUE, run, (github) => issue(document, github, run, { found: subject, outcome }));
}

async function issue(
  document: SummaryDocument,
  github: GitHub,
  { raw, runner }: ShowingRun,
  ended: Pick<ShownAudit, 'found' | 'outcome'>,
): Promise<string> {
  const { environment, system } = runner;
  const job = environment['GITHUB_JOB'] ?? '';
  const kept = await keepIssue(
    github,
    {
      ...system.run(environment),
      job,
      models: linesOf(raw['models']),
      aliases: linesOf(raw['aliases']),
      workspace: workspaceIn(raw, environment),
      ...ended,
    },
    (marker) => renderKept(document, { marker, job: job === '' ? undefined : job }),
  );
  if (kept === undefined)
    return 'The issue stays as it is: this audit did not see everything, and found nothing.';
  const { did, page } = kept;
  return page === undefined ? 'No issue: nothing was found, and none was open.' : `Issue: ${did} (${page}).`;
}

function linesOf(text = ''): string[] {
  return splitLines(text).map((line) => line.text);
}
