import { sameAlias } from '../domain/alias.ts';
import type { AuditedMove, KnownMove, MovesBetween } from '../domain/audited-move.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import type { AuditedMoves, RegistryReader } from '../registry/port.ts';

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

/** An alias that is asked about with others, and the moment from which on, in milliseconds since the epoch. */
export interface AskedAlias {
  readonly name: FullName;
  readonly alias: string;
  readonly since: number;
}

/** Of so many models one question asks at most; it is one value of a statement. */
export const MOST_MODELS = 1_000;

/**
 * Who moved an alias between two moments, by the audit log of its registry, in one question. It is evidence for people: rows
 * arrive late, and those of other regions never do. Undefined where the registry keeps no such log.
 */
export async function whoMoved(
  { name, alias, warehouse }: AuditedAlias,
  { since, until }: SpanOfTime,
  registry: RegistryReader,
): Promise<MovesBetween | undefined> {
  const [moves] = (await whoMovedEach([{ name, alias, since }], { warehouse, until }, registry)) ?? [];
  return moves;
}

/**
 * Who moved each of these aliases, in the order in which they are given, in one question about all of them. Rows and models that
 * are too many are left out, and each alias says whether that touches it.
 */
export async function whoMovedEach(
  aliases: readonly AskedAlias[],
  { warehouse, until }: Pick<AuditedAlias, 'warehouse'> & Pick<SpanOfTime, 'until'>,
  registry: RegistryReader,
): Promise<MovesBetween[] | undefined> {
  const names = [...new Map(aliases.map(({ name }) => [keyOf(name), name])).values()].slice(0, MOST_MODELS);
  const asked = new Set(names.map(keyOf));
  const since = Math.min(...aliases.map((each) => each.since));
  const found = await registry.findMoves?.({ warehouse, names, since, until });
  if (found === undefined) return undefined;
  const byModel = Map.groupBy(found.moves, ({ model }) => model);
  return aliases.map((each) => {
    const key = keyOf(each.name);
    if (!asked.has(key)) return { moves: [], unclear: 0, isCut: true };
    return movesOf(each, byModel.get(key) ?? [], found, registry);
  });
}

function movesOf(
  { alias, since }: AskedAlias,
  ofModel: readonly AuditedMove[],
  { moves: all, isCut }: AuditedMoves,
  { capabilities }: RegistryReader,
): MovesBetween {
  const ofAlias = ofModel.filter(
    (move) =>
      Date.parse(move.at) >= since &&
      (move.alias === undefined || sameAlias(move.alias, alias, capabilities)),
  );
  const moves = ofAlias.flatMap((move) => (isKnown(move) ? [move] : []));
  const oldest = Date.parse(all[0]?.at ?? '');
  return { moves, unclear: ofAlias.length - moves.length, isCut: isCut && !(oldest < since) };
}

function keyOf(name: FullName): string {
  return formatFullName(name).toLowerCase();
}

function isKnown(move: AuditedMove): move is KnownMove {
  return move.alias !== undefined && move.to !== undefined && move.isMade === true;
}
