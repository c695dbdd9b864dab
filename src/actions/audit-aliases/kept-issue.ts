import type { Outcome } from '../../domain/outcome.ts';
import type { GitHub } from '../../github/port.ts';
import { show } from '../../domain/printable.ts';
import { issueState, type FindingCounts } from '../../policy/audit/kept-issue.ts';
import { hintOf, textMarker } from '../../policy/kept-text.ts';
import type { RunIdentity } from '../contract/context.ts';
import { keepText, type KeptResult } from '../parts/kept-text.ts';

/** The label by which issues of ours are found. */
const LABEL = 'uc-promote';

const MAX_TITLE = 150;

/** An audit whose findings are shown, and what distinguishes its issue from those of other audits. */
export interface ShownAudit extends Pick<RunIdentity, 'repository' | 'workflowRef'> {
  readonly job: string;
  readonly models: readonly string[];
  readonly aliases: readonly string[];
  /** The address of the workspace, or the profile that has it, as far as it is known. */
  readonly workspace: string;
  readonly found: FindingCounts;
  readonly outcome: Outcome;
}

/**
 * Shows what an audit found in one issue of its repository. The issue is that of a workflow's job, of the models and aliases that it
 * looks at, and of a workspace, so that no audit closes what another one has open. Undefined where it stays as it is, unseen.
 */
export async function keepIssue(
  github: GitHub,
  audit: ShownAudit,
  render: (marker: string) => string,
): Promise<KeptResult | undefined> {
  const state = issueState(audit.found, audit.outcome);
  if (state === 'unchanged') return undefined;
  const marker = textMarker('audit', aboutOf(audit));
  const title = `Aliases: ${show(audit.models.join(', '), MAX_TITLE)}`;
  return keepText(github, github.issues(audit.repository, LABEL), {
    marker,
    content: { title, body: render(marker), isOpen: state === 'open' },
  });
}

function aboutOf({ repository, workflowRef, job, models, aliases, workspace }: ShownAudit): string[] {
  // Its end is the branch.
  const [workflow = ''] = workflowRef.split('@');
  const lists = [models, aliases].map((lines) => JSON.stringify([...new Set(lines)].sort()));
  return [repository, workflow, job, ...lists, hintOf(workspace)];
}
