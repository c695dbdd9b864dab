import { readApproval } from '../../facts/approval.ts';
import { readRoleFacts, type TrainedVersion } from '../../facts/roles.ts';
import { decide } from '../../domain/decision.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { approvalAsked, type ROLE_OUTPUTS, type RoleInputs } from '../../inputs/roles.ts';
import { approverIn } from '../../policy/approval/approver.ts';
import { guardFindings, reviewersText } from '../../policy/approval/environment.ts';
import type { ApprovalFacts } from '../../policy/approval/facts.ts';
import { decideDuties, roleOutputs, type DutyFacts } from '../../policy/separation-of-duties/decide.ts';
import type { People } from '../../policy/separation-of-duties/identity.ts';
import { show } from '../../domain/printable.ts';
import type { People as PagePeople } from '../../report/document.ts';
import { rolesSection } from '../../report/sections/roles.ts';
import type { ActionContext } from '../contract/context.ts';
import type { ActionRecord } from '../contract/record.ts';

/** Who holds which role, and what was read of the approval. */
export interface RoleReading {
  readonly duties: DutyFacts;
  /** Undefined where no approval is looked for. */
  readonly approval: ApprovalFacts | undefined;
}

/** Reads who holds the roles, beside whatever else an action reads; undefined when nothing was asked for. */
export async function readRoles(
  context: ActionContext<CommonInputs & RoleInputs>,
  version: TrainedVersion | undefined,
): Promise<RoleReading | undefined> {
  const { inputs, run, destination: snapshot } = context;
  const by = approvalAsked(inputs);
  const token = inputs['github-token'];
  if (inputs['require-distinct'] === undefined && by === undefined) return undefined;
  const people = peopleIn(inputs);
  const source =
    by === undefined || token === undefined ? undefined : { by, github: context.openGitHub(token) };
  const started = { ...run, sender: await context.readSender(), event: context.event };
  const [{ promoter, ...others }, approval] = await Promise.all([
    readRoleFacts({ run: started, snapshot, version, people }),
    source === undefined ? undefined : readApproval(source, started, people),
  ]);
  const approver = approval === undefined ? {} : { approver: approverIn(approval, people) };
  const signedIn = promoter === undefined ? {} : { promoter };
  return { duties: { ...others, ...approver, ...signedIn }, approval };
}

/** Who the inputs say that an account of GitHub is in Databricks. */
export function peopleIn({ people }: RoleInputs): People {
  return people ?? new Map<string, string>();
}

/** Who holds a role, by name; nothing where that was not looked at or not seen. */
function named(role: 'trainer' | 'approver', facts: DutyFacts): Pick<PagePeople, 'trainer' | 'approver'> {
  const names = facts[role]?.identities.map(({ name }) => show(name, 80)) ?? [];
  return names.length === 0 ? {} : { [role]: names.join(', ') };
}

/** Notes who holds which role, the check of the rules, and that whose approval is looked for is guarded by one. */
export function noteRoles(
  record: ActionRecord<typeof ROLE_OUTPUTS>,
  inputs: RoleInputs,
  reading: RoleReading | undefined,
  onUnknown: 'fail' | 'warn',
): void {
  if (reading === undefined) return;
  noteGuard(record, reading.approval, onUnknown);
  noteDuties(record, inputs, reading.duties, onUnknown);
}

/** Notes who holds which role, and the check of the rules. */
export function noteDuties(
  record: ActionRecord<typeof ROLE_OUTPUTS>,
  inputs: RoleInputs,
  facts: DutyFacts,
  onUnknown: 'fail' | 'warn',
): void {
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

function noteGuard(
  record: ActionRecord<typeof ROLE_OUTPUTS>,
  approval: ApprovalFacts | undefined,
  onUnknown: 'fail' | 'warn',
): void {
  if (approval?.kind !== 'environment') return;
  const { rules, environment } = approval;
  const reviewers = rules === undefined || 'reason' in rules ? '' : reviewersText(rules);
  record.check(
    'Approval environment',
    'fail',
    decide(guardFindings(approval, onUnknown)),
    `${show(environment, 80)} has required reviewers: ${reviewers}.`,
    'blocked',
  );
}
