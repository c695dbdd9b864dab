import { sameAlias } from '../../domain/alias.ts';
import type { CheckMode } from '../../domain/decision.ts';
import type { FullName } from '../../domain/full-name.ts';
import { readForAudit, type AuditReading, type AuditScope, type Unread } from '../../facts/audit/read.ts';
import { Snapshot } from '../../facts/snapshot.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { SignatureInputs } from '../../inputs/signature.ts';
import { auditModel } from '../../policy/audit/audit.ts';
import type { AuditFinding } from '../../policy/audit/finding.ts';
import type { AuditWants } from '../../policy/audit/model.ts';
import { openMoves, type OpenMove } from '../../policy/audit/open-move.ts';
import { wantsByPolicy } from '../../policy/promotion-policy/audited.ts';
import type { PromotionPolicy } from '../../policy/promotion-policy/policy.ts';
import { isProtected } from '../../policy/promotion-policy/rule.ts';
import type { RegistryReader } from '../../registry/port.ts';
import type { ActionContext } from '../contract/context.ts';

/** A model as it was judged. What was read of it is not kept, so that memory grows with what is found alone. */
export type JudgedModel =
  | {
      readonly kind: 'seen';
      readonly name: FullName;
      readonly findings: readonly AuditFinding[];
      /** Moves about which an audit log can say more. */
      readonly moves: readonly OpenMove[];
      readonly aliases: number;
      /** The aliases of the filter that it has. */
      readonly filters: readonly string[];
    }
  | Unread;

/** Models are read so many at a time, so that the memory of an audit does not grow with the metastore. */
const BATCH = 25;

/** Reads and judges every model, some at a time, and says how far it is. An outage ends the reading: what follows would fail alike. */
export async function judgeAll(
  names: readonly FullName[],
  scope: AuditScope,
  registry: RegistryReader,
  context: ActionContext<CommonInputs & SignatureInputs> & { readonly policy: PromotionPolicy | undefined },
): Promise<JudgedModel[]> {
  const fixes = new Map<string, string>();
  const mode = context.inputs['require-signature'];
  const judge = async (name: FullName): Promise<JudgedModel> => {
    const snapshot = new Snapshot(registry, context.clock);
    const own = { ...scope, wants: wantsByPolicy(scope.wants, context.policy, name) };
    return judged(await readForAudit(name, own, { ...context, snapshot }), own, mode, fixes);
  };
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

function judged(
  reading: AuditReading,
  { wants }: AuditScope,
  mode: CheckMode,
  fixes: Map<string, string>,
): JudgedModel {
  if (reading.kind !== 'seen') return reading;
  const { audited } = reading;
  const findings = auditModel(audited, wants).map((finding) =>
    withSharedFix(isSignatureDemanded(finding, wants) ? finding : asJudged(finding, mode), fixes),
  );
  const filters = wants.aliases.filter((filter) =>
    audited.audited.some(({ alias }) => sameAlias(alias.alias, filter, wants.rules)),
  );
  const moves = openMoves(audited, wants);
  return { kind: 'seen', name: audited.name, findings, moves, aliases: audited.audited.length, filters };
}

/** Whether a policy demands a signature of the version of a finding's alias, so that no input softens it. */
function isSignatureDemanded({ alias }: AuditFinding, { byPolicy, rules }: AuditWants): boolean {
  return byPolicy?.require.signature === true && alias !== undefined && isProtected(byPolicy, alias, rules);
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
