import type { ModelVersion, Tag } from '../../domain/model.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { MoveEntry } from '../../policy/alias-history.ts';
import { rollbackTarget, type RollbackTarget } from '../../policy/rollback.ts';
import { movesRecorded } from '../parts/alias-move.ts';
import type { RollbackContext } from './rollback.ts';
import { lookAtTarget, readTarget, type LookedAt, type RollbackVersion } from './target.ts';

/** Everything that a roll-back is decided on, read. */
export interface RollbackReading {
  readonly now: number | null;
  /** Tags of the model. */
  readonly tags: readonly Tag[];
  readonly moves: readonly MoveEntry[];
  /** Undefined where it does not exist any more. */
  readonly bad: ModelVersion | undefined;
  readonly goal: RollbackTarget;
  /** The version that is gone back to; undefined where there is none, or it does not exist any more. */
  readonly target: RollbackVersion | undefined;
  /** What would refuse a promotion of it; undefined where nothing was looked at. */
  readonly looked: LookedAt | undefined;
}

/** Reads the alias and its record, and beside them the version that they lead to. */
export async function readRollback(context: RollbackContext): Promise<RollbackReading> {
  const { inputs, destination: snapshot } = context;
  const { model: name, alias, 'from-version': number } = inputs;
  const [now, extras, bad] = await Promise.all([
    snapshot.alias(name, alias),
    snapshot.extras(name),
    snapshot.version(name, number),
  ]);
  const tags = extras?.tags ?? [];
  const moves = movesRecorded(context, alias, tags, now === number ? bad : undefined);
  const request = { from: number, to: inputs['to-version'], allowDelete: inputs['allow-delete'] };
  const goal = rollbackTarget(request, { now, moves });
  const read = { now, tags, moves, bad, goal };
  if (goal.kind !== 'go' || goal.to === null) return { ...read, target: undefined, looked: undefined };
  const place: { readonly name: FullName; readonly to: number } = { name, to: goal.to };
  const [target, looked] = await Promise.all([
    readTarget(context, place, tags),
    lookAtTarget(context, place, bad),
  ]);
  return { ...read, target, looked };
}
