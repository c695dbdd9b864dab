import type { GitHub } from '../../github/port.ts';
import { commentedPull, type CommentedPull } from '../../policy/commented-pull.ts';
import { hintOf, textMarker } from '../../policy/kept-text.ts';
import type { RunIdentity } from '../contract/context.ts';
import { keepText, type KeptResult } from './kept-text.ts';

/** The run whose page is shown, and what distinguishes its page from those of other jobs. */
export interface CommentedRun extends Pick<RunIdentity, 'repository' | 'sha' | 'workflowRef'> {
  readonly job: string;
  readonly action: string;
  /** The inputs that are given, as texts. */
  readonly raw: Readonly<Record<string, string>>;
  /** The address of the workspace, or the profile that has it, as far as it is known. */
  readonly workspace: string;
  /** The pull request of its event. */
  readonly pull: number | undefined;
  /** Whether a push started it. */
  readonly isPush: boolean;
}

/** Inputs that say what a page is about; jobs of a matrix differ in them, and runs on another commit do not. */
const ABOUT = ['model', 'destination', 'alias', 'pins'] as const;

/**
 * Shows the page of a run in one comment on its pull request. The comment is that of a workflow's job, an action, a model, an alias, a path of pins and a workspace, so that
 * jobs of a matrix have one each.
 */
export async function keepComment(
  github: GitHub,
  run: CommentedRun,
  render: (marker: string) => string,
): Promise<(KeptResult & { readonly number: number }) | { readonly none: string }> {
  const found = await pullOf(github, run);
  if ('none' in found) return found;
  const marker = textMarker('page', aboutOf(run));
  const place = github.comments(run.repository, found.number);
  const content = { body: render(marker), isOpen: true };
  return { ...(await keepText(github, place, { marker, content })), number: found.number };
}

async function pullOf(
  github: GitHub,
  { repository, sha, pull, isPush }: CommentedRun,
): Promise<CommentedPull> {
  if (pull !== undefined) return { number: pull };
  if (!isPush) return { none: 'the event that started the run is about no pull request' };
  return commentedPull(await github.listPullRequests(repository, sha), sha);
}

function aboutOf({ repository, workflowRef, job, action, raw, workspace }: CommentedRun): string[] {
  // Its end is the branch, which is another one for each pull request and for a push.
  const [workflow = ''] = workflowRef.split('@');
  return [repository, workflow, job, action, ...ABOUT.map((name) => raw[name] ?? ''), hintOf(workspace)];
}
