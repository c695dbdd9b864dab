import { counted } from '../../domain/count.ts';
import { decide } from '../../domain/decision.ts';
import { formatPattern } from '../../domain/model-pattern.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { AuditScope } from '../../facts/audit/read.ts';
import { findModels } from '../../facts/models.ts';
import type { AUDIT_OUTPUTS, AuditInputs } from '../../inputs/audit.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { AuditFinding } from '../../policy/audit/finding.ts';
import { auditSections } from '../../report/sections/audit.ts';
import { AUDIT_CHECK } from '../../report/sections/page/findings.ts';
import { auditSarif } from '../../report/sections/sarif.ts';
import type { ActionResult } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import type { ActionRecord } from '../contract/record.ts';
import { requireAuditLog } from '../parts/audit-log.ts';
import { readPolicy } from '../parts/policy.ts';
import { notedEndpoints } from './endpoints.ts';
import { idleLines, linesText } from './idle-lines.ts';
import { judgeAll, type JudgedModel } from './judging.ts';
import { explainMoves } from './movers.ts';
import { idlePins, pinsOf } from './pins.ts';
import { noteAudited } from './policy.ts';
import { notePrivilegesOf } from './privileges.ts';

/** Looks at every alias of every model, for a schedule. */
export async function runAuditAliases(
  context: ActionContext<AuditInputs & CommonInputs, typeof AUDIT_OUTPUTS>,
): Promise<ActionResult> {
  const { inputs, record } = context;
  const patternTexts = inputs.models.map(formatPattern);
  record.subject = { ...NOTHING_SEEN, patterns: patternTexts };
  noteCounts(record, [], 0);
  record.output('allowed', false);
  requireAuditLog(context, inputs['warehouse-id']);
  const pins = await pinsOf(context, inputs.pins);
  const registry = context.openRegistry({
    inFlight: inputs['max-in-flight'],
    perSecond: inputs.rate,
    even: true,
  });
  const endpoints = await notedEndpoints(registry, record);
  const policy = await readPolicy(context);
  const { names, withoutModel } = await findModels(inputs.models, registry);
  if (policy !== undefined) noteAudited(context, policy, names);
  const scope: AuditScope = {
    wants: {
      aliases: inputs.aliases ?? [],
      required: inputs.require ?? [],
      aliasRules: inputs['alias-rules'] ?? [],
      origins: inputs['require-origin'] ?? [],
      pins,
      now: context.clock.now(),
      rules: registry.capabilities,
      names: registry.capabilities.names,
    },
    signatures: inputs['require-signature'] !== 'off',
    verify: inputs.verify,
    unused: inputs['report-unused'],
    endpoints,
  };
  const judged = await judgeAll(names, scope, registry, { ...context, policy: policy?.policy });
  const { models, isWhole } = await explainMoves(judged, inputs['warehouse-id'], registry, context);
  const hidden = models.filter((model) => model.kind !== 'seen');
  await notePrivilegesOf(
    hidden.filter(({ kind }) => kind === 'unseen').map(({ name }) => name),
    registry,
    context,
  );

  const findings = models.flatMap((model) => (model.kind === 'seen' ? model.findings : []));
  const matchedNothing = [
    ...idleLines(withoutModel, scope.wants.aliases, models),
    ...idlePins(pins, inputs.models, { found: names, names: scope.wants.names }),
  ];
  const seen = models.length - hidden.length;
  record.subject = {
    kind: 'audit',
    patterns: patternTexts,
    errors: countOf(findings, 'error'),
    warnings: countOf(findings, 'warning'),
    notes: countOf(findings, 'note'),
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
  const { workflowRef } = context.run;
  record.files.set('sarif-file', () => auditSarif({ findings, hidden, matchedNothing, workflowRef }));
  record.sections.push(...auditSections(findings, hidden, matchedNothing));
  const failing = findings.some(
    ({ severity }) => severity === 'error' || (severity === 'warning' && inputs['fail-on'] === 'warning'),
  );
  const outcome = outcomeOf(models, matchedNothing.length === 0 && isWhole, failing);
  record.output('allowed', outcome === 'ok');
  const found = findings.length === 0 ? 'no findings' : counted(findings.length, 'finding');
  const unseen = hidden.length === 0 ? '' : `, ${hidden.length} could not be read`;
  const idle =
    matchedNothing.length === 0
      ? ''
      : `, ${counted(matchedNothing.length, 'line')} matched nothing: ${linesText(matchedNothing)}`;
  const unasked = isWhole ? '' : ', the audit log could not be read to its end';
  const verdict = `${found} in ${counted(seen, 'model')}${unseen}${idle}${unasked}`;
  return inputs['fail-on'] === 'never' && outcome === 'blocked'
    ? { outcome, verdict, fails: false }
    : { outcome, verdict };
}

/** An audit that has not begun to look. */
const NOTHING_SEEN = {
  kind: 'audit',
  errors: 0,
  warnings: 0,
  notes: 0,
  models: 0,
  aliases: 0,
  unseen: 0,
  idle: 0,
  faulty: [],
} as const;

function countOf(findings: readonly AuditFinding[], wanted: AuditFinding['severity']): number {
  return findings.filter(({ severity }) => severity === wanted).length;
}

function isFaulty(model: JudgedModel | undefined): boolean {
  return model?.kind === 'seen' && model.findings.length > 0;
}

function noteCounts(
  record: ActionRecord<typeof AUDIT_OUTPUTS>,
  findings: readonly AuditFinding[],
  seen: number,
): void {
  record.output('findings', findings);
  record.output('count', findings.length);
  record.output('models-seen', seen);
}

function outcomeOf(models: readonly JudgedModel[], isWhole: boolean, failing: boolean): Outcome {
  if (failing) return 'blocked';
  if (models.some(({ kind }) => kind === 'outage')) return 'unavailable';
  return isWhole && models.every(({ kind }) => kind === 'seen') ? 'ok' : 'partial';
}

function aliasCount(models: readonly JudgedModel[]): number {
  return models.reduce((sum, model) => sum + (model.kind === 'seen' ? model.aliases : 0), 0);
}
