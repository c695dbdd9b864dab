import type { ModelVersion, Tag } from '../../domain/model.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { MoveEntry } from '../../policy/alias/history.ts';
import { versionBytes, type Bytes } from '../../facts/equal-versions.ts';
import { compareBytes, type SameBytes } from '../../facts/same-bytes.ts';
import { rollbackTarget, type RollbackTarget } from '../../policy/rollback/target.ts';
import { movesRecorded } from '../parts/alias/move.ts';
import type { RollbackContext } from './rollback.ts';
import { lookAtTarget, readTarget, type LookedAt, type RollbackVersion } from './target.ts';

/** Everything that a rollback is decided on, read. */
export interface RollbackReading {
  readonly now: number | null;
  /** Tags of the model. */
  readonly tags: readonly Tag[];
  readonly moves: readonly MoveEntry[];
  /** Undefined where it does not exist any more. */
  readonly bad: ModelVersion | undefined;
  /** Its bytes, which are read once. */
  readonly badBytes: Bytes | undefined;
  readonly goal: RollbackTarget;
  /** Whether its files are those of the version that is gone back to; undefined where they were not compared. */
  readonly files: SameBytes | undefined;
  /** The version that is gone back to, or that the alias names already; undefined where there is none, or it does not exist any more. */
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
  // The move onto the bad version may stand in that one's own tag alone, also where the alias has left it.
  const known = now === number ? moves : movesRecorded(context, alias, tags, bad);
  const goal = rollbackTarget(request, { now, moves: known });
  const reader = { ...context, snapshot };
  const badBytes = bad === undefined ? undefined : versionBytes(bad, reader);
  const read = { now, tags, moves, bad, badBytes, goal };
  const nowhere = { target: undefined, looked: undefined, files: undefined };
  if (!('to' in goal) || goal.to === null) return { ...read, ...nowhere };
  const place: { readonly name: FullName; readonly to: number } = { name, to: goal.to };
  // Where a registry has no files, a hold knows none either.
  const isCompared = inputs.hold && badBytes !== undefined && snapshot.registry.capabilities.files;
  const [target, looked, files] = await Promise.all([
    readTarget(context, place, tags),
    goal.kind === 'go' ? lookAtTarget(context, place, bad) : undefined,
    isCompared ? compareBytes(badBytes, versionBytes({ name, version: place.to }, reader)) : undefined,
  ]);
  return { ...read, target, looked, files };
}
