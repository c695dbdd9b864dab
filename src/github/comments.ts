import * as z from 'zod';
import { hasCode } from '../domain/errors.ts';
import type { KeptText, TextContent } from '../domain/kept-text.ts';
import { account, toAccount } from './account.ts';
import type { Octokit } from './octokit.ts';
import { placeOf } from './repository.ts';
import { parsedResponse } from './response.ts';

const LIST = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
const CREATE = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const EDIT = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
const DELETE = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}';
const PER_PAGE = 100;

/** The same text again is the same text: an edit may be sent after any failure. */
const SAFE = { repeat: 'safe' } as const;

/** `issue-comment` of GitHub's description. */
const comment = z.looseObject({
  id: z.int().min(1),
  user: account,
  body: z.string().nullish(),
  html_url: z.string(),
});

/** Reads the comments of a pull request, or of an issue. */
export async function listComments(
  octokit: Octokit,
  repository: string,
  number: number,
): Promise<readonly KeptText[]> {
  const place = { ...placeOf(repository), issue_number: number, per_page: PER_PAGE };
  const rows: unknown = await octokit.paginate(LIST, place);
  return parsedResponse(z.array(comment), rows, 'a list of comments', LIST).map(textOf);
}

/** Writes a comment. It is sent once: after a lost response nobody knows whether it stands. */
export async function createComment(
  octokit: Octokit,
  repository: string,
  number: number,
  { body }: TextContent,
): Promise<KeptText> {
  const { data } = await octokit.request(CREATE, {
    ...placeOf(repository),
    issue_number: number,
    body,
  });
  return textOf(parsedResponse(comment, data, 'a comment', CREATE));
}

/** Writes a comment in the place of what it said. */
export async function editComment(
  octokit: Octokit,
  repository: string,
  id: number,
  { body }: TextContent,
): Promise<void> {
  await octokit.request(EDIT, { ...placeOf(repository), comment_id: id, body, request: SAFE });
}

/** Deletes a comment; one that is gone is deleted. */
export async function deleteComment(octokit: Octokit, repository: string, id: number): Promise<void> {
  try {
    await octokit.request(DELETE, { ...placeOf(repository), comment_id: id, request: SAFE });
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}

function textOf({ id, user, body, html_url: page }: z.output<typeof comment>): KeptText {
  return { id, author: toAccount(user), body: body ?? '', isOpen: true, page };
}
