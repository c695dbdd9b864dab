import { PromoteError } from '../../domain/errors.ts';
import { sqlPrivilege, type Caller } from '../../domain/privilege.ts';
import { NO_CALLERS } from '../../policy/grants/not-applicable.ts';
import { OWNERSHIP } from '../../policy/grants/privileges.ts';
import type { Right } from '../../policy/grants/right.ts';
import type { Capabilities } from '../../registry/port.ts';

/** What of a registry an action is about: without it the action has nothing to do. */
export const NEEDS = [
  'files',
  'aliases',
  'tags',
  'grants',
  'audit-log',
  'jobs',
  'serving',
  'metrics',
  'owners',
] as const;

/** One entry of {@link NEEDS}. */
export type Need = (typeof NEEDS)[number];

const WORDS: Readonly<Record<Need, string>> = {
  files: 'access to the files of versions',
  aliases: 'aliases',
  tags: 'tags',
  grants: 'readable grants',
  jobs: 'jobs',
  serving: 'serving endpoints',
  metrics: 'readable metrics',
  'audit-log': 'audit log of moved aliases',
  owners: 'owners of models that can be changed',
};

/** Whether a registry has what is needed. */
export function has(capabilities: Capabilities, need: Need): boolean {
  switch (need) {
    case 'files':
      return capabilities.files;
    case 'aliases':
      return capabilities.aliases !== 'none';
    case 'tags':
      return capabilities.tags !== 'none';
    case 'grants':
      return capabilities.grants !== 'none';
    case 'jobs':
      return capabilities.jobs;
    case 'serving':
      return capabilities.serving;
    case 'metrics':
      return capabilities.metrics;
    case 'owners':
      return capabilities.owners && capabilities.groups;
    case 'audit-log':
      return capabilities.auditLog;
  }
}

/** Throws `unsupported`, naming everything that a registry lacks of what `subject` needs. */
export function requireNeeds(subject: string, needs: readonly Need[], capabilities: Capabilities): void {
  const lacking = needs.filter((need) => !has(capabilities, need)).map((need) => WORDS[need]);
  if (lacking.length > 0) throw lack(subject, `this registry has no ${lacking.join(', no ')}`);
}

/** Throws `unsupported`, naming the privileges that are asked about and that a registry does not have. */
export function requirePrivileges(rights: readonly Right[], { privileges }: Capabilities): void {
  if (privileges === 'all') return;
  const lacking = rights
    .map(({ privilege }) => privilege)
    .filter((each) => each !== OWNERSHIP && !privileges.includes(each))
    .map((each) => sqlPrivilege(each));
  if (lacking.length > 0)
    throw lack('A line', `this registry has no privilege ${[...new Set(lacking)].join(', no ')}`);
}

/** Throws `unsupported` where a registry does not know who calls it. */
export function requireCaller({ principal }: Caller): void {
  if (principal === '') throw lack('A gate', NO_CALLERS.notApplicable);
}

function lack(subject: string, why: string): PromoteError {
  return new PromoteError(`${subject} cannot run here: ${why}.`, {
    code: 'unsupported',
    outcome: 'unsupported',
    fix: 'Leave this step out for such a registry. docs/registries.md lists what each registry supports.',
  });
}
