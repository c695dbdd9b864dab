import { readRoleFacts, type TrainedVersion } from '../../facts/roles.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { ROLE_OUTPUTS, RoleInputs } from '../../inputs/roles.ts';
import { decideDuties, roleOutputs, type DutyFacts } from '../../policy/separation-of-duties/decide.ts';
import { show } from '../../domain/printable.ts';
import { table, type People } from '../../report/document.ts';
import { roleRows } from '../../report/sections/roles.ts';
import type { ActionContext } from '../contract/context.ts';
import type { ActionRecord } from '../contract/record.ts';

/** Reads who holds the roles, beside whatever else an action reads; undefined when nothing was asked for. */
export async function readRoles(
  context: ActionContext<CommonInputs & RoleInputs>,
  version: TrainedVersion | undefined,
): Promise<DutyFacts | undefined> {
  const { inputs, run, destination: snapshot } = context;
  const { 'approval-environment': environment, 'github-token': githubToken } = inputs;
  if (inputs['require-distinct'] === undefined && environment === undefined) return undefined;
  const approval =
    environment === undefined || githubToken === undefined
      ? undefined
      : { environment, github: context.openGitHub(githubToken) };
  return readRoleFacts({ run, snapshot, version, approval });
}

/** Who holds a role, by name; nothing where that was not looked at or not seen. */
function named(role: 'trainer' | 'approver', facts: DutyFacts): Pick<People, 'trainer' | 'approver'> {
  const names = facts[role]?.identities.map(({ name }) => show(name, 80)) ?? [];
  return names.length === 0 ? {} : { [role]: names.join(', ') };
}

/** Notes who holds which role, and the check of the rules. */
export function noteRoles(
  record: ActionRecord<typeof ROLE_OUTPUTS>,
  inputs: RoleInputs,
  facts: DutyFacts | undefined,
  onUnknown: 'fail' | 'warn',
): void {
  if (facts === undefined) return;
  const rules = inputs['require-distinct'] ?? [];
  const people = inputs.people ?? new Map<string, string>();
  const decision = decideDuties(rules, facts, people, onUnknown);
  record.output('roles', roleOutputs(facts, people));
  record.people = { ...named('trainer', facts), ...named('approver', facts) };
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
