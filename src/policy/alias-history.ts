import type { Decision } from '../domain/decision.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import { OWN_VALUE_LENGTH, TAG_KEYS, type TagRules } from '../domain/tag-keys.ts';
import type { VersionRef } from '../domain/change-target.ts';
import type { AliasChange } from '../plan/changes/alias.ts';
import type { TagChange } from '../plan/changes/tag.ts';
import { decideRoom } from './tag-room.ts';

/** Whether the version that receives an alias has room for the record of the move: without it the move is not begun. */
export function decideRecord(
  { key, to }: TagChange<VersionRef>,
  version: Pick<ModelVersion, 'tags'>,
  rules: TagRules | 'none',
): Decision {
  return decideRoom({ set: [], later: to === null ? [] : [key] }, version.tags, rules);
}

/** Who moves an alias, and when. */
export interface MoveAuthor {
  readonly repository: string;
  readonly runId: string;
  readonly attempt: string;
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** One move of an alias onto a version, as its record tells it. */
interface Move {
  readonly alias: string;
  /** The version that had the alias before, or null. */
  readonly from: number | null;
  readonly run: string;
  readonly actor: string;
  readonly at: string;
}

/** Of a value, what a record of one move may take: its end tells how many older ones were lost. */
const ROOM = OWN_VALUE_LENGTH - '{"dropped":9007199254740991},'.length;

/** How many older moves a record has lost, its last entry. */
interface Dropped {
  readonly dropped: number;
}

/** The change that records a move, and how many older moves the record does not hold. */
export interface MoveRecord<V extends VersionRef = number> {
  readonly change: TagChange<V>;
  readonly dropped: number;
}

/**
 * The tag that tells, on the version which receives an alias, what the alias named before and who moved it: the only
 * durable place inside Unity Catalog (uc-protocol §16). A JSON list, newest first. At the platform's limit of a value
 * the oldest fall off, and the last entry tells how many did.
 */
export function recordMove<V extends VersionRef>(
  move: AliasChange<V>,
  version: Pick<ModelVersion, 'name' | 'tags'> & { readonly version: V },
  author: MoveAuthor,
): MoveRecord<V> {
  const before = tagValue(version.tags, TAG_KEYS.moves) ?? null;
  const entry: Move = {
    alias: move.alias,
    from: move.from,
    run: `${author.repository}/${author.runId}/${author.attempt}`,
    actor: author.actor,
    at: new Date(author.at).toISOString(),
  };
  const earlier = readMoves(before);
  const { text, dropped } = withinLimit(entry, earlier.moves, earlier.dropped);
  return {
    dropped,
    change: {
      kind: 'tag',
      target: { kind: 'version', name: version.name, version: version.version },
      key: TAG_KEYS.moves,
      from: before,
      to: text,
    },
  };
}

/** Who moved is left out where that is too long: the move itself, with an alias of at most 255 letters, always fits. */
function withinLimit(
  { alias, from, at, ...by }: Move,
  earlier: readonly unknown[],
  dropped: number,
): { readonly text: string; readonly dropped: number } {
  const bare = { alias, from, at };
  const first = JSON.stringify([{ ...bare, ...by }]).length <= ROOM ? { alias, from, ...by, at } : bare;
  for (let kept = earlier.length; ; kept -= 1) {
    const lost = dropped + earlier.length - kept;
    const last: Dropped[] = lost === 0 ? [] : [{ dropped: lost }];
    const text = JSON.stringify([first, ...earlier.slice(0, kept), ...last]);
    if (kept === 0 || text.length <= OWN_VALUE_LENGTH) return { text, dropped: lost };
  }
}

/** Earlier moves; a value that is not ours is dropped rather than carried on. */
function readMoves(value: string | null): { readonly moves: readonly unknown[]; readonly dropped: number } {
  const entries = parseList(value);
  const counts = entries.flatMap((entry) => (isDropped(entry) ? [entry.dropped] : []));
  return {
    moves: entries.filter((entry) => !isDropped(entry)),
    dropped: counts.reduce((sum, count) => sum + count, 0),
  };
}

function isDropped(entry: unknown): entry is Dropped {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'dropped' in entry &&
    typeof entry.dropped === 'number' &&
    Number.isSafeInteger(entry.dropped) &&
    entry.dropped > 0
  );
}

function parseList(value: string | null): readonly unknown[] {
  if (value === null) return [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
