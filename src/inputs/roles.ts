import type { InputFault } from '../domain/input-fault.ts';
import type { ROLES } from '../domain/role.ts';
import { parseDistinct, parsePeople } from '../policy/separation-of-duties/lines.ts';
import { boolean, defaulted, headerToken, optional, text, type InputsOf } from './fields.ts';
import { parsedLines, splitLines } from './lines.ts';
import { jsonOutput } from './outputs.ts';

/** Inputs of every action that holds people to different duties. */
export const ROLE_INPUTS = {
  'require-distinct': optional(
    parsedLines((value) => parseDistinct(splitLines(value))),
    {
      description:
        'Separation of duties, lines `role != role`. The roles are `trainer` (created the version), `requester` (started the run), `approver` (approved `approval-environment`, or, with `approval-review`, the pull request) and `promoter` (the principal that the action signs in as).',
      example: 'trainer != approver',
    },
  ),
  people: optional(
    parsedLines((value) => parsePeople(splitLines(value))),
    {
      description:
        'Lines `login = user@example.com` that map a GitHub login to a Databricks user, or an app to the principal that it acts for (`deploy[bot] = <application id>`). Needed to compare a requester or approver with a trainer or promoter. An app that is not mapped is unknown as requester.',
    },
  ),
  'approval-environment': optional(text, {
    description:
      'GitHub environment whose approval in this run names the approver. The environment must have required reviewers. Without `require-distinct`, the approver is only recorded as evidence. Needs `github-token`.',
    example: 'production',
  }),
  'approval-review': defaulted(boolean, {
    description:
      'Use the review of a pull request instead of `approval-environment`, for example if the GitHub plan has no required reviewers. The approver is a person with write access who approved the last commit of the pull request that was merged as this commit, and who neither wrote it nor started the run. Needs `github-token`.',
    default: 'false',
  }),
  'github-token': optional(headerToken, {
    description:
      'Token to read the approval: `${{ github.token }}`, with `permissions: actions: read` for `approval-environment`, or with `contents: read` and `pull-requests: read` for `approval-review`. It is used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
};

/** Outputs of every action that holds people to different duties. */
export const ROLE_OUTPUTS = {
  roles: jsonOutput(
    'JSON: the account in each role, and where it was read; empty without `require-distinct`, `approval-environment` and `approval-review`.',
  ),
};

/** The inputs of {@link ROLE_INPUTS} as values. */
export type RoleInputs = InputsOf<typeof ROLE_INPUTS>;

/** Faults of these inputs together. */
export function roleFaults(inputs: Partial<RoleInputs>): InputFault[] {
  const { 'approval-environment': environment, 'approval-review': byReview } = inputs;
  const faults: InputFault[] = [];
  if (namesRole(inputs, 'approver') && approvalAsked(inputs) === undefined) {
    faults.push({
      input: 'approval-environment',
      problem: 'it is missing, but require-distinct names the approver.',
      fix: 'Add the environment of the job, for example "approval-environment: production".',
    });
  }
  if (environment !== undefined && byReview === true) {
    faults.push({
      input: 'approval-review',
      problem: 'it cannot be combined with approval-environment.',
      fix: 'Leave one of them out.',
    });
  }
  if (approvalAsked(inputs) !== undefined && inputs['github-token'] === undefined) {
    const [needs, right] =
      environment === undefined
        ? ['approval-review', 'contents: read" and "pull-requests: read']
        : ['approval-environment', 'actions: read'];
    faults.push({
      input: 'github-token',
      problem: `it is missing, but ${needs} needs it.`,
      fix: `Add "github-token: \${{ github.token }}" to the step, and "permissions: ${right}" to the job.`,
    });
  }
  return faults;
}

/** Whose approval is looked for; undefined where none is. */
export function approvalAsked(
  inputs: Partial<RoleInputs>,
): { readonly environment: string } | 'review' | undefined {
  const { 'approval-environment': environment, 'approval-review': byReview } = inputs;
  if (environment !== undefined) return { environment };
  return byReview === true ? 'review' : undefined;
}

/** Whether a rule names the role. */
export function namesRole(inputs: Partial<RoleInputs>, role: (typeof ROLES)[number]): boolean {
  return inputs['require-distinct']?.some((rule) => rule.includes(role)) === true;
}
