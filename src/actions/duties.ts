import type { InputFault } from '../domain/errors.ts';
import { ROLES } from '../domain/role.ts';
import { show } from '../domain/text.ts';
import { decideDuties, roleOutputs, type DutyFacts } from '../policy/duties.ts';
import { personOf, type People } from '../policy/duties-identity.ts';
import { parseDistinct, parsePeople, type DistinctRoles } from '../policy/duties-lines.ts';
import { table } from '../report/document.ts';
import { readDuties, type TrainedVersion } from '../steps/duties.ts';
import type { ActionContext } from './context.ts';
import type { CommonInputs } from './common.ts';
import { optional, parsedLines, splitLines, text, token } from './fields.ts';
import type { ActionRecord } from './record.ts';

/** Inputs of every action that holds people to different duties. */
export const DUTY_INPUTS = {
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
        'Lines `login = user@example.com`: who a GitHub login is in Databricks. Needed to compare a requester or approver with a trainer or promoter.',
    },
  ),
  'approval-environment': optional(text, {
    description:
      'GitHub environment whose approval in this run names the approver; with it alone the approver is recorded as evidence. Needs `github-token`.',
    example: 'production',
  }),
  'github-token': optional(token, {
    description:
      'Token that reads the approvals of this run: `${{ github.token }}`, with `permissions: actions: read`. Used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
};

/** Outputs of every action that holds people to different duties. */
export const DUTY_OUTPUTS = {
  roles:
    'JSON: who held each role, by which account, and where that was read; empty without `require-distinct` and `approval-environment`.',
} as const;

/** The inputs of {@link DUTY_INPUTS} as values. */
export interface DutyInputs {
  readonly 'require-distinct'?: readonly DistinctRoles[] | undefined;
  readonly people?: People | undefined;
  readonly 'approval-environment'?: string | undefined;
  readonly 'github-token'?: string | undefined;
}

/** Faults of these inputs together. */
export function dutyFaults(inputs: DutyInputs): InputFault[] {
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
export function namesRole(inputs: DutyInputs, role: (typeof ROLES)[number]): boolean {
  return inputs['require-distinct']?.some((rule) => rule.includes(role)) === true;
}

/** Reads who holds the roles, beside whatever else an action reads; undefined when nothing was asked for. */
export async function readRoles(
  context: ActionContext<CommonInputs & DutyInputs>,
  version: TrainedVersion | undefined,
): Promise<DutyFacts | undefined> {
  const { inputs, run, destination: snapshot } = context;
  const { 'approval-environment': environment, 'github-token': githubToken } = inputs;
  if (inputs['require-distinct'] === undefined && environment === undefined) return undefined;
  const approval =
    environment === undefined || githubToken === undefined
      ? undefined
      : { environment, github: context.openGitHub(githubToken) };
  return readDuties({ run, snapshot, version, approval });
}

/** Notes who holds which role, and the check of the rules. */
export function noteDuties(
  record: ActionRecord,
  inputs: DutyInputs,
  facts: DutyFacts | undefined,
  onUnknown: 'fail' | 'warn',
): void {
  if (facts === undefined) return;
  const rules = inputs['require-distinct'] ?? [];
  const people = inputs.people ?? new Map<string, string>();
  const decision = decideDuties(rules, facts, people, onUnknown);
  record.output('roles', roleOutputs(facts, people));
  if (rules.length > 0) {
    record.check(
      'Separation of duties',
      'fail',
      decision,
      'The roles are held by different accounts.',
      'blocked',
    );
  }
  record.sections.push({
    title: 'Who did what',
    folded: decision.allowed,
    blocks: [
      table(['Role', 'Who', 'In Databricks', 'How it is known'], roleRows(facts, people)),
      ...(rules.length === 0
        ? []
        : [
            table(
              ['Rule', 'State', 'Why'],
              decision.rules.map(({ roles, state, reason }) => [roles.join(' != '), state, reason]),
            ),
          ]),
    ],
  });
}

function roleRows(facts: DutyFacts, people: People): string[][] {
  return ROLES.flatMap((role) => {
    const held = facts[role];
    if (held === undefined) return [];
    const rows = held.identities.map((identity) => [
      role,
      show(identity.name, 80),
      identity.system === 'databricks'
        ? show(identity.name, 80)
        : show(personOf(identity, people) ?? 'unknown', 80),
      identity.source,
    ]);
    const unseen = held.unseen?.reason ?? held.beside;
    return unseen === undefined ? rows : [...rows, [role, 'unknown', '', unseen]];
  });
}
