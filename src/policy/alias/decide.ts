import { sameAlias, type AliasRules } from '../../domain/alias.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { RegisteredModel } from '../../domain/model.ts';
import { show } from '../../domain/printable.ts';

/** What an alias shall become. */
export interface AliasRequest<V extends VersionRef = number> {
  readonly name: FullName;
  readonly alias: string;
  /** The version that it shall name, or null to delete it. */
  readonly to: V | null;
  /** The version that the user expects it to name now; undefined when they did not say. */
  readonly expected?: number | null | undefined;
  /** How it came to name what it names now, as far as that is recorded. */
  readonly history?: NamedHistory;
}

/** How an alias came to name what it names: the rest of a sentence, `, moved there by ada at …`, and where that is recorded. */
export interface NamedHistory {
  readonly text: string;
  /** Key of the tag of the model that has it; undefined where nothing is recorded. */
  readonly key?: string;
}

/** The change of an alias, or none when it already is so, and what is to be said about it. */
export interface AliasDecision<V extends VersionRef = number> extends Decision {
  readonly change?: AliasChange<V>;
}

/** Decides an alias move from what it names now (`current`), the model's other aliases and what its registry says of them. */
export function decideAlias<V extends VersionRef>(
  request: AliasRequest<V>,
  current: number | null,
  model: RegisteredModel,
  rules: AliasRules,
): AliasDecision<V> {
  const findings = [
    ...expectationFindings(request, current),
    ...spellingFindings(request, model, rules),
    ...countFindings(request, current, model, rules),
  ];
  const decision = decide(findings);
  if (current === request.to) return decision;
  const { name, alias, to } = request;
  return { ...decision, change: { kind: 'alias', name, alias, from: current, to } };
}

function expectationFindings(
  { name, alias, to, expected, history }: AliasRequest<VersionRef>,
  current: number | null,
): Finding[] {
  if (expected === undefined || expected === current || current === to) return [];
  const look =
    history?.key === undefined
      ? 'Find out who moved it'
      : `The move is recorded in the tag ${history.key} of the model. Find out why it was made`;
  return [
    {
      code: 'alias-moved',
      severity: 'error',
      message: `${formatFullName(name)}@${alias} names ${versionText(current)}${history?.text ?? ''}; ${versionText(expected)} was expected.`,
      fix: `${look}, then run the step again with the version that you now expect.`,
    },
  ];
}

function spellingFindings(
  { alias, to }: AliasRequest<VersionRef>,
  model: RegisteredModel,
  rules: AliasRules,
): Finding[] {
  const other = model.aliases.find((row) => sameAlias(row.alias, alias, rules) && row.alias !== alias);
  if (other === undefined || to === null) return [];
  return [
    {
      code: 'alias-spelling',
      severity: 'note',
      message: `The registry spells this alias "${show(other.alias, 60)}" and treats "${show(alias, 60)}" as the same alias.`,
    },
  ];
}

function countFindings(
  { alias, to }: AliasRequest<VersionRef>,
  current: number | null,
  model: RegisteredModel,
  rules: AliasRules,
): Finding[] {
  const { documentedAliases } = rules;
  if (to === null || current !== null || documentedAliases === null) return [];
  const others = othersOf(alias, model, rules);
  if (others.length < documentedAliases) return [];
  return [
    {
      code: 'alias-count',
      severity: 'warning',
      message: `The model already has ${others.length} aliases; the documented maximum is ${documentedAliases}.`,
      fix: 'Delete an unused alias.',
    },
  ];
}

/**
 * Whether a model has room for an alias, for whoever is to make something costly before it is set. A model with more
 * aliases than are documented shows that its registry takes more: only one that is at the limit is refused.
 */
export function decideAliasRoom(
  { name, alias }: Pick<AliasRequest, 'name' | 'alias'>,
  current: number | null,
  model: RegisteredModel,
  rules: AliasRules,
): Decision {
  const others = othersOf(alias, model, rules);
  if (current !== null || others.length !== rules.documentedAliases) return decide([]);
  const names = others.map((row) => show(row.alias, 60)).join(', ');
  return decide([
    {
      code: 'alias-limit',
      severity: 'error',
      message: `${formatFullName(name)} has ${others.length} aliases, the documented maximum for a model, and ${show(alias, 60)} would be one more.`,
      fix: `Delete an unused alias, then run the step again. The aliases: ${names}.`,
    },
  ]);
}

function othersOf(alias: string, model: RegisteredModel, rules: AliasRules): RegisteredModel['aliases'] {
  return model.aliases.filter((row) => !sameAlias(row.alias, alias, rules));
}

function versionText(version: number | null): string {
  return version === null ? 'no version' : `version ${version}`;
}
