import type { InputFault } from '../domain/input-fault.ts';
import type { ROLES } from '../domain/role.ts';
import { parseDistinct, parsePeople } from '../policy/separation-of-duties/lines.ts';
import { headerToken, optional, text, type InputsOf } from './fields.ts';
import { parsedLines, splitLines } from './lines.ts';
import { jsonOutput } from './outputs.ts';

/** Inputs of every action that holds people to different duties. */
export const ROLE_INPUTS = {
  'require-distinct': optional(
    parsedLines((value) => parseDistinct(splitLines(value))),
    {
      description:
        'Separation of duties, lines `role != role`. The roles are `trainer` (created the version), `requester` (started the run), `approver` (approved `approval-environment`) and `promoter` (the principal that the action signs in as).',
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
      'GitHub environment whose approval in this run names the approver. Without `require-distinct`, the approver is only recorded as evidence. Needs `github-token`.',
    example: 'production',
  }),
  'github-token': optional(headerToken, {
    description:
      'Token to read the approvals of this run: `${{ github.token }}`, with `permissions: actions: read`. It is used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
};

/** Outputs of every action that holds people to different duties. */
export const ROLE_OUTPUTS = {
  roles: jsonOutput(
    'JSON: the account in each role, and where it was read; empty without `require-distinct` and `approval-environment`.',
  ),
};

/** The inputs of {@link ROLE_INPUTS} as values. */
export type RoleInputs = InputsOf<typeof ROLE_INPUTS>;

/** Faults of these inputs together. */
export function roleFaults(inputs: RoleInputs): InputFault[] {
  const { 'approval-environment': environment, 'github-token': githubToken } = inputs;
  const faults: InputFault[] = [];
  if (namesRole(inputs, 'approver') && environment === undefined) {
    faults.push({
      input: 'approval-environment',
      problem: 'it is missing, but require-distinct names the approver.',
      fix: 'Add the environment of the job, for example "approval-environment: production".',
    });
  }
  if (environment !== undefined && githubToken === undefined) {
    faults.push({
      input: 'github-token',
      problem: 'it is missing, but approval-environment needs it.',
      fix: 'Add "github-token: ${{ github.token }}" to the step, and "permissions: actions: read" to the job.',
    });
  }
  return faults;
}

/** Whether a rule names the role. */
export function namesRole(inputs: RoleInputs, role: (typeof ROLES)[number]): boolean {
  return inputs['require-distinct']?.some((rule) => rule.includes(role)) === true;
}
