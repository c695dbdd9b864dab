import type { KnownMove, MovesBetween } from '../../domain/audited-move.ts';
import { PRODUCT } from '../../domain/product.ts';
import type { AliasSpan } from './timeline.ts';

/** A time for which the record does not say what an alias named, and what it then found there. Milliseconds since the epoch. */
export interface Stretch {
  readonly since: number;
  readonly until: number;
  readonly found: number | null;
}

/** How far an audit log is asked back where nothing says when to begin: Databricks keeps a year (workspace-apis §3.2). */
export const LOOK_BACK = 365 * 24 * 60 * 60 * 1000;

/** A move is recorded right before it is made; what waits for its turn takes some minutes. Milliseconds. */
export const RECORDED_BEFORE = 10 * 60 * 1000;

/** What is known of an alias beside its record: what it names, and the time. */
interface AliasNow {
  readonly now: number | null;
  readonly clock: number;
}

/** The gaps in the record of an alias (newest first): all of it where nothing is recorded. */
export function gapsOf(spans: readonly AliasSpan[], { now, clock }: AliasNow): Stretch[] {
  if (spans.length === 0) return [{ since: clock - LOOK_BACK, until: clock, found: now }];
  return spans.flatMap(({ gap, since, until }): Stretch[] => {
    if (gap === undefined) return [];
    const end = timeOf(until) ?? clock;
    return [{ since: timeOf(since) ?? end - LOOK_BACK, until: end, found: gap.found }];
  });
}

/** The stretch in which a moment lies that the record does not show: one of its gaps, or what was before it began. */
export function stretchAt(spans: readonly AliasSpan[], moment: number, alias: AliasNow): Stretch | undefined {
  const gap = gapsOf(spans, alias).find(({ since, until }) => since <= moment && moment < until);
  if (gap !== undefined) return gap;
  const oldest = spans.at(-1);
  const begun = timeOf(oldest?.until);
  if (oldest === undefined || begun === undefined || moment >= begun) return undefined;
  return { since: moment - LOOK_BACK, until: begun, found: oldest.version };
}

/** What an alias named at a moment by an audit log, or why the log does not say it either. */
export type AuditedMoment =
  | { readonly kind: 'named'; readonly move: KnownMove }
  | {
      readonly kind: 'unknown';
      readonly why: 'none' | 'unclear' | 'later' | 'contradicts';
      /** The move that says so. */
      readonly move?: KnownMove;
    };

/**
 * What an alias named at a moment of a stretch, by an audit log. Only where its last move there leads to what the record found,
 * and nothing that it has is unclear: rows that are late or missing make it contradict the record, which then stands.
 */
export function auditedAt(
  { since, until, found }: Stretch,
  log: MovesBetween,
  moment: number,
): AuditedMoment {
  if (log.unclear > 0) return { kind: 'unknown', why: 'unclear' };
  const moves = log.moves.filter(({ at }) => Date.parse(at) >= since && Date.parse(at) < until);
  const last = moves.at(-1);
  if (last === undefined) return { kind: 'unknown', why: 'none' };
  if (last.to !== found) return { kind: 'unknown', why: 'contradicts', move: last };
  const before = moves.findLast(({ at }) => Date.parse(at) <= moment);
  const [first] = moves;
  if (before !== undefined) return { kind: 'named', move: before };
  return { kind: 'unknown', why: 'later', ...(first === undefined ? {} : { move: first }) };
}

/** A line of a history: what the record says, or a move that the audit log alone has, until the next one. */
export type PastLine =
  | { readonly source: 'record'; readonly span: AliasSpan }
  | { readonly source: 'audit-log'; readonly move: KnownMove; readonly until?: string };

/** The record of an alias (newest first), with the moves between that only the audit log has. */
export function withAudited(spans: readonly AliasSpan[], moves: readonly KnownMove[]): PastLine[] {
  const left = unrecorded(spans, moves).reverse();
  const lines: PastLine[] = [];
  let newer: string | undefined;
  const take = (count: number) => {
    for (const move of left.splice(0, count)) {
      lines.push({ source: 'audit-log', move, ...(newer === undefined ? {} : { until: newer }) });
      newer = move.at;
    }
  };
  for (const span of spans) {
    const since = timeOf(span.since);
    const isOldest = span === spans.at(-1);
    take(left.filter(({ at }) => isOldest || (since !== undefined && Date.parse(at) >= since)).length);
    lines.push({ source: 'record', span });
    newer = span.since;
  }
  take(left.length);
  return lines;
}

/** The audited move that speaks against what the record says of a moment without a gap; undefined where none does. */
export function contradicting(
  span: AliasSpan,
  spans: readonly AliasSpan[],
  { moves, moment }: { readonly moves: readonly KnownMove[]; readonly moment: number },
): KnownMove | undefined {
  const since = timeOf(span.since) ?? -Infinity;
  const before = unrecorded(spans, moves).findLast(
    ({ at }) => Date.parse(at) >= since && Date.parse(at) <= moment,
  );
  return before === undefined || before.to === span.version ? undefined : before;
}

/** The moves that are not those of the record itself, as this tool made them. */
function unrecorded(spans: readonly AliasSpan[], moves: readonly KnownMove[]): KnownMove[] {
  const own = `${PRODUCT.name}/`;
  return moves.filter(
    ({ at, to, agent }) =>
      agent?.startsWith(own) !== true ||
      !spans.some(({ move, since, version }) => {
        const recorded = timeOf(since);
        const isNear = recorded !== undefined && Math.abs(Date.parse(at) - recorded) <= RECORDED_BEFORE;
        return move !== undefined && version === to && isNear;
      }),
  );
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
