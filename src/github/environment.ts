import * as z from 'zod';
import type { DeploymentEnvironment, EnvironmentReviewer } from '../domain/deployment-environment.ts';
import { hasCode } from '../domain/errors.ts';
import { protocolError } from '../http/failed-response.ts';
import type { Octokit } from './octokit.ts';
import { placeOf } from './repository.ts';
import { parsedResponse } from './response.ts';

const ENVIRONMENT = 'GET /repos/{owner}/{repo}/environments/{environment_name}';

const reviewer = z.looseObject({
  type: z.string().nullish(),
  reviewer: z
    .looseObject({
      login: z.string().nullish(),
      name: z.string().nullish(),
      slug: z.string().nullish(),
    })
    .nullish(),
});

/** `environment` of GitHub's description, with `can_admins_bypass`, which live responses have and the description lacks. */
const environment = z.looseObject({
  name: z.string(),
  protection_rules: z
    .array(
      z.looseObject({
        type: z.string(),
        prevent_self_review: z.boolean().nullish(),
        reviewers: z.array(reviewer).nullish(),
      }),
    )
    .nullish(),
  deployment_branch_policy: z.looseObject({}).nullish(),
  can_admins_bypass: z.boolean().nullish(),
});

const KINDS = new Map<string, EnvironmentReviewer['kind']>([
  ['User', 'user'],
  ['Team', 'team'],
]);

/** Reads an environment and the rules that guard it. */
export async function readEnvironment(
  octokit: Octokit,
  repository: string,
  name: string,
): Promise<DeploymentEnvironment | undefined> {
  const data = await found(octokit, repository, name);
  if (data === undefined) return undefined;
  const read = parsedResponse(environment, data, 'an environment', ENVIRONMENT);
  // A name such as `..` is another address.
  if (read.name.toLowerCase() !== name.toLowerCase())
    throw protocolError('is about another environment', ENVIRONMENT);
  const rules = (read.protection_rules ?? []).filter(({ type }) => type === 'required_reviewers');
  return {
    name: read.name,
    reviewers: rules.flatMap(({ reviewers }) => (reviewers ?? []).map(toReviewer)),
    preventsSelfReview: rules.some((rule) => rule.prevent_self_review === true),
    adminsMayBypass: read.can_admins_bypass ?? undefined,
    takesAnyBranch: read.deployment_branch_policy == null,
  };
}

async function found(octokit: Octokit, repository: string, name: string): Promise<unknown> {
  try {
    const response = await octokit.request(ENVIRONMENT, { ...placeOf(repository), environment_name: name });
    return response.data;
  } catch (error) {
    if (hasCode(error, 'not-found')) return undefined;
    throw error;
  }
}

function toReviewer({ type, reviewer: who }: z.output<typeof reviewer>): EnvironmentReviewer {
  const name = who?.login ?? who?.slug ?? who?.name;
  if (name == null) return { kind: 'unknown', name: 'an account that is not shown' };
  return { kind: KINDS.get(type ?? '') ?? 'unknown', name };
}
