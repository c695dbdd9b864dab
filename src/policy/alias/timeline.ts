import type { MoveEntry } from './history.ts';

/** A time for which the record says what an alias named. */
export interface AliasSpan {
  /** What it named by the record; null for nothing. */
  readonly version: number | null;
  /** ISO 8601; undefined before the oldest move, or where it is not recorded. */
  readonly since?: string;
  /** Undefined until now, or where it is not recorded. */
  readonly until?: string;
  /** The move that began it; undefined before the oldest. */
  readonly move?: MoveEntry;
  /** What it named at the end, where that is another version: the move was not made, or somebody moved it without a record. */
  readonly gap?: { readonly found: number | null };
}

/** What an alias named when, by its moves (newest first) and what it names now: newest first. */
export function aliasTimeline(moves: readonly MoveEntry[], now: number | null): AliasSpan[] {
  const spans = moves.map((move, index): AliasSpan => {
    const later = moves[index - 1];
    const found = later === undefined ? now : later.from;
    return {
      version: move.to,
      ...(move.at === undefined ? {} : { since: move.at }),
      ...(later?.at === undefined ? {} : { until: later.at }),
      move,
      ...(found === move.to ? {} : { gap: { found } }),
    };
  });
  const oldest = moves.at(-1);
  if (oldest === undefined) return spans;
  return [...spans, { version: oldest.from, ...(oldest.at === undefined ? {} : { until: oldest.at }) }];
}

/** Whether an alias ever named a version, by its record: `unknown` where that does not reach back to its beginning, or has a gap. */
export function everNamed(
  version: number,
  moves: readonly MoveEntry[],
  now: number | null,
): 'yes' | 'no' | 'unknown' {
  const spans = aliasTimeline(moves, now);
  if (spans.some((span) => span.version === version && span.gap === undefined)) return 'yes';
  if (spans.some(({ gap }) => gap?.found === version)) return 'yes';
  const isWhole = spans.at(-1)?.version === null && spans.every(({ gap }) => gap === undefined);
  return isWhole ? 'no' : 'unknown';
}

/** What an alias named at a moment, or why that is not known. */
export type AliasMoment =
  | { readonly kind: 'named'; readonly span: AliasSpan }
  | {
      readonly kind: 'unknown';
      readonly why: 'no-record' | 'before-record' | 'gap' | 'future';
      readonly span?: AliasSpan;
    };

/** What an alias named at a moment (milliseconds since the epoch): only where nothing in its record speaks against it. */
export function aliasAt(spans: readonly AliasSpan[], moment: number, clock: number): AliasMoment {
  if (moment > clock) return { kind: 'unknown', why: 'future' };
  if (spans.length === 0) return { kind: 'unknown', why: 'no-record' };
  if (!isInOrder(spans)) return { kind: 'unknown', why: 'gap' };
  const span = spans.find((each, index) => contains(each, moment, index === 0));
  if (span === undefined) {
    const oldest = spans.at(-1);
    const isBefore = oldest?.until !== undefined && moment < Date.parse(oldest.until);
    return { kind: 'unknown', why: isBefore ? 'before-record' : 'gap' };
  }
  return span.gap === undefined ? { kind: 'named', span } : { kind: 'unknown', why: 'gap', span };
}

/** Clocks of two machines may differ: times that run backwards show nothing. */
export function isInOrder(spans: readonly AliasSpan[]): boolean {
  const times = spans.flatMap(({ since }) => (since === undefined ? [] : [Date.parse(since)]));
  return times.every((time, index) => index === 0 || time <= (times[index - 1] ?? time));
}

function contains({ since, until }: AliasSpan, moment: number, isNewest: boolean): boolean {
  if (since === undefined || Number.isNaN(Date.parse(since)) || moment < Date.parse(since)) return false;
  if (until === undefined) return isNewest;
  return moment < Date.parse(until);
}
