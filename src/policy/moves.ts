import type { AliasChange, TagChange } from '../domain/change.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import { OWN_VALUE_LENGTH, TAG_KEYS } from '../domain/tag-keys.ts';

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

/**
 * The tag that tells, on the version which receives an alias, what the alias named before and who moved it: the only
 * durable place inside Unity Catalog (uc-protocol §16). Newest first; the oldest fall off at the platform's limit.
 */
export function recordMove(move: AliasChange, version: ModelVersion, author: MoveAuthor): TagChange {
  const before = tagValue(version.tags, TAG_KEYS.moves) ?? null;
  const entry: Move = {
    alias: move.alias,
    from: move.from,
    run: `${author.repository}/${author.runId}/${author.attempt}`,
    actor: author.actor,
    at: new Date(author.at).toISOString(),
  };
  return {
    kind: 'tag',
    target: { kind: 'version', name: version.name, version: version.version },
    key: TAG_KEYS.moves,
    from: before,
    to: withinLimit([entry, ...readMoves(before)]),
  };
}

function withinLimit(moves: readonly unknown[]): string {
  let kept = moves.length;
  let text = JSON.stringify(moves);
  while (text.length > OWN_VALUE_LENGTH && kept > 1) {
    kept -= 1;
    text = JSON.stringify(moves.slice(0, kept));
  }
  return text.slice(0, OWN_VALUE_LENGTH);
}

/** Earlier moves; a value that is not ours is dropped rather than carried on. */
function readMoves(value: string | null): unknown[] {
  if (value === null) return [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
