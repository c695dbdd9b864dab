import { readRoleFacts, type TrainedVersion } from '../../facts/roles.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { ROLE_OUTPUTS, RoleInputs } from '../../inputs/roles.ts';
import { decideDuties, roleOutputs, type DutyFacts } from '../../policy/separation-of-duties/decide.ts';
import type { People } from '../../policy/separation-of-duties/identity.ts';
import { show } from '../../domain/printable.ts';
import type { People as PagePeople } from '../../report/document.ts';
import { rolesSection } from '../../report/sections/roles.ts';
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
  const { requesters, runId, repository } = run;
  const started = { repository, runId, requesters, sender: await context.readSender() };
  return readRoleFacts({ run: started, snapshot, version, approval, people: peopleIn(inputs) });
}

function peopleIn({ people }: RoleInputs): People {
  return people ?? new Map<string, string>();
}

/** Who holds a role, by name; nothing where that was not looked at or not seen. */
function named(role: 'trainer' | 'approver', facts: DutyFacts): Pick<PagePeople, 'trainer' | 'approver'> {
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
  const people = peopleIn(inputs);
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
  record.sections.push(rolesSection(facts, people, decision));
}
