import * as z from 'zod';
import { parseAlias } from '../domain/alias.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Naming } from '../domain/full-name.ts';
import type { Tag } from '../domain/model.ts';
import { levelFault, parseModelPattern, type ModelPattern } from '../domain/model-pattern.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { Parsed } from '../domain/parsed.ts';
import type { AliasRule } from '../policy/audit/alias-rule.ts';
import type { FreezeWindow } from '../policy/promotion-policy/freeze.ts';
import { parseLocalTime, parseTimeZone } from '../policy/promotion-policy/local-time.ts';
import { LOCKED_CHECKS, type PromotionPolicy } from '../policy/promotion-policy/policy.ts';
import { shadowedPatterns } from '../policy/promotion-policy/rule.ts';
import { parseDistinct, type DistinctRoles } from '../policy/separation-of-duties/lines.ts';
import { parsed } from './fields.ts';

/** Version of the shape of a policy file; a reader refuses every other one. */
export const POLICY_VERSION = 1;

/** Where a policy is, if nothing else is said. */
export const POLICY_PATH = '.github/model-promotion.yml';

/** Patterns of models, as a registry names them. */
function patternsBy(naming: Naming) {
  const pattern = parsed((text): Parsed<ModelPattern> => {
    const read = parseModelPattern(text);
    const fault = read.ok && naming === 'three-level' ? levelFault(read.value) : undefined;
    return fault === undefined ? read : { ok: false, ...fault };
  });
  return oneOrMore(pattern, 'prod.ml_team.*');
}

type Patterns = ReturnType<typeof patternsBy>;

const distinct = parsed((text): Parsed<DistinctRoles> => {
  const { value, faults } = parseDistinct([{ text, number: 1 }]);
  const [rule] = value;
  const [fault] = faults;
  if (rule !== undefined && fault === undefined) return { ok: true, value: rule };
  return { ok: false, problem: fault?.problem ?? `"${text}" is not role != role.`, fix: fault?.fix ?? '' };
});

const aliasWord = z.enum(['required', 'allowed', 'forbidden']).meta({
  description:
    'required: every such model has it; allowed: it may be there; forbidden: it must not be there. Where an alias is required or allowed, every alias without a line is refused.',
});

const requirementBy = (patterns: Patterns) =>
  z
    .strictObject({
      status: z.string().min(1).max(256).optional().meta({
        description: 'Value of the status tag of the version.',
        example: 'approved',
      }),
      'status-key': z
        .string()
        .min(1)
        .max(256)
        .optional()
        .meta({
          description: `Key of the status tag. Default: ${TAG_KEYS.status}.`,
          example: TAG_KEYS.status,
        }),
      signature: z.boolean().default(false).meta({
        description:
          'Whether the version needs a signature with inputs and outputs: require-signature must be fail.',
        example: 'true',
      }),
      compatibility: z.enum(['callers', 'exact']).optional().meta({
        description: 'What the comparison with the version that the alias names now must require at least.',
      }),
      origin: patterns.optional().meta({
        description: 'Models that the version must be a copy of, with equal content: a pattern, or a list.',
        example: 'staging.ml_team.*',
      }),
      'min-age': parsed(parseDuration).optional().meta({
        description: 'How old the version that it was copied from must be, such as 24h; needs origin.',
        example: '24h',
      }),
      distinct: oneOrMore(distinct, 'trainer != approver').optional().meta({
        description: 'Separation of duties: what require-distinct must contain.',
        example: '[trainer != approver]',
      }),
    })
    .meta({ description: 'What a version must have before a protected alias names it.' });

