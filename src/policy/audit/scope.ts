import { sameAlias } from '../../domain/alias.ts';
import type { AuditWants } from './model.ts';

/** Whether an alias is to be audited. */
export function isAudited(alias: string, { aliases, rules }: Pick<AuditWants, 'aliases' | 'rules'>): boolean {
  return aliases.length === 0 || aliases.some((each) => sameAlias(each, alias, rules));
}
