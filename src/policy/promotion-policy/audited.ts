import { sameAlias } from '../../domain/alias.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { AuditWants } from '../audit/model.ts';
import type { PromotionPolicy } from './policy.ts';
import { ruleFor } from './rule.ts';

/**
 * What an audit wants of one model by its inputs and a policy. The policy decides about the aliases that it names, and what the
 * versions of its protected ones must have; the inputs add to it, and allow nothing that it does not know.
 */
export function wantsByPolicy(
  wants: AuditWants,
  policy: PromotionPolicy | undefined,
  name: FullName,
): AuditWants {
  const rule = policy === undefined ? undefined : ruleFor(policy, name, wants.names);
  if (rule === undefined) return wants;
  const own = { ...wants, byPolicy: rule };
  if (rule.aliases.length === 0) return own;
  const isList = rule.aliases.some((each) => each.rule !== 'forbidden');
  const added = wants.aliasRules
    .filter(({ alias }) => !rule.aliases.some((each) => sameAlias(each.alias, alias, wants.rules)))
    .filter((each) => !isList || each.rule !== 'allowed');
  return { ...own, aliasRules: [...rule.aliases, ...added] };
}
