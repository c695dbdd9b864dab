import { parseAlias } from '../domain/alias.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { parseModelPattern } from '../domain/model-pattern.ts';
import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import type { AliasRule } from '../policy/audit/alias-rule.ts';
import {
  wholeNumber,
  boolean,
  defaulted,
  headerToken,
  oneOf,
  optional,
  required,
  type InputsOf,
} from './fields.ts';
import { keyValues, parsedLines, splitLines, type LineFault } from './lines.ts';
import { flagOutput, jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { POLICY_INPUTS } from './policy.ts';
import { repositoryPath } from './repository-path.ts';
import { SIGNATURE_INPUTS } from './signature.ts';
import { warehouseId } from './warehouse.ts';

/** Models by their names or by patterns, one per line. */
export const patterns = parsedLines((value) => readLines(value, parseModelPattern));
const aliasNames = parsedLines((value) => readLines(value, parseAlias));
const aliasRules = parsedLines((value) => readLines(value, parseAliasRule));

/** The input that asks for an issue, by which it is found whatever else could not be read. */
export const ISSUE_INPUT = 'issue';

/** What an audit looks at, and what it demands. */
export const AUDIT_INPUTS = {
  models: required(patterns, {
    description:
      'Models to check, one per line: a full name, `catalog.schema.*`, `catalog.schema.prefix_*` or `catalog.*`.',
    example: 'prod.ml_team.*',
  }),
  aliases: optional(aliasNames, { description: 'Aliases to check, one per line. Default: all.' }),
  require: optional(keyValues, {
    description: 'Tags that every version with an alias must have, lines `key=value`.',
  }),
  'require-origin': optional(patterns, {
    description:
      'Models that every version with an alias must have been copied from, one per line, written as in `models`.',
    example: 'staging.*',
  }),
  'alias-rules': optional(aliasRules, {
    description:
      'Which aliases a model has, lines `Champion=required`, `Challenger=allowed` or `Prod=forbidden`. If a line requires or allows one, every alias without a line is reported.',
    example: 'Champion=required',
  }),
  verify: defaulted(oneOf(['listing', 'full', 'off']), {
    description:
      'Compare the files of each version with an alias with the digest that it records and with its source: `listing` by paths and sizes, `full` by every byte, or `off`.',
    default: 'off',
  }),
  'report-unused': defaulted(boolean, {
    description:
      'Also report, as notes, versions that no alias and no rollback needs, with the size of their files, and models without an alias.',
    default: 'false',
  }),
  pins: optional(repositoryPath, {
    description:
      'File or folder of the checked-out repository with pins, as `sync-aliases` reads them: each alias must be where its pin says.',
    example: 'aliases',
  }),
  'warehouse-id': warehouseId(
    'asks the audit log, in one question, who moved the aliases that were moved past their records.',
  ),
  [ISSUE_INPUT]: defaulted(boolean, {
    description:
      'Show what is found in one issue of the repository: opened, edited, and closed once everything was read and nothing is found. An issue that cannot be written is a warning. Needs `github-token`.',
    default: 'false',
  }),
  ...POLICY_INPUTS,
  'github-token': optional(headerToken, {
    description:
      'Token to read the file of `policy` and to write the issue of `issue`: `${{ github.token }}`, with `permissions: contents: read` for the first and `issues: write` for the second. It is used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
  'fail-on': defaulted(oneOf(['error', 'warning', 'never']), {
    description: 'Lowest severity of a finding that fails the step: `error`, `warning` or `never`.',
    default: 'error',
  }),
  'max-in-flight': defaulted(wholeNumber(1, 16), {
    description: 'Maximum number of concurrent requests, 1 to 16.',
    default: '4',
  }),
  rate: defaulted(wholeNumber(1, 200), {
    description: 'Maximum number of requests per second, 1 to 200, kept in every second.',
    default: '10',
  }),
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link AUDIT_INPUTS} as values. */
export type AuditInputs = InputsOf<typeof AUDIT_INPUTS>;

/** Outputs of the action that audits aliases. */
export const AUDIT_OUTPUTS = {
  findings: jsonOutput(
    'JSON: each finding with model, alias, version, code, severity, message and fix (docs/findings.schema.json).',
  ),
  count: numberOutput('Number of findings.'),
  'models-seen': numberOutput('Number of models that were read.'),
  allowed: flagOutput('`true` when everything could be read and no finding fails the step.'),
  'sarif-file': textOutput('Path of a SARIF 2.1.0 file with the findings, once the models were read.'),
};

/** An issue is written with a token. */
export function issueFaults(inputs: Partial<AuditInputs>): InputFault[] {
  if (inputs[ISSUE_INPUT] !== true || inputs['github-token'] !== undefined) return [];
  return [
    {
      input: 'github-token',
      problem: `it is missing, but ${ISSUE_INPUT} needs it.`,
      fix: 'Add "github-token: ${{ github.token }}" to the step, and "permissions: issues: write" to the job.',
    },
  ];
}

const RULES = ['required', 'allowed', 'forbidden'] as const;

function parseAliasRule(text: string): Parsed<AliasRule> {
  const [name = '', word = '', ...more] = text.split('=').map((part) => part.trim());
  const rule = RULES.find((each) => each === word.toLowerCase());
  if (rule === undefined || more.length > 0)
    return {
      ok: false,
      problem: `"${show(text, 60)}" is no rule of an alias.`,
      fix: `Write an alias and one of ${RULES.join(', ')}, such as Champion=required.`,
    };
  const alias = parseAlias(name);
  return alias.ok ? { ok: true, value: { alias: alias.value, rule } } : alias;
}

function readLines<T>(value: string, parse: (text: string) => Parsed<T>) {
  const values: T[] = [];
  const faults: LineFault[] = [];
  for (const { text, number } of splitLines(value)) {
    const parsed = parse(text);
    if (parsed.ok) values.push(parsed.value);
    else faults.push({ line: number, problem: parsed.problem, fix: parsed.fix });
  }
  return { value: values as readonly T[], faults };
}
