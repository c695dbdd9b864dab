import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { ROLE_MEANINGS, type Role } from '../../domain/role.ts';
import { show } from '../../domain/printable.ts';
import { compareIdentities, personOf, type Identity, type People } from './identity.ts';
import type { DistinctRoles } from './lines.ts';

/** Why something cannot be seen, and what shows it. */
export interface Unseen {
  readonly reason: string;
  readonly fix: string;
}

/** Everybody who holds a role. A role is held by every account by which somebody acted in it. */
export interface RoleFacts {
  readonly identities: readonly Identity[];
  /** Why somebody may hold the role who is not among the identities; the role is unknown then. */
  readonly unseen?: Unseen;
  /** What could not be seen beside, though the role is known: one clause. */
  readonly beside?: string;
}

/** The roles that were looked at. */
export type DutyFacts = Readonly<Partial<Record<Role, RoleFacts>>>;

/** One rule and whether it holds. */
export interface JudgedRule {
  readonly roles: DistinctRoles;
  readonly state: 'distinct' | 'shared' | 'unknown';
  /** One sentence. */
  readonly reason: string;
}

/** The decision about separation of duties, rule by rule. */
export interface DutyDecision extends Decision {
  readonly rules: readonly JudgedRule[];
}

/**
 * Decides whether roles are held by different people. Two accounts of one person make a rule *shared*; what cannot be
 * compared or seen makes it *unknown*, which refuses unless `onUnknown` is `warn`.
 */
export function decideDuties(
  rules: readonly DistinctRoles[],
  facts: DutyFacts,
  people: People,
  onUnknown: 'fail' | 'warn',
): DutyDecision {
  const judged = rules.map((roles) => judge(roles, facts, people));
  const named = new Set(rules.flat());
  const beside = [...named].flatMap((role): Finding[] => {
    const clause = facts[role]?.beside;
    if (clause === undefined) return [];
    return [
      {
        code: 'duty-partly-seen',
        severity: 'warning',
        message: `The ${role} is known only in part: ${clause}.`,
      },
    ];
  });
  const findings = judged.flatMap(({ rule, fix }): Finding[] => {
    if (rule.state === 'distinct') return [];
    const severity = rule.state === 'unknown' && onUnknown === 'warn' ? 'warning' : 'error';
    return [{ code: `duty-${rule.state}`, severity, message: rule.reason, fix }];
  });
  return { ...decide([...findings, ...beside]), rules: judged.map(({ rule }) => rule) };
}

interface Judged {
  readonly rule: JudgedRule;
  readonly fix: string;
}

function judge(roles: DistinctRoles, facts: DutyFacts, people: People): Judged {
  const [first, second] = roles;
  const [a, b] = [heldBy(first, facts), heldBy(second, facts)];
  const pairs = a.identities.flatMap((one) =>
    b.identities.map((other) => ({ one, other, sameness: compareIdentities(one, other, people) })),
  );
  const shared = pairs.find(({ sameness }) => sameness === 'same');
  if (shared !== undefined) {
    const reason = `${first} and ${second} must differ but are the same: ${who(shared.one)} (${shared.one.source}) and ${who(shared.other)} (${shared.other.source}).`;
    return { rule: { roles, state: 'shared', reason }, fix: sharedFix(roles) };
  }
  const unseen = [a.unseen, b.unseen].filter((each) => each !== undefined);
  const undecided = pairs.filter(({ sameness }) => sameness === 'unknown');
  if (unseen.length === 0 && undecided.length === 0) {
    const reason = `${first} (${names(a)}) and ${second} (${names(b)}) are different.`;
    return { rule: { roles, state: 'distinct', reason }, fix: '' };
  }
  const nameless = undecided.flatMap(({ one, other }) =>
    [one, other].filter(({ kind }) => kind === 'unknown'),
  );
  const strangers = [...new Set(nameless.map(({ name }) => name))];
  const unmapped = undecided
    .filter(({ one, other }) => one.kind !== 'unknown' && other.kind !== 'unknown')
    .flatMap(({ one, other }) => [one, other])
    .filter((each) => each.system === 'github' && personOf(each, people) === undefined)
    // Of an app in a role that is unseen that says it already.
    .filter(({ kind }) => kind !== 'automation' || unseen.length === 0);
  const logins = [...new Set(unmapped.map(({ name }) => name))];
  const reasons = [
    ...unseen.map(({ reason }) => reason),
    ...logins.map((login) => `the Databricks user of ${show(login, 60)} is unknown`),
    ...strangers.map(
      (name) =>
        `"${show(name, 60)}" is neither a user's e-mail address nor an application id, so it could be anyone`,
    ),
  ];
  const fixes = [
    ...unseen.map(({ fix }) => fix),
    ...logins.map((login) => `Add "${show(login, 60)} = <their Databricks user>" to people.`),
    ...strangers.map((name) => `Find out who ${show(name, 60)} is, or leave that role out of the rule.`),
  ];
  const reason = `Whether ${first} and ${second} differ is unknown: ${reasons.join('; ')}.`;
  return { rule: { roles, state: 'unknown', reason }, fix: [...new Set(fixes)].join(' ') };
}

