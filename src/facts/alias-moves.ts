import { sameAlias } from '../domain/alias.ts';
import type { AuditedMove, KnownMove, MovesBetween } from '../domain/audited-move.ts';
import type { FullName } from '../domain/full-name.ts';
import type { RegistryReader } from '../registry/port.ts';

/** An alias, and what runs the question who moved it: the id of a SQL warehouse. */
export interface AuditedAlias {
  readonly name: FullName;
  readonly alias: string;
  readonly warehouse: string;
}

/** Two moments, milliseconds since the epoch. */
export interface SpanOfTime {
  readonly since: number;
  readonly until: number;
}

/**
 * Who moved an alias between two moments, by the audit log of its registry, in one question. It is evidence for people: rows
 * arrive late, and those of other regions never do. Undefined where the registry keeps no such log.
 */
export async function whoMoved(
  { name, alias, warehouse }: AuditedAlias,
  { since, until }: SpanOfTime,
  registry: RegistryReader,
): Promise<MovesBetween | undefined> {
  const found = await registry.findMoves?.({ warehouse, name, since, until });
  if (found === undefined) return undefined;
  const ofAlias = found.moves.filter(
    (move) => move.alias === undefined || sameAlias(move.alias, alias, registry.capabilities),
  );
  const moves = ofAlias.flatMap((move) => (isKnown(move) ? [move] : []));
  return { moves, unclear: ofAlias.length - moves.length, isCut: found.isCut };
}

function isKnown(move: AuditedMove): move is KnownMove {
  return move.alias !== undefined && move.to !== undefined && move.isMade === true;
}