const ruleBy = (patterns: Patterns) =>
  z
    .strictObject({
      match: patterns.meta({
        description:
          'The models that the rule is for: a name or a pattern, or a list. The first rule that matches decides.',
        example: 'prod.ml_team.*',
      }),
      aliases: z.record(z.string(), aliasWord).optional().meta({
        description: 'Which aliases these models have.',
        example: '{ Champion: required }',
      }),
      protected: z.array(parsed(parseAlias)).min(1).optional().meta({
        description: 'The aliases that require and the freeze windows are about. Default: all.',
        example: '[Champion]',
      }),
      require: requirementBy(patterns).optional(),
      checks: z.array(z.enum(LOCKED_CHECKS)).optional().meta({
        description: 'Inputs of a step that must be fail.',
        example: '[check-privileges]',
      }),
    })
    .superRefine(({ aliases = {}, protected: listed = [], require }, context) => {
      const say = (path: PropertyKey[], message: string, fix: string) =>
        context.addIssue({ code: 'custom', path, message, params: { fix }, input: path });
      const names = Object.keys(aliases);
      for (const [index, name] of names.entries()) {
        const alias = parseAlias(name);
        if (!alias.ok) say(['aliases', name], alias.problem, alias.fix);
        const twin = names.slice(0, index).find((other) => other.toLowerCase() === name.toLowerCase());
        if (twin !== undefined)
          say(['aliases', name], `"${name}" and "${twin}" differ only in case.`, 'Keep one of the two.');
      }
      for (const [index, name] of listed.entries()) {
        const word = Object.entries(aliases).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
        if (names.length > 0 && (word === undefined || word === 'forbidden'))
          say(
            ['protected', index],
            `"${name}" is protected, but aliases does not allow it.`,
            `Write "${name}: required" or "${name}: allowed" under aliases.`,
          );
      }
      if (require?.['status-key'] !== undefined && require.status === undefined)
        say(
          ['require', 'status-key'],
          'status-key names the tag of the status, and status is missing.',
          'Add status, such as status: approved.',
        );
      if (require?.['min-age'] !== undefined && require.origin === undefined)
        say(
          ['require', 'min-age'],
          'min-age is the age of the version in the environment that it comes from, and origin is missing.',
          'Add origin, such as origin: staging.ml_team.*.',
        );
    })
    .transform(({ match, aliases = {}, protected: listed, require, checks = [] }) => ({
      match,
      aliases: Object.entries(aliases).map(([alias, word]): AliasRule => ({ alias, rule: word })),
      protected: listed,
      require: {
        status: statusOf(require),
        signature: require?.signature ?? false,
        compatibility: require?.compatibility,
        origin: require?.origin ?? [],
        minAge: require?.['min-age'],
        distinct: require?.distinct ?? [],
      },
      checks,
    }))
    .meta({ description: 'What holds for the models that match.' });

const localTime = parsed(parseLocalTime);

const freezeBy = (patterns: Patterns) =>
  z
    .strictObject({
      name: z.string().min(1).max(100).meta({ description: 'What people call it.', example: 'end of year' }),
      'time-zone': parsed(parseTimeZone).meta({
        description: 'The zone in whose local time from and until are, by its name in the IANA database.',
        example: 'Europe/Berlin',
      }),
      from: localTime.meta({
        description: 'The first moment: 2026-12-18 18:00, or friday 16:00 for every week.',
        example: 'friday 16:00',
      }),
      until: localTime.meta({
        description: 'The first moment after it, of the same form.',
        example: 'monday 08:00',
      }),
      models: patterns.optional().meta({ description: 'The models that it is for. Default: all.' }),
    })
    .transform(({ name, 'time-zone': timeZone, from, until, models = [] }): FreezeWindow => ({
      name,
      timeZone,
      from,
      until,
      models,
    }))
    .superRefine(({ from, until }, context) => {
      const say = (message: string, fix: string) =>
        context.addIssue({ code: 'custom', path: ['until'], message, params: { fix }, input: until.at });
      if (from.kind !== until.kind)
        say(
          'from and until are of two forms: one is a date, the other a day of the week.',
          'Write both as dates, or both as days of the week.',
        );
      else if (from.at === until.at || (from.kind === 'day' && from.at > until.at))
        say('until is not after from, so that the window is empty.', 'Write a later time.');
    })
    .meta({ description: 'A time in which no protected alias is moved. rollback is never frozen.' });

/** What a policy file may say, of models as a registry names them. */
export function policySchema(naming: Naming) {
  const patterns = patternsBy(naming);
  return z
    .strictObject({
      version: z
        .literal(POLICY_VERSION)
        .meta({ description: 'Version of this form.', example: 'version: 1' }),
      'max-changes': z.int().min(1).max(1000).optional().meta({
        description: 'How many aliases one run may move at most.',
        example: '5',
      }),
      models: z.array(ruleBy(patterns)).min(1).meta({
        description: 'Rules by model. A model that no rule matches may not be changed.',
        example: '- match: prod.ml_team.*',
      }),
      freeze: z.array(freezeBy(patterns)).optional().meta({ description: 'Freeze windows.' }),
    })
    .transform(({ models, freeze: windows = [], 'max-changes': maxChanges }): PromotionPolicy => ({
      models,
      maxChanges,
      freeze: windows,
    }))
    .superRefine(({ models }, context) => {
      for (const { rule: index, pattern, by } of shadowedPatterns(models))
        context.addIssue({
          code: 'custom',
          path: ['models', index, 'match', pattern],
          message: `An earlier rule matches all of these models already, by ${by}, so that this one never decides.`,
          params: { fix: 'Move the narrower rule before the wider one, or delete one of them.' },
          input: by,
        });
    });
}

function statusOf(require: z.output<ReturnType<typeof requirementBy>> | undefined): Tag | undefined {
  const value = require?.status;
  return value === undefined ? undefined : { key: require?.['status-key'] ?? TAG_KEYS.status, value };
}

/** One text or a list of them, as a list. */
function oneOrMore<T>(text: z.ZodType<T, string>, example: string) {
  return z.union([text.transform((value) => [value]), z.array(text).min(1)]).meta({ example }) as z.ZodType<
    readonly T[],
    string | string[]
  >;
}
