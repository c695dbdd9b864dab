import { show } from '../domain/printable.ts';
import type { Bound, MetricRequirement } from '../policy/metrics/decide.ts';
import { optional, type InputsOf } from './fields.ts';
import { parsedLines, splitLines, type LineFault } from './lines.ts';

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;

const LINE = /^(?<key>[^<>=]+?)\s*(?<operator>>=|<=|>|<)\s*(?<bound>[^<>=]+)$/u;
const ABSOLUTE = new RegExp(`^${NUMBER}$`, 'u');
const RELATIVE = new RegExp(
  String.raw`^champion(?:\s*(?<sign>[-+])\s*(?<margin>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))?$`,
  'iu',
);

/** Lines `auc >= 0.9` and `auc >= champion - 0.01`. */
const metricLines = parsedLines((value) => {
  const requirements: MetricRequirement[] = [];
  const faults: LineFault[] = [];
  for (const { text, number } of splitLines(value)) {
    const { key, operator, bound } = LINE.exec(text)?.groups ?? {};
    const read = bound === undefined ? undefined : boundOf(bound.trim());
    if (key === undefined || read === undefined)
      faults.push({
        line: number,
        problem: `"${show(text, 60)}" is not a comparison of a metric.`,
        fix: 'Write lines such as "auc >= 0.9" or "auc >= champion - 0.01", with >=, >, <= or <.',
      });
    else
      requirements.push({
        key: key.trim(),
        operator: operator as MetricRequirement['operator'],
        bound: read,
        text,
      });
  }
  return { value: requirements, faults };
});

function boundOf(text: string): Bound | undefined {
  if (ABSOLUTE.test(text) && Number.isFinite(Number(text))) return { kind: 'number', value: Number(text) };
  const relative = RELATIVE.exec(text)?.groups;
  if (relative === undefined) return undefined;
  const margin = Number(relative['margin'] ?? '0');
  if (!Number.isFinite(margin)) return undefined;
  return { kind: 'champion', plus: relative['sign'] === '-' ? -margin : margin };
}

/** Inputs of every action that requires metrics. */
export const METRIC_INPUTS = {
  'require-metrics': optional(metricLines, {
    description:
      'Metrics that the version must have, one comparison per line: `auc >= 0.9`, or `auc >= champion - 0.01` with the current version. A metric that is missing, not a finite number, or logged several times, refuses; with `champion` also one that was not logged with the same dataset digest for both.',
  }),
};

/** What a registry must have for an input. */
export const METRIC_NEEDS = { 'require-metrics': ['metrics'] } as const;

/** The inputs of {@link METRIC_INPUTS} as values. */
export type MetricInputs = InputsOf<typeof METRIC_INPUTS>;
