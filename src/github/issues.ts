import * as z from 'zod';
import { hasCode } from '../domain/errors.ts';
import type { KeptText, TextContent } from '../domain/kept-text.ts';
import { account, toAccount } from './account.ts';
import type { Octokit } from './octokit.ts';
import { placeOf } from './repository.ts';
import { parsedResponse } from './response.ts';

const LIST = 'GET /repos/{owner}/{repo}/issues';
const CREATE = 'POST /repos/{owner}/{repo}/issues';
const EDIT = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
const PER_PAGE = 100;

/** The same text again is the same text: an edit may be sent after any failure. */
const SAFE = { repeat: 'safe' } as const;

/** `issue` of GitHub's description; a pull request is one too. */
const issue = z.looseObject({
  number: z.int().min(1),
  user: account,
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  html_url: z.string(),
  pull_request: z.unknown().optional(),
});

/**
 * Reads the issues of a repository, open and closed, that have a label; a person may have removed it, so that those of an author
 * are read too.
 */
export async function listIssues(
  octokit: Octokit,
  repository: string,
  { label, creator }: { readonly label: string; readonly creator: string },
): Promise<readonly KeptText[]> {
  const lists = await Promise.all([
    issuesBy(octokit, repository, { labels: label }),
    issuesBy(octokit, repository, { creator }).catch(noneIfRefused),
  ]);
  return [...new Map(lists.flat().map((text) => [text.id, text])).values()];
}

/** Where GitHub takes a login for none of its accounts, as a filter it refuses it: then the label alone counts. */
function noneIfRefused(error: unknown): readonly KeptText[] {
  if (hasCode(error, 'rejected')) return [];
  throw error;
}

async function issuesBy(
  octokit: Octokit,
  repository: string,
  filter: { readonly labels: string } | { readonly creator: string },
): Promise<readonly KeptText[]> {
  const asked = { state: 'all', sort: 'created', direction: 'asc', per_page: PER_PAGE } as const;
  const rows: unknown = await octokit.paginate(LIST, { ...placeOf(repository), ...asked, ...filter });
  return parsedResponse(z.array(issue), rows, 'a list of issues', LIST)
    .filter((row) => row.pull_request == null)
    .map(textOf);
}

/** Opens an issue with a label, which GitHub makes where the repository has none of the name. It is sent once. */
export async function createIssue(
  octokit: Octokit,
  repository: string,
  label: string,
  { title = '', body }: TextContent,
): Promise<KeptText> {
  const { data } = await octokit.request(CREATE, {
    ...placeOf(repository),
    title,
    body,
    labels: [label],
  });
  return textOf(parsedResponse(issue, data, 'an issue', CREATE));
}

/** Writes an issue in the place of what it said, and opens or closes it. Its labels stay as people set them. */
export async function editIssue(
  octokit: Octokit,
  repository: string,
  number: number,
  { title, body, isOpen }: TextContent,
): Promise<void> {
  await octokit.request(EDIT, {
    ...placeOf(repository),
    issue_number: number,
    ...(title === undefined ? {} : { title }),
    body,
    ...(isOpen ? { state: 'open' } : { state: 'closed', state_reason: 'completed' }),
    request: SAFE,
  });
}

/** Closes an issue as one that is not needed: issues cannot be deleted. */
export async function closeSurplusIssue(octokit: Octokit, repository: string, number: number): Promise<void> {
  const state = { state: 'closed', state_reason: 'not_planned' } as const;
  await octokit.request(EDIT, {
    ...placeOf(repository),
    issue_number: number,
    ...state,
    request: SAFE,
  });
}

function textOf({ number, user, title, body, state, html_url: page }: z.output<typeof issue>): KeptText {
  return { id: number, author: toAccount(user), title, body: body ?? '', isOpen: state === 'open', page };
}
