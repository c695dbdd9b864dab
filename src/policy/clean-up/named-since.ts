import { aliasTimeline, isInOrder, type AliasSpan } from '../alias/timeline.ts';
import { gapsOf } from '../alias/audited-past.ts';
import type { AliasRecords, RecordedAlias } from './recorded-alias.ts';

/** That an alias named a version. */
export interface NamedBefore {
  readonly alias: string;
  /** Until when, in milliseconds since the epoch; undefined where that is not recorded. */
  readonly until: number | undefined;
}

/** That the records do not say what an alias named, up to a moment: any version that was there may have been it. */
export interface UnknownPast {
  /** The alias, or the tag that is a record of one and cannot be read. */
  readonly of: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** What the aliases of a model named since a moment, by their records. */
export interface NamedSince {
  readonly named: ReadonlyMap<number, NamedBefore>;
  readonly unknown: readonly UnknownPast[];
}

/** What the aliases of a model named since a moment, and of what time their records do not say it; both in milliseconds since the epoch. */
export function namedSince(
  { aliases, unreadable }: AliasRecords,
  { since, clock }: { readonly since: number; readonly clock: number },
): NamedSince {
  const named = new Map<number, NamedBefore>();
  for (const each of aliases)
    for (const [version, until] of versionsOf(each, clock))
      if (version !== null && (until === undefined || until > since) && isLater(until, named.get(version)))
        named.set(version, { alias: each.alias, until });
  const unknown = [
    ...unreadable.map((key): UnknownPast => ({ of: key, until: clock })),
    ...aliases.flatMap((each) => unknownOf(each, clock)),
  ];
  return { named, unknown: unknown.filter(({ until }) => until > since) };
}

/** Whether a version was named longer than what is known of it; an unknown time says less than any that is known. */
function isLater(until: number | undefined, known: NamedBefore | undefined): boolean {
  if (known === undefined) return true;
  return until !== undefined && (known.until === undefined || until > known.until);
}

/** Every version that a record mentions, and until when the alias may have named it. */
function versionsOf({ moves, now }: RecordedAlias, clock: number): [number | null, number | undefined][] {
  return aliasTimeline(moves, now).flatMap((span, index) => {
    const until = endOf(span, index, clock);
    const own: [number | null, number | undefined] = [span.version, until];
    return span.gap === undefined ? [own] : [own, [span.gap.found, until]];
  });
}

/** The times of which a record does not say what the alias named. */
function unknownOf({ alias, moves, now, lost }: RecordedAlias, clock: number): UnknownPast[] {
  const spans = aliasTimeline(moves, now);
  const oldest = spans.at(-1);
  if (oldest === undefined) return now === null ? [] : [{ of: alias, until: clock }];
  if (!isInOrder(spans)) return [{ of: alias, until: clock }];
  const gaps = gapsOf(spans, { now, clock }).map(({ until }) => ({ of: alias, until }));
  // An alias that named nothing before its first move began with it.
  const isWhole = oldest.version === null && lost === 0;
  return isWhole ? gaps : [...gaps, { of: alias, until: endOf(oldest, spans.length - 1, clock) ?? clock }];
}

/** When a span ended: the newest one not yet. */
function endOf({ until }: AliasSpan, index: number, clock: number): number | undefined {
  const time = Date.parse(until ?? '');
  if (!Number.isNaN(time)) return time;
  return index === 0 ? clock : undefined;
}
