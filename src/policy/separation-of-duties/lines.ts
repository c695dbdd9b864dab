import { nearestWord } from '../../domain/nearest-word.ts';
import { ROLES, type Role } from '../../domain/role.ts';
import { show } from '../../domain/printable.ts';
import { databricksKind, type People } from './identity.ts';

/** Two roles that nobody may hold both of. */
export type DistinctRoles = readonly [Role, Role];

/** A line of an input and its number, from 1. */
interface Line {
  readonly text: string;
  readonly number: number;
}

interface Fault {
  readonly line: number;
  readonly problem: string;
  readonly fix: string;
}

const RULE_EXAMPLE = `Write role != role, for example trainer != approver. The roles are ${ROLES.join(', ')}.`;
const PERSON_EXAMPLE = 'Write login = user@example.com, each login once.';

/** GitHub's logins (github.com/signup; Enterprise Managed Users end in `_` and a short code), and those of apps. */
const LOGIN = /^[a-z\d][a-z\d_-]{0,99}(?:\[bot\])?$/iu;

/** Reads the lines `role != role` of `require-distinct`; a rule that stands twice counts once. */
export function parseDistinct(lines: readonly Line[]): {
  readonly value: readonly DistinctRoles[];
  readonly faults: readonly Fault[];
} {
  const rules = new Map<string, DistinctRoles>();
  const faults: Fault[] = [];
  for (const { text, number } of lines) {
    const words = text.split('!=').map((word) => word.trim());
    const [first, second] = words.map(parseRole);
    if (words.length !== 2 || first === undefined || second === undefined) {
      faults.push({ line: number, problem: `"${show(text, 60)}" is not role != role.`, fix: RULE_EXAMPLE });
    } else if ('problem' in first || 'problem' in second) {
      for (const each of [first, second]) {
        if ('problem' in each) faults.push({ line: number, problem: each.problem, fix: RULE_EXAMPLE });
      }
    } else if (first.role === second.role) {
      const problem = `${first.role} is on both sides, and a role cannot differ from itself.`;
      faults.push({ line: number, problem, fix: RULE_EXAMPLE });
    } else if (!rules.has(`${second.role} ${first.role}`)) {
      rules.set(`${first.role} ${second.role}`, [first.role, second.role]);
    }
  }
  return { value: [...rules.values()], faults };
}

function parseRole(word: string): { readonly role: Role } | { readonly problem: string } {
  const role = ROLES.find((each) => each === word.toLowerCase());
  if (role !== undefined) return { role };
  const meant = nearestWord(word, ROLES);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return { problem: `"${show(word, 40)}" is not a role.${hint}` };
}

/** Reads the lines `login = user` of `people`: who a GitHub login is in Databricks. */
export function parsePeople(lines: readonly Line[]): {
  readonly value: People;
  readonly faults: readonly Fault[];
} {
  const people = new Map<string, string>();
  const faults: Fault[] = [];
  for (const { text, number } of lines) {
    const at = text.indexOf('=');
    const login = text.slice(0, at).trim().replace(/^@/u, '');
    const user = text.slice(at + 1).trim();
    const problem =
      at < 1
        ? `"${show(text, 60)}" is not login = user.`
        : personProblem(login, user, people.has(login.toLowerCase()));
    if (problem === undefined) people.set(login.toLowerCase(), user);
    else faults.push({ line: number, problem, fix: PERSON_EXAMPLE });
  }
  return { value: people, faults };
}

function personProblem(login: string, user: string, isKnown: boolean): string | undefined {
  if (!LOGIN.test(login)) {
    const swapped = databricksKind(login) !== 'unknown' && LOGIN.test(user) ? ' Are the sides swapped?' : '';
    return `"${show(login, 60)}" is not a GitHub login.${swapped}`;
  }
  if (databricksKind(user) === 'unknown') {
    return `"${show(user, 60)}" is neither a user's e-mail address nor the application id of a service principal.`;
  }
  return isKnown ? `the login "${show(login, 60)}" is repeated.` : undefined;
}
