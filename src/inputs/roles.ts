import type { InputFault } from '../domain/errors.ts';
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
        'Separation of duties, lines `role != role`: `trainer` (who made the version), `requester` (who started the run), `approver` (who approved `approval-environment`), `promoter` (who the action is signed in as).',
      example: 'trainer != approver',
    },
  ),
  people: optional(
    parsedLines((value) => parsePeople(splitLines(value))),
    {
      description:
        'Lines `login = user@example.com`: who a GitHub login is in Databricks, or for whom an app acts (`deploy[bot] = <application id>`). Needed to compare a requester or approver with a trainer or promoter; an app that nobody maps is unknown as requester.',
    },
  ),
  'approval-environment': optional(text, {
    description:
      'GitHub environment whose approval in this run names the approver; with it alone the approver is recorded as evidence. Needs `github-token`.',
    example: 'production',
  }),
  'github-token': optional(headerToken, {
    description:
      'Token that reads the approvals of this run: `${{ github.token }}`, with `permissions: actions: read`. Used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
};

/** Outputs of every action that holds people to different duties. */
export const ROLE_OUTPUTS = {
  roles: jsonOutput(
    'JSON: who held each role, by which account, and where that was read; empty without `require-distinct` and `approval-environment`.',
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
      problem: 'it is missing, and require-distinct names the approver.',
      fix: 'Add the environment of the job, such as "approval-environment: production".',
    });
  }
  if (environment !== undefined && githubToken === undefined) {
    faults.push({
      input: 'github-token',
      problem: 'it is missing, and approval-environment needs it.',
      fix: 'Add "github-token: ${{ github.token }}" to the step, and "permissions: actions: read" to the job.',
    });
  }
  return faults;
}

/** Whether a rule names the role. */
export function namesRole(inputs: RoleInputs, role: (typeof ROLES)[number]): boolean {
  return inputs['require-distinct']?.some((rule) => rule.includes(role)) === true;
}
