import { counted } from '../../domain/count.ts';
import { decide, type Finding } from '../../domain/decision.ts';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import { MOST_MODELS, whoMovedEach } from '../../facts/alias-moves.ts';
import { askedSince, withMovers } from '../../policy/audit/open-move.ts';
import type { RegistryReader } from '../../registry/port.ts';
import type { ActionContext } from '../contract/context.ts';
import { AUDIT_LOG_CHECK, unreadFinding } from '../parts/audit-log.ts';
import type { JudgedModel } from './judging.ts';

/** The models with what the audit log says of their moves, and whether it said all that was asked. */
export interface ExplainedModels {
  readonly models: readonly JudgedModel[];
  readonly isWhole: boolean;
}

/**
 * Asks the audit log who moved the aliases that were moved past their records: one question about all models together, none
 * where there is nothing to ask. What it cannot say leaves the movers unknown, and the audit a part of one.
 */
export async function explainMoves(
  models: readonly JudgedModel[],
  warehouse: string | undefined,
  registry: RegistryReader,
  { record, clock }: Pick<ActionContext<unknown>, 'record' | 'clock'>,
): Promise<ExplainedModels> {
  const moves = models.flatMap((model) => (model.kind === 'seen' ? model.moves : []));
  if (warehouse === undefined || moves.length === 0) return { models, isWhole: true };
  const note = (findings: readonly Finding[], passed: string) =>
    record.check(AUDIT_LOG_CHECK, 'warn', decide(findings), passed, 'blocked');
  const until = clock.now();
  const asked = moves.map((move) => ({ ...move, since: askedSince(move, until) }));
  try {
    const logs = (await whoMovedEach(asked, { warehouse, until }, registry)) ?? [];
    const known = moves.flatMap((move, index) => {
      const log = logs[index];
      return log === undefined ? [] : [{ move, log }];
    });
    const byModel = Map.groupBy(known, ({ move }) => move.name);
    const cut = logs.filter((log) => log.isCut && log.moves.length === 0).length;
    note(
      cut === 0 ? [] : [cutFinding(cut)],
      `It was asked about ${counted(moves.length, 'alias', 'aliases')}.`,
    );
    const explained = models.map((model) => {
      const logged = model.kind === 'seen' ? byModel.get(model.name) : undefined;
      if (model.kind !== 'seen' || logged === undefined) return model;
      return { ...model, findings: withMovers(model.findings, logged) };
    });
    return { models: explained, isWhole: cut === 0 };
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
    note([unreadFinding(error, 'warning')], '');
    return { models, isWhole: false };
  }
}

function cutFinding(count: number): Finding {
  return {
    code: 'audit-log-cut',
    severity: 'warning',
    message: `The audit log was not read to its end: of ${counted(count, 'alias', 'aliases')} the mover may be in the rows or models that were left out.`,
    fix: `One question is about ${MOST_MODELS} models at most. Audit fewer models in a step, or move back what was moved.`,
  };
}
