import { parseAlias, sameAlias, type AliasRules } from '../domain/alias.ts';
import { decide, type CheckMode } from '../domain/decision.ts';
import { counted } from '../domain/count.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { type FullName } from '../domain/full-name.ts';
import { formatPattern, parseModelPattern } from '../domain/model-pattern.ts';
import type { Tag } from '../domain/model.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import { readForAudit, type AuditReading, type Unread } from '../facts/audit.ts';
import { checkPrivileges } from '../facts/grants/check.ts';
import { findModels } from '../facts/models.ts';
import { Snapshot } from '../facts/snapshot.ts';
import type { CommonInputs } from '../inputs/common.ts';
import { defaulted, oneOf, optional, required, wholeNumber } from '../inputs/fields.ts';
import { keyValues, parsedLines, splitLines, type LineFault } from '../inputs/lines.ts';
import { auditModel, type AuditFinding } from '../policy/audit.ts';
import { mergeRights, requiredRights } from '../policy/grants/required.ts';
import type { RegistryReader } from '../registry/port.ts';
import { AUDIT_CHECK } from '../report/sections/page/page.ts';
import { auditSections } from '../report/sections/audit.ts';
import { defineAction } from './contract/action.ts';
import type { ActionContext } from './contract/context.ts';
import type { ActionRecord } from './contract/record.ts';
import { notePrivileges } from './parts/checks.ts';
import { flagOutput, jsonOutput, numberOutput } from '../inputs/outputs.ts';

/** Models are read so many at a time, so that the memory of an audit does not grow with the metastore. */
const BATCH = 25;

const patterns = parsedLines((value) => readLines(value, parseModelPattern));
const aliasNames = parsedLines((value) => readLines(value, parseAlias));

const OUTPUTS = {
  findings: jsonOutput('JSON: each finding with model, alias, version, code, severity, message and fix.'),
  count: numberOutput('Number of findings.'),
  'models-seen': numberOutput('Number of models that were read.'),
  allowed: flagOutput('`true` when everything could be read and no finding fails the step.'),
};

