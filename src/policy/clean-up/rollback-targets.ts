import { rollbackTarget } from '../rollback/target.ts';
import type { RecordedAlias } from './recorded-alias.ts';

/** The versions that a rollback of an alias would choose by itself, each with the aliases. */
export function rollbackTargets(aliases: readonly RecordedAlias[]): Map<number, string[]> {
  const targets = new Map<number, string[]>();
  for (const { alias, now, moves } of aliases) {
    if (now === null) continue;
    const goal = rollbackTarget({ from: now, to: undefined, allowDelete: true }, { now, moves });
    if (goal.kind !== 'go' || goal.to === null) continue;
    targets.set(goal.to, [...(targets.get(goal.to) ?? []), alias]);
  }
  return targets;
}
