import { sameAlias } from '../../domain/alias.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { AuditFamily } from './family.ts';
import { aliasPlace, aliasSubject, type AuditFinding } from './finding.ts';
import type { AuditedModel, AuditWants } from './model.ts';
import { isAudited } from './scope.ts';

/** Whether a model has the aliases that it must have, and no others. */
export const ALIAS_RULES: AuditFamily = {
  kinds: [
    {
      code: 'alias-missing',
      severity: 'error',
      needs: 'alias-rules',
      meaning: 'the model lacks an alias that is `required`',
      cause: 'The model was never promoted, or somebody deleted the alias.',
      fix: 'Promote a version, or set the alias.',
    },
    {
      code: 'alias-forbidden',
      severity: 'error',
      needs: 'alias-rules',
      meaning: 'the model has an alias that is `forbidden`',
      cause: 'Somebody set it past your rules.',
      fix: 'Delete the alias, once nothing loads the model by it.',
    },
    {
      code: 'alias-unknown',
      severity: 'warning',
      needs: 'alias-rules',
      meaning: 'the model has an alias that is neither `required` nor `allowed`, although one is',
      cause: 'It is mistyped, or was left by a trial.',
      fix: 'Delete the alias, or allow it.',
    },
  ],
  find: (audited, wants) => [...missingAliases(audited, wants), ...unwantedAliases(audited, wants)],
};

function missingAliases({ name, aliases }: AuditedModel, wants: AuditWants): AuditFinding[] {
  return wants.aliasRules
    .filter(({ rule, alias }) => rule === 'required' && isAudited(alias, wants))
    .filter(({ alias }) => !aliases.some((each) => sameAlias(each.alias, alias, wants.rules)))
    .map(({ alias }) => ({
      model: formatFullName(name),
      alias,
      code: 'alias-missing',
      severity: 'error',
      message: `${formatFullName(name)} lacks the required alias ${show(alias, 60)}.`,
      fix: 'Promote a version, or set the alias.',
    }));
}

function unwantedAliases({ name, audited }: AuditedModel, wants: AuditWants): AuditFinding[] {
  const { aliasRules, rules } = wants;
  const isList = aliasRules.some(({ rule }) => rule !== 'forbidden');
  return audited.flatMap(({ alias }): AuditFinding[] => {
    const known = aliasRules.find((each) => sameAlias(each.alias, alias.alias, rules));
    const subject = aliasSubject(name, alias.alias);
    if (known?.rule === 'forbidden')
      return [
        {
          ...aliasPlace(name, alias),
          code: 'alias-forbidden',
          severity: 'error',
          message: `${subject} is a forbidden alias; it names version ${alias.version}.`,
          fix: 'Delete the alias, once nothing loads the model by it.',
        },
      ];
    if (known !== undefined || !isList) return [];
    return [
      {
        ...aliasPlace(name, alias),
        code: 'alias-unknown',
        severity: 'warning',
        message: `${subject} is an alias that is neither required nor allowed; it names version ${alias.version}.`,
        fix: 'Delete the alias, or allow it in alias-rules or the policy file.',
      },
    ];
  });
}
