import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import type { Metric } from '../../domain/metric.ts';
import { show } from '../../domain/printable.ts';

/** What a requirement compares a metric with: a number, or the same metric of the current version with a margin. */
export type Bound =
  { readonly kind: 'number'; readonly value: number } | { readonly kind: 'champion'; readonly plus: number };

/** One line of `require-metrics`. */
export interface MetricRequirement {
  readonly key: string;
  readonly operator: '>=' | '>' | '<=' | '<';
  readonly bound: Bound;
  /** The line, for people. */
  readonly text: string;
}

/** The metrics of a version; a text is why they cannot be read. */
export type VersionMetrics = readonly Metric[] | { readonly unread: string };

/** What is compared: the version that is judged and the one that is current. */
export interface ComparedMetrics {
  readonly candidate: VersionMetrics;
  /** Undefined where there is no current version. */
  readonly champion: VersionMetrics | undefined;
}

/** What one line came to. */
export interface JudgedMetric {
  readonly text: string;
  readonly key: string;
  readonly candidate: Metric | undefined;
  readonly champion: Metric | undefined;
  readonly result: 'passed' | 'refused' | 'incomparable';
  /** Why it did not pass. */
  readonly problem?: string;
}

/** What the lines of `require-metrics` say of a version: whatever is missing, ambiguous, not finite or not comparable refuses. */
export function decideMetrics(
  requirements: readonly MetricRequirement[],
  compared: ComparedMetrics,
): Decision & { readonly judged: readonly JudgedMetric[] } {
  const judged = requirements.map((each) => judge(each, compared));
  return { ...decide(judged.flatMap(findingsOf)), judged };
}

function findingsOf({ text, problem, result }: JudgedMetric): Finding[] {
  if (problem === undefined) return [];
  const isShort = result === 'refused';
  return [
    {
      code: isShort ? 'metric-below' : 'metric-incomparable',
      severity: 'error',
      message: `${show(text, 120)}: ${problem}.`,
      fix: isShort
        ? 'Train a better version, or change the line in require-metrics.'
        : 'Log the metric with the same dataset for both versions, where the caller may read the experiment, or change the line in require-metrics.',
    },
  ];
}

function judge(requirement: MetricRequirement, { candidate, champion }: ComparedMetrics): JudgedMetric {
  const { key, operator, bound, text } = requirement;
  const nothing = { text, key, candidate: undefined, champion: undefined };
  const found = metricIn(candidate, key, 'the candidate');
  if ('problem' in found) return { ...nothing, result: 'incomparable', problem: found.problem };
  const value = finite(found.metric);
  const base = { ...nothing, candidate: found.metric };
  if (value === undefined)
    return {
      ...base,
      result: 'incomparable',
      problem: `${key} of the candidate is ${valueText(found.metric)}`,
    };
  if (bound.kind === 'number') {
    const other = champion === undefined ? undefined : metricIn(champion, key, 'the current version');
    const shown = other !== undefined && 'metric' in other ? { ...base, champion: other.metric } : base;
    return compare(shown, value, operator, bound.value, String(bound.value));
  }
  if (champion === undefined)
    return { ...base, result: 'incomparable', problem: 'there is no current version to compare with' };
  const other = metricIn(champion, key, 'the current version');
  if ('problem' in other) return { ...base, result: 'incomparable', problem: other.problem };
  const both = { ...base, champion: other.metric };
  const current = finite(other.metric);
  if (current === undefined)
    return {
      ...both,
      result: 'incomparable',
      problem: `${key} of the current version is ${valueText(other.metric)}`,
    };
  const difference = datasetDifference(found.metric, other.metric);
  if (difference !== undefined) return { ...both, result: 'incomparable', problem: difference };
  // 0.8 - 0.1 is 0.7 to people, and a little more to a computer.
  const limit = Number((current + bound.plus).toPrecision(15));
  return compare(both, value, operator, limit, `${limit} (the current version has ${current})`);
}

function compare(
  judged: Omit<JudgedMetric, 'result'>,
  value: number,
  operator: MetricRequirement['operator'],
  limit: number,
  limitText: string,
): JudgedMetric {
  return holds(value, operator, limit)
    ? { ...judged, result: 'passed' }
    : { ...judged, result: 'refused', problem: `${judged.key} is ${value}, not ${operator} ${limitText}` };
}

function holds(value: number, operator: MetricRequirement['operator'], limit: number): boolean {
  switch (operator) {
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
  }
}

type Found = { readonly metric: Metric } | { readonly problem: string };

/** One metric of a key: two of different datasets or values leave open which is meant. */
function metricIn(metrics: VersionMetrics, key: string, whose: string): Found {
  if ('unread' in metrics) return { problem: `the metrics of ${whose} were not read: ${metrics.unread}` };
  const found = new Map(
    metrics.filter((each) => each.key === key).map((each) => [JSON.stringify(each), each]),
  );
  const [first, second] = found.values();
  if (first === undefined) return { problem: `${whose} has no metric ${show(key, 60)}` };
  if (second !== undefined)
    return { problem: `${whose} has ${found.size} values of ${show(key, 60)}, on several datasets or runs` };
  return { metric: first };
}

/** Why two metrics cannot be compared: only an equal digest of the dataset says that they were measured on the same. */
function datasetDifference(a: Metric, b: Metric): string | undefined {
  const [ours, theirs] = [a.dataset?.digest, b.dataset?.digest];
  if (ours === undefined || ours === '') return `no dataset was logged with ${a.key} of the candidate`;
  if (theirs === undefined || theirs === '')
    return `no dataset was logged with ${a.key} of the current version`;
  return ours === theirs
    ? undefined
    : `${a.key} was measured on different datasets (${show(ours, 40)} and ${show(theirs, 40)})`;
}

function finite({ value }: Metric): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A value as people read it. */
export function valueText({ value }: Pick<Metric, 'value'>): string {
  return typeof value === 'number' ? String(value) : show(value, 40);
}
