import { sameAlias } from '../../domain/alias.ts';
import type { AliasRules } from '../../domain/alias.ts';
import { counted } from '../../domain/count.ts';
import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatFullName, type FullName, type Naming } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { DistinctRoles } from '../separation-of-duties/lines.ts';
import { freezeAt, freezeFinding } from './freeze.ts';
import type { ModelRule, PromotionPolicy } from './policy.ts';
import { isProtected, ruleFor } from './rule.ts';
import { stepFindings, type StepInputs } from './step.ts';
import { versionFindings, type VersionFacts } from './version.ts';

/** How a registry compares names, and the names of aliases. */
export interface PolicyNames extends Pick<AliasRules, 'aliases'> {
  readonly names: Naming;
}

/** A change that a step would make. */
export interface PolicyChange {
  readonly name: FullName;
  /** The alias that is moved; undefined for a copy that gets none. */
  readonly alias: string | undefined;
  readonly isDeletion: boolean;
}

/** What a step does, and how it is set. */
export interface PolicyStep extends PolicyChange {
  readonly inputs: StepInputs;
  /** What is known of the version that the alias shall name; undefined for a deletion, or where no alias moves. */
  readonly version: VersionFacts | undefined;
}

const CHANGE_POLICY = 'Or change the policy file on its branch.';

/** Whether a policy allows a change, the version and the inputs of the step that makes it. */
export function decideStep(policy: PromotionPolicy, step: PolicyStep, rules: PolicyNames): Decision {
  const rule = ruleFor(policy, step.name, rules.names);
  if (rule === undefined) return decide([unlisted(step.name)]);
  const { alias } = step;
  if (alias === undefined) return decide([]);
  const findings = aliasFindings(rule, { ...step, alias }, rules);
  if (!isProtected(rule, alias, rules)) return decide(findings);
  return decide([
    ...findings,
    ...stepFindings(rule, step.inputs),
    ...(step.version === undefined ? [] : versionFindings(rule.require, step.version, rules.names)),
  ]);
}

/** What must hold at the moment at which aliases are moved, and not before. */
export interface PolicyMoment {
  readonly name: FullName;
  readonly alias: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The rules of `require-distinct`; undefined where the step has no such input. */
  readonly distinct: readonly DistinctRoles[] | undefined;
}

/** Whether a policy lets an alias be moved now, by whoever does it. */
export function decideMoment(policy: PromotionPolicy, moment: PolicyMoment, rules: PolicyNames): Decision {
  const { name, alias, now } = moment;
  const rule = ruleFor(policy, name, rules.names);
  if (rule === undefined) return decide([unlisted(name)]);
  if (!isProtected(rule, alias, rules)) return decide([]);
  const window = freezeAt(policy.freeze, { name, naming: rules.names, now });
  return decide([
    ...(window === undefined ? [] : [freezeFinding(window, name, now)]),
    ...distinctFindings(rule, moment.distinct),
  ]);
}

/** Whether a run moves no more aliases than a policy allows. */
export function decideChanges({ maxChanges }: PromotionPolicy, count: number): Decision {
  if (maxChanges === undefined || count <= maxChanges) return decide([]);
  return decide([
    refused(
      'policy-max-changes',
      `${counted(count, 'alias', 'aliases')} would be moved, and the policy allows ${maxChanges} in one run.`,
      'Split the change into several.',
    ),
  ]);
}

function unlisted(name: FullName): Finding {
  return refused(
    'policy-model-unlisted',
    `No rule of the policy matches ${formatFullName(name)}, so that it may not be changed.`,
    `Add a rule to the policy file, such as match: ${formatFullName(name)}.`,
  );
}

function aliasFindings(
  rule: ModelRule,
  { name, alias, isDeletion }: PolicyChange & { readonly alias: string },
  rules: PolicyNames,
): Finding[] {
  const subject = `${formatFullName(name)}@${show(alias, 60)}`;
  const known = rule.aliases.find((each) => sameAlias(each.alias, alias, rules))?.rule;
  if (isDeletion) {
    if (known === 'required')
      return [
        refused(
          'policy-alias-deleted',
          `${subject} is required by the policy, so that it may not be deleted.`,
        ),
      ];
    // What no alias of the policy is, may go.
    return known !== 'forbidden' && isProtected(rule, alias, rules)
      ? [
          refused(
            'policy-alias-deleted',
            `${subject} is protected by the policy, so that it may not be deleted.`,
          ),
        ]
      : [];
  }
  if (known === 'forbidden')
    return [refused('policy-alias-forbidden', `${subject} is an alias that the policy forbids.`)];
  const isList = rule.aliases.some((each) => each.rule !== 'forbidden');
  if (known !== undefined || !isList) return [];
  const others = rule.aliases.filter((each) => each.rule !== 'forbidden').map((each) => each.alias);
  return [
    refused(
      'policy-alias-unknown',
      `${subject} is an alias that the policy does not know.`,
      `Use one of: ${show(others.join(', '), 200)}.`,
    ),
  ];
}

function distinctFindings({ require }: ModelRule, given: readonly DistinctRoles[] | undefined): Finding[] {
  const isGiven = ([a, b]: DistinctRoles) =>
    given?.some((each) => each.includes(a) && each.includes(b)) === true;
  return require.distinct
    .filter((wanted) => !isGiven(wanted))
    .map(([first, second]) =>
      refused(
        'policy-distinct',
        `The policy requires ${first} != ${second}, and require-distinct does not.`,
        given === undefined
          ? 'Plan the move with dry-run: true, and have apply carry it out with this rule in require-distinct.'
          : `Add the line ${first} != ${second} to require-distinct.`,
      ),
    );
}

function refused(code: string, message: string, fix?: string): Finding {
  return {
    code,
    severity: 'error',
    message,
    fix: fix === undefined ? CHANGE_POLICY.replace('Or change', 'Change') : `${fix} ${CHANGE_POLICY}`,
  };
}
