import type { Stage } from '../../apply/stage.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import type { ExpectedCopy } from '../parts/copy-plan.ts';
import { noteServing, servingStage } from '../parts/serving.ts';
import type { PromoteContext, Promotion } from './promotion.ts';

/** Updates the endpoints that the input names to the copy, once the alias names it. */
export function servingStages(
  context: PromoteContext,
  promotion: Promotion,
  { version }: ExpectedCopy,
): Stage[] {
  const { name } = promotion.reading.destination;
  const changes = noteServing(context, promotion.endpoints, { name, version });
  const { stages, state } = servingStage(context, changes, { move: () => madeMove(context, promotion) });
  promotion.serving = stages.length === 0 ? undefined : state;
  return stages;
}

/** The move of the alias that this run made; undefined for none. */
function madeMove({ record }: PromoteContext, { move }: Promotion): AliasChange | undefined {
  for (const change of move) {
    if (change.kind !== 'alias' || change.to === 'copy') continue;
    const made = { ...change, to: change.to };
    if (record.changes.some((noted) => noted.change === change && noted.state === 'done')) return made;
  }
  return undefined;
}
