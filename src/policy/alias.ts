import { DOCUMENTED_ALIASES, sameAlias } from '../domain/alias.ts';
import type { AliasChange } from '../domain/change.ts';
import { decide, type Decision, type Finding } from '../domain/decision.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import type { RegisteredModel } from '../domain/model.ts';
import { show } from '../domain/text.ts';

/** What an alias shall become. */
export interface AliasWish {
  readonly name: FullName;
  readonly alias: string;
  /** The version that it shall name, or null to delete it. */
  readonly to: number | null;
  /** The version that the user expects it to name now; undefined when they did not say. */
  readonly expected?: number | null | undefined;
}

/** The change of an alias, or none when it already is so, and what is to be said about it. */
export interface AliasDecision extends Decision {
  readonly change?: AliasChange;
}

/** Decides an alias move from what it names now (`current`) and the model's other aliases. */
export function decideAlias(wish: AliasWish, current: number | null, model: RegisteredModel): AliasDecision {
  const findings = [
    ...expectationFindings(wish, current),
    ...spellingFindings(wish, model),
    ...countFindings(wish, current, model),
  ];
  const decision = decide(findings);
  if (current === wish.to) return decision;
  const { name, alias, to } = wish;
  return { ...decision, change: { kind: 'alias', name, alias, from: current, to } };
}

function expectationFindings({ name, alias, to, expected }: AliasWish, current: number | null): Finding[] {
  if (expected === undefined || expected === current || current === to) return [];
  return [
    {
      code: 'alias-moved',
      severity: 'error',
      message: `${formatFullName(name)}@${alias} names ${versionText(current)}, and ${versionText(expected)} was expected.`,
      fix: 'Look at who moved it; then run again with the version that you now expect.',
    },
  ];
}

function spellingFindings({ alias, to }: AliasWish, model: RegisteredModel): Finding[] {
  const other = model.aliases.find((row) => sameAlias(row.alias, alias) && row.alias !== alias);
  if (other === undefined || to === null) return [];
  return [
    {
      code: 'alias-spelling',
      severity: 'note',
      message: `The registry spells this alias "${show(other.alias, 60)}"; "${show(alias, 60)}" is the same alias to it.`,
    },
  ];
}

function countFindings({ alias, to }: AliasWish, current: number | null, model: RegisteredModel): Finding[] {
  if (to === null || current !== null) return [];
  const others = model.aliases.filter((row) => !sameAlias(row.alias, alias));
  if (others.length < DOCUMENTED_ALIASES) return [];
  return [
    {
      code: 'alias-count',
      severity: 'warning',
      message: `The model already has ${others.length} aliases; Databricks documents up to ${DOCUMENTED_ALIASES}.`,
      fix: 'Delete an alias that nobody uses.',
    },
  ];
}

function versionText(version: number | null): string {
  return version === null ? 'no version' : `version ${version}`;
}
