import { sameAlias, type AliasRules } from '../../domain/alias.ts';
import type { FullName, Naming } from '../../domain/full-name.ts';
import { formatPattern, meansModel, type ModelPattern } from '../../domain/model-pattern.ts';
import type { ModelRule, PromotionPolicy } from './policy.ts';

/** The rule of a model: the first that matches it. */
export function ruleFor(
  { models }: Pick<PromotionPolicy, 'models'>,
  name: FullName,
  naming: Naming,
): ModelRule | undefined {
  return models.find(({ match }) => match.some((pattern) => meansModel(pattern, name, naming)));
}

/** Whether what a rule requires is about an alias. */
export function isProtected(rule: ModelRule, alias: string, rules: Pick<AliasRules, 'aliases'>): boolean {
  return rule.protected === undefined || rule.protected.some((each) => sameAlias(each, alias, rules));
}

/** A pattern of a rule that can match nothing, since an earlier one matches all that it does: its place, and the earlier one. */
export interface Shadowed {
  readonly rule: number;
  readonly pattern: number;
  readonly by: string;
}

/** The patterns that earlier ones leave nothing to. */
export function shadowedPatterns(rules: readonly Pick<ModelRule, 'match'>[]): Shadowed[] {
  const earlier: ModelPattern[] = [];
  const found: Shadowed[] = [];
  for (const [rule, { match }] of rules.entries()) {
    for (const [pattern, each] of match.entries()) {
      const by = earlier.find((other) => covers(other, each));
      if (by !== undefined) found.push({ rule, pattern, by: formatPattern(by) });
    }
    earlier.push(...match);
  }
  return found;
}

/** Whether one pattern certainly matches all that another does: a star stands for itself too. */
function covers(wide: ModelPattern, narrow: ModelPattern): boolean {
  if (narrow.kind === 'model') return meansModel(wide, narrow.name, 'three-level');
  if (wide.kind === 'model' || (narrow.schema === undefined && wide.schema !== undefined)) return false;
  const { catalog, schema = '*', model } = narrow;
  return meansModel(wide, { catalog, schema, model }, 'three-level');
}