/** Looks at every alias of every model, for a schedule. */
export const auditAliases = defineAction({
  name: 'audit-aliases',
  title: 'Audit model aliases',
  description:
    'Check every alias of many models in Unity Catalog and report what is wrong. Read-only; meant for a schedule.',
  icon: 'eye',
  inputs: {
    models: required(patterns, {
      description:
        'Models to check, one per line: a full name, `catalog.schema.*`, `catalog.schema.prefix_*` or `catalog.*`.',
      example: 'prod.ml_team.*',
    }),
    aliases: optional(aliasNames, { description: 'Aliases to check, one per line. Default: all.' }),
    require: optional(keyValues, {
      description: 'Tags that every version with an alias must have, lines `key=value`.',
    }),
    'fail-on': defaulted(oneOf(['error', 'warning', 'never']), {
      description: 'Lowest severity of a finding that fails the step: `error`, `warning` or `never`.',
      default: 'error',
    }),
    'max-in-flight': defaulted(wholeNumber(1, 12), {
      description: 'Maximum number of concurrent requests, 1 to 12.',
      default: '4',
    }),
    rate: defaulted(wholeNumber(1, 20), {
      description: 'Maximum number of requests per second, 1 to 20.',
      default: '10',
    }),
  },
  outputs: OUTPUTS,
  requirements: {
    writes: false,
    readsMany: true,
    needs: ['aliases'],
    privileges: ['EXECUTE on each model', 'USE SCHEMA and USE CATALOG on their parents'],
  },
  async run(context) {
    const { inputs, record } = context;
    const patternTexts = inputs.models.map(formatPattern);
    record.subject = { ...NOTHING_SEEN, patterns: patternTexts };
    noteCounts(record, [], 0);
    record.output('allowed', false);
    const registry = context.openRegistry({ inFlight: inputs['max-in-flight'], perSecond: inputs.rate });
    const { names, withoutModel } = await findModels(inputs.models, registry);
    await notePrivilegesOf(context, names, registry);
    const scope = { aliases: inputs.aliases ?? [], signatures: inputs['require-signature'] !== 'off' };
    const fixes = new Map<string, string>();
    const models = await judgeAll(names, context, async (name) => {
      const reading = await readForAudit(name, scope, {
        ...context,
        snapshot: new Snapshot(registry, context.clock),
      });
      return judged(reading, inputs, registry.capabilities, fixes);
    });

    const findings = models.flatMap((model) => (model.kind === 'seen' ? model.findings : []));
    const hidden = models.filter((model) => model.kind !== 'seen');
    const matchedNothing = [
      ...withoutModel.map((pattern) => ({
        line: formatPattern(pattern),
        why: 'no model that the caller can see matches it',
      })),
      ...scope.aliases
        .filter((alias) => !models.some((model) => model.kind === 'seen' && model.filters.includes(alias)))
        .map((alias) => ({ line: `alias ${alias}`, why: 'no model that was read has it' })),
    ];
    const seen = models.length - hidden.length;
    record.subject = {
      kind: 'audit',
      patterns: patternTexts,
      errors: findings.filter(({ severity }) => severity === 'error').length,
      warnings: findings.filter(({ severity }) => severity === 'warning').length,
      models: seen,
      aliases: aliasCount(models),
      unseen: hidden.length,
      idle: matchedNothing.length,
      faulty: names.filter((_, index) => isFaulty(models[index])),
    };
    record.fact('Models', patternTexts.join(', '));
    record.fact('Models read', String(seen));
    record.fact('Aliases read', String(aliasCount(models)));
    noteCounts(record, findings, seen);
    if (!scope.signatures) record.check('Signature', 'off', null, '', 'blocked');
    record.check(AUDIT_CHECK, 'fail', decide(findings), 'No alias has a finding.', 'blocked');
    record.sections.push(...auditSections(findings, hidden, matchedNothing));
    const failing = findings.some(
      ({ severity }) => severity === 'error' || (severity === 'warning' && inputs['fail-on'] === 'warning'),
    );
    const outcome = outcomeOf(models, matchedNothing.length === 0, failing);
    record.output('allowed', outcome === 'ok');
    const found = findings.length === 0 ? 'no findings' : counted(findings.length, 'finding');
    const unseen = hidden.length === 0 ? '' : `, ${hidden.length} could not be read`;
    const idle =
      matchedNothing.length === 0
        ? ''
        : `, ${counted(matchedNothing.length, 'line')} matched nothing: ${linesText(matchedNothing)}`;
    const verdict = `${found} in ${counted(seen, 'model')}${unseen}${idle}`;
    return inputs['fail-on'] === 'never' && outcome === 'blocked'
      ? { outcome, verdict, fails: false }
      : { outcome, verdict };
  },
});

/** A line of `models` or `aliases` that matched nothing. */
interface IdleLine {
  readonly line: string;
  readonly why: string;
}

/** Lines of a sentence; the list has all of them. */
const MAX_LINES = 3;

function linesText(lines: readonly IdleLine[]): string {
  const more = lines.length > MAX_LINES ? ', …' : '';
  return `${lines
    .slice(0, MAX_LINES)
    .map(({ line }) => show(line, 100))
    .join(', ')}${more}`;
}

/** An audit that has not begun to look. */
const NOTHING_SEEN = {
  kind: 'audit',
  errors: 0,
  warnings: 0,
  models: 0,
  aliases: 0,
  unseen: 0,
  idle: 0,
  faulty: [],
} as const;

/** A model as it was judged. What was read of it is not kept, so that memory grows with what is found alone. */
type JudgedModel =
  | {
      readonly kind: 'seen';
      readonly findings: readonly AuditFinding[];
      readonly aliases: number;
      /** The aliases of the filter that it has. */
      readonly filters: readonly string[];
    }
  | Unread;

