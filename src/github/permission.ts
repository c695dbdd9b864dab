import * as z from 'zod';
import { hasCode } from '../domain/errors.ts';
import type { Octokit } from './octokit.ts';
import { placeOf } from './repository.ts';
import { parsedResponse } from './response.ts';

const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';

/** `repository-collaborator-permission` of GitHub's description. */
const permission = z.looseObject({ permission: z.string() });

/** Reads what an account may do in a repository; one that GitHub does not know there may do nothing. */
export async function readPermission(octokit: Octokit, repository: string, login: string): Promise<string> {
  try {
    const { data } = await octokit.request(PERMISSION, { ...placeOf(repository), username: login });
    return parsedResponse(permission, data, 'a permission', PERMISSION).permission;
  } catch (error) {
    if (hasCode(error, 'not-found')) return 'none';
    throw error;
  }
}
