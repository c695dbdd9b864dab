import type { MoveSurroundings } from '../../facts/move-effects.ts';
import { noteMoveEffects } from '../parts/alias/effects.ts';
import type { PromoteContext, Promotion } from './promotion.ts';

/** What goes on around a promotion: endpoints matter only to one that moves an alias. */
export type PromotionSurroundings = Pick<MoveSurroundings, 'jobs'> & Partial<MoveSurroundings>;

/** Notes which endpoints serve the destination, and which jobs the planned move starts. */
export async function notePromotedMove(
  context: PromoteContext,
  { jobs, endpoints, endpoint }: PromotionSurroundings,
  { reading, before, copy }: Promotion,
): Promise<void> {
  if (endpoints === undefined || endpoint === undefined) return;
  const { name } = reading.destination;
  const { alias, endpoints: updated = [] } = context.inputs;
  const move = { name, alias, from: before, to: copy?.version ?? 'copy', updated } as const;
  await noteMoveEffects(context, { endpoints, endpoint, jobs }, move);
}