function judged(
  reading: AuditReading,
  inputs: {
    readonly aliases?: readonly string[] | undefined;
    readonly require?: readonly Tag[] | undefined;
    readonly 'require-signature': CheckMode;
  },
  rules: AliasRules,
  fixes: Map<string, string>,
): JudgedModel {
  if (reading.kind !== 'seen') return reading;
  const { audited } = reading;
  const findings = auditModel(audited, inputs.require ?? [], rules).map((finding) =>
    withSharedFix(asJudged(finding, inputs['require-signature']), fixes),
  );
  const filters = (inputs.aliases ?? []).filter((filter) =>
    audited.aliases.some(({ alias }) => sameAlias(alias.alias, filter, rules)),
  );
  return { kind: 'seen', findings, aliases: audited.aliases.length, filters };
}

function isFaulty(model: JudgedModel | undefined): boolean {
  return model?.kind === 'seen' && model.findings.length > 0;
}

function noteCounts(
  record: ActionRecord<typeof OUTPUTS>,
  findings: readonly AuditFinding[],
  seen: number,
): void {
  record.output('findings', findings);
  record.output('count', findings.length);
  record.output('models-seen', seen);
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

/** A signature that is only asked for by `warn` warns. */
function asJudged(finding: AuditFinding, mode: CheckMode): AuditFinding {
  const softened = mode === 'warn' && finding.code.startsWith('signature-') && finding.severity === 'error';
  return softened ? { ...finding, severity: 'warning' } : finding;
}

/** The finding with the text of a fix that was kept before: thousands of models are fixed alike. */
function withSharedFix(finding: AuditFinding, fixes: Map<string, string>): AuditFinding {
  const { fix } = finding;
  if (fix === undefined) return finding;
  const kept = fixes.get(fix) ?? fix;
  fixes.set(kept, kept);
  return { ...finding, fix: kept };
}

function outcomeOf(models: readonly JudgedModel[], allMatched: boolean, failing: boolean): Outcome {
  if (failing) return 'blocked';
  if (models.some(({ kind }) => kind === 'outage')) return 'unavailable';
  return allMatched && models.every(({ kind }) => kind === 'seen') ? 'ok' : 'partial';
}

/** Reads and judges every model, some at a time, and says how far it is. An outage ends the reading: what follows would fail alike. */
async function judgeAll(
  names: readonly FullName[],
  context: ActionContext<CommonInputs>,
  judge: (name: FullName) => Promise<JudgedModel>,
): Promise<JudgedModel[]> {
  const models: JudgedModel[] = [];
  for (let start = 0; start < names.length; start += BATCH) {
    models.push(...(await Promise.all(names.slice(start, start + BATCH).map(judge))));
    if (names.length > BATCH) context.log.info(`${models.length} of ${names.length} models read`);
    if (models.some(({ kind }) => kind === 'outage')) {
      const rest = names.slice(start + BATCH);
      return [
        ...models,
        ...rest.map((name) => ({ kind: 'outage' as const, name, reason: 'not read because of an outage' })),
      ];
    }
  }
  return models;
}

/** Notes what the caller may read; where that cannot be told of some model, the readings themselves tell. */
async function notePrivilegesOf(
  context: ActionContext<CommonInputs>,
  names: readonly FullName[],
  registry: RegistryReader,
): Promise<void> {
  const { inputs, record } = context;
  // Of its own: what is read of every model for this is needed no longer than this.
  const snapshot = new Snapshot(registry, context.clock);
  const rights = mergeRights(names.flatMap((name) => requiredRights('read', name, { modelExists: true })));
  const mode = inputs['check-privileges'];
  try {
    const decision = rights.length === 0 ? null : await checkPrivileges(rights, snapshot, mode);
    notePrivileges(record, mode, [{ name: 'Privileges', decision }]);
  } catch (error) {
    const forAll = hasCode(error, 'cancelled', 'unauthenticated', 'other-identity');
    if (forAll || !(error instanceof PromoteError)) throw error;
    record.fact('Privileges', 'unknown', error.message);
  }
}

function aliasCount(models: readonly JudgedModel[]): number {
  return models.reduce((sum, model) => sum + (model.kind === 'seen' ? model.aliases : 0), 0);
}