/** A role that nobody was found in is never a pass. */
function heldBy(role: Role, facts: DutyFacts): RoleFacts {
  const held = facts[role];
  if (held !== undefined && (held.identities.length > 0 || held.unseen !== undefined)) return held;
  const unseen = {
    reason: `the ${role} (${ROLE_MEANINGS[role]}) cannot be determined`,
    fix: 'Leave the rule out, or run the step where the role can be determined.',
  };
  return { identities: [], unseen };
}

/** The account as a sentence names it. */
function who({ name, system }: Identity): string {
  return `${show(name, 80)} ${system === 'github' ? 'on GitHub' : 'in Databricks'}`;
}

function names({ identities }: RoleFacts): string {
  return [...new Set(identities.map(({ name }) => show(name, 80)))].join(', ');
}

function sharedFix(roles: DistinctRoles): string {
  if (roles.includes('approver')) {
    const again = 'Start a new run of the workflow, and have someone else approve it.';
    const other = roles.find((role) => role !== 'approver') ?? 'approver';
    // GitHub documentation, "Deployments and environments": it is about who started the deployment, and about nobody else.
    return other === 'requester'
      ? `${again} With "Prevent self-review" on the environment, GitHub refuses an approval by the person who started the run.`
      : `${again} GitHub cannot check who the ${other} is, so remove that person from the required reviewers of the environment.`;
  }
  return roles.includes('requester')
    ? 'Have someone else start the workflow.'
    : 'Sign in as a service principal that created no version of the model.';
}

/** One account of the output `roles`; a name is cut where no e-mail address reaches (RFC 5321 §4.5.3.1). */
interface IdentityOutput {
  readonly name: string;
  readonly system: Identity['system'];
  readonly kind: Identity['kind'];
  readonly source: string;
  /** Who `people` says it is in Databricks. */
  readonly person?: string;
}

/** One role of the output `roles`. */
export interface RoleOutput {
  readonly known: boolean;
  readonly identities: readonly IdentityOutput[];
  readonly unseen?: string;
}

/** The roles as plain JSON: evidence of who took part, and where that was read. */
export function roleOutputs(facts: DutyFacts, people: People): Partial<Record<Role, RoleOutput>> {
  const entries = Object.entries(facts).map(([role, held]) => {
    const identities = held.identities.map((identity): IdentityOutput => {
      const { system, kind, source } = identity;
      const name = show(identity.name, 254);
      const person = personOf(identity, people);
      return { name, system, kind, source, ...(person === undefined ? {} : { person }) };
    });
    const unseen = held.unseen?.reason ?? held.beside;
    const known = held.unseen === undefined && identities.length > 0;
    return [role, { known, identities, ...(unseen === undefined ? {} : { unseen }) }] as const;
  });
  return Object.fromEntries(entries);
}
