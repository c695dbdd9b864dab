import type { Stage } from '../../apply/stage.ts';
import type { VersionRef } from '../../domain/change-target.ts';
import type { AliasChange } from '../../plan/changes/alias.ts';
import type { ServingChange } from '../../plan/changes/serving.ts';
import type { ExpectedCopy } from '../parts/copy/plan.ts';
import { noteServing, readServing } from '../parts/serving/endpoints.ts';
import { movedBack, servingStage } from '../parts/serving/stage.ts';
import type { PromoteContext, Promotion } from './promotion.ts';

/** Notes what the endpoints that the input names need to serve the copy, and what stands in the way. */
export function notePromotedServing<V extends VersionRef>(
  context: PromoteContext,
  { reading, endpoints }: Pick<Promotion, 'reading' | 'endpoints'>,
  version: V,
): ServingChange<V>[] {
  const target = { name: reading.destination.name, version, alias: context.inputs.alias };
  return noteServing(context, endpoints, target, { putsBack: 'alias-and-endpoints' });
}

/** Updates the endpoints that the input names to the copy, once the alias names it. */
export function servingStages(
  context: PromoteContext,
  promotion: Promotion,
  { version }: ExpectedCopy,
): Stage[] {
  const changes = notePromotedServing(context, promotion, version);
  const updated = new Set(changes.map(({ endpoint }) => endpoint));
  const { stages, state } = servingStage(context, changes, {
    standing: [...promotion.endpoints.keys()].filter((name) => !updated.has(name)),
    moveBack: async () => {
      const made = madeMove(context, promotion);
      return made === undefined ? [] : movedBack(context, made);
    },
  });
  promotion.serving = stages.length === 0 ? undefined : state;
  return stages;
}

/** What a plan holds of the endpoints, by what they serve right now. */
export async function offeredServing(
  context: PromoteContext,
  promotion: Promotion,
  version: number,
): Promise<ServingChange[]> {
  const endpoints = await readServing(context);
  const changes = notePromotedServing(context, { ...promotion, endpoints }, version);
  context.record.requireAllowed('A plan that updates endpoints');
  return changes;
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
