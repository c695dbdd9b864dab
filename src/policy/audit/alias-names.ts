import { sameAlias } from '../../domain/alias.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { AuditFamily } from './family.ts';
import { aliasPlace, type AuditFinding } from './finding.ts';
import type { AuditedModel, AuditWants } from './model.ts';

/** Whether the names of a model's aliases, and their number, are such as the registry documents. */
export const ALIAS_NAMES: AuditFamily = {
  kinds: [
    {
      code: 'alias-case',
      severity: 'error',
      meaning: 'two aliases of the model differ only by case',
      cause: 'The registry takes both for one alias, and which of them it means is not documented.',
      fix: 'Delete one of them.',
    },
    {
      code: 'alias-count',
      severity: 'warning',
      meaning: 'the model has more aliases than the registry documents (Unity Catalog: 10)',
      cause: 'Aliases are made and never deleted.',
      fix: 'Delete unused aliases.',
    },
  ],
  find: (audited, wants) => [...spellingFindings(audited, wants), ...countFindings(audited, wants)],
};

function spellingFindings(
  { name, aliases }: AuditedModel,
  { rules }: Pick<AuditWants, 'rules'>,
): AuditFinding[] {
  return aliases.flatMap((alias, index) => {
    const twin = aliases.slice(0, index).find((other) => sameAlias(other.alias, alias.alias, rules));
    if (twin === undefined) return [];
    return [
      {
        ...aliasPlace(name, alias),
        code: 'alias-case',
        severity: 'error' as const,
        message: `${formatFullName(name)} has the aliases "${show(twin.alias, 60)}" and "${show(alias.alias, 60)}", which differ only in case.`,
        fix: 'The registry treats them as one alias; delete one of them.',
      },
    ];
  });
}

function countFindings(
  { name, aliases }: AuditedModel,
  { rules: { documentedAliases } }: Pick<AuditWants, 'rules'>,
): AuditFinding[] {
  if (documentedAliases === null || aliases.length <= documentedAliases) return [];
  return [
    {
      model: formatFullName(name),
      code: 'alias-count',
      severity: 'warning',
      message: `${formatFullName(name)} has ${aliases.length} aliases; the documented maximum is ${documentedAliases}.`,
      fix: 'Delete unused aliases.',
    },
  ];
}
