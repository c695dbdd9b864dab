import { keepComment } from '../actions/parts/pull-request-comment.ts';
import type { GitHub } from '../github/port.ts';
import { renderKept } from '../report/comment.ts';
import type { SummaryDocument } from '../report/document.ts';
import { readEvent } from './event.ts';
import { leaveKeptText, workspaceIn, type ShowingRun } from './leave-kept-text.ts';

const COMMENT = { name: 'comment', where: 'on the pull request', right: 'pull-requests: write' } as const;

/** Shows the page of a run in one comment on its pull request. */
export async function leaveComment(document: SummaryDocument, run: ShowingRun): Promise<void> {
  await leaveKeptText(COMMENT, run, (github) => comment(document, github, run));
}

async function comment(
  document: SummaryDocument,
  github: GitHub,
  { action, raw, runner }: ShowingRun,
): Promise<string> {
  const { environment, system } = runner;
  const event = await readEvent(environment);
  if (typeof event === 'string')
    return `No comment on a pull request: the event of the run cannot be read: ${event}`;
  const job = environment['GITHUB_JOB'] ?? '';
  const result = await keepComment(
    github,
    {
      ...system.run(environment),
      job,
      action,
      raw,
      workspace: workspaceIn(raw, environment),
      pull: event.pull,
      isPush: environment['GITHUB_EVENT_NAME'] === 'push',
    },
    (marker) => renderKept(document, { marker, job: job === '' ? undefined : job }),
  );
  return 'none' in result
    ? `No comment on a pull request: ${result.none}.`
    : `Comment on pull request #${result.number}: ${result.did} (${result.page ?? ''}).`;
}
