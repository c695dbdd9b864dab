import type { Metric } from '../../domain/metric.ts';
import { cut } from '../../domain/printable.ts';
import type { MetricsEvidence, ShownMetric } from '../../plan/evidence.ts';

/** The metrics of a version for those who decide; `unread` is why they were not read, and `isExpected` that nobody asks for the reason. */
export type SeenMetrics =
  { readonly metrics: readonly Metric[] } | { readonly unread: string; readonly isExpected: boolean };

/** A version, and what was seen of its metrics. */
export interface SeenVersion {
  /** `models:/<name>/<number>`. */
  readonly uri: string;
  readonly seen: SeenMetrics;
}

/** Metrics that are shown of one version. */
const MOST = 12;

/** Characters of a key, a value or a digest. */
const LENGTH = 120;

/**
 * The metrics of a version beside those of the current one, without `judged` ones, which stand elsewhere; undefined where there
 * is nothing to say. Those that both have come first.
 */
export function shownMetrics(
  candidate: SeenVersion,
  current: SeenVersion | undefined,
  judged: readonly string[] = [],
): MetricsEvidence | undefined {
  const ours = metricsOf(candidate.seen).filter(({ key }) => !judged.includes(key));
  const theirs = metricsOf(current?.seen).filter(({ key }) => !judged.includes(key));
  const rows = sideBySide(ours, theirs);
  const unread = [candidate.seen, current?.seen].filter((each) => each !== undefined && 'unread' in each);
  if (rows.length === 0 && unread.every((each) => 'isExpected' in each && each.isExpected)) return undefined;
  return {
    kind: 'metrics',
    of: candidate.uri,
    with: current?.uri ?? null,
    metrics: rows.slice(0, MOST),
    more: Math.max(0, rows.length - MOST),
    unread: unreadOf(candidate.seen),
    currentUnread: unreadOf(current?.seen),
  };
}

function metricsOf(seen: SeenMetrics | undefined): readonly Metric[] {
  return seen === undefined || 'unread' in seen ? [] : seen.metrics;
}

function unreadOf(seen: SeenMetrics | undefined): string | null {
  return seen !== undefined && 'unread' in seen ? cut(seen.unread, 300) : null;
}

/** Each metric beside that of the same dataset, else beside the only one of its key. */
function sideBySide(ours: readonly Metric[], theirs: readonly Metric[]): ShownMetric[] {
  const left = new Set(theirs);
  const paired = ours.map((metric) => {
    const alike = theirs.filter(({ key }) => key === metric.key);
    const same = alike.find((each) => left.has(each) && digestOf(each) === digestOf(metric));
    const others = ours.filter(({ key }) => key === metric.key);
    const other = same ?? (alike.length === 1 && others.length === 1 ? alike[0] : undefined);
    if (other !== undefined) left.delete(other);
    return rowOf(metric, other);
  });
  const rows = [...paired, ...[...left].map((metric) => rowOf(undefined, metric))];
  const isPaired = ({ value, current }: ShownMetric) => (value !== null && current !== null ? 0 : 1);
  return rows.sort((a, b) => isPaired(a) - isPaired(b) || compareTexts(a.metric, b.metric));
}

function rowOf(ours: Metric | undefined, theirs: Metric | undefined): ShownMetric {
  return {
    metric: cut(ours?.key ?? theirs?.key ?? '', LENGTH),
    value: valueOf(ours),
    dataset: digestOf(ours),
    current: valueOf(theirs),
    currentDataset: digestOf(theirs),
  };
}

function valueOf(metric: Metric | undefined): number | string | null {
  if (metric === undefined) return null;
  const { value } = metric;
  if (typeof value === 'string') return cut(value, LENGTH);
  // JSON has no NaN and no infinities.
  return Number.isFinite(value) ? value : String(value);
}

function digestOf(metric: Metric | undefined): string | null {
  const digest = metric?.dataset?.digest;
  return digest === undefined || digest === '' ? null : cut(digest, LENGTH);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
