import { describe, expect, test } from 'vitest';
import type { Metric } from '../../../src/domain/metric.ts';
import { METRIC_INPUTS } from '../../../src/inputs/metrics.ts';
import {
  decideMetrics,
  type MetricRequirement,
  type VersionMetrics,
} from '../../../src/policy/metrics/decide.ts';

const parse = (text: string): readonly MetricRequirement[] =>
  METRIC_INPUTS['require-metrics'].parse(text) ?? [];

const Q3 = { name: 'holdout', digest: 'd3' };
const auc = (value: number | string, dataset: Metric['dataset'] = Q3): Metric => ({
  key: 'auc',
  value,
  dataset,
});
const bare = (value: number | string): Metric => ({ key: 'auc', value });

const judge = (line: string, candidate: VersionMetrics, champion?: VersionMetrics) => {
  const { allowed, judged, findings } = decideMetrics(parse(line), { candidate, champion });
  expect(findings.length > 0).toBe(!allowed);
  return judged.map(({ result }) => result).join();
};

describe('a number', () => {
  test.each([
    ['auc >= 0.9', 0.9, 'passed'],
    ['auc > 0.9', 0.9, 'refused'],
    ['auc >= 0.9', 0.8999, 'refused'],
    ['auc <= .5', 0.5, 'passed'],
    ['auc < 5e-1', 0.5, 'refused'],
    ['auc > -1', 0, 'passed'],
  ] as const)('%s with %d: %s', (line, value, result) => {
    expect(judge(line, [bare(value)])).toBe(result);
  });
});

describe('the current version', () => {
  test.each([
    ['auc >= champion', 0.9, 0.9, 'passed'],
    ['auc > champion', 0.9, 0.9, 'refused'],
    ['auc >= champion - 0.01', 0.89, 0.9, 'passed'],
    ['auc >= champion - 0.01', 0.8899, 0.9, 'refused'],
    ['auc >= Champion-0.1', 0.7, 0.8, 'passed'],
    ['auc <= champion + 0.1', 0.3, 0.2, 'passed'],
    ['auc < champion+0.1', 0.3, 0.2, 'refused'],
  ] as const)('%s with %d and %d: %s', (line, ours, theirs, result) => {
    expect(judge(line, [auc(ours)], [auc(theirs)])).toBe(result);
  });
});

describe('what cannot be compared refuses', () => {
  const good = [auc(0.99)];
  const line = 'auc >= champion';
  test.each([
    ['no metric of the candidate', line, [], good],
    ['no metric of the current version', line, good, []],
    ['no current version', line, good, undefined],
    ['metrics that were not read', line, { unread: 'closed' }, good],
    ['those of the current version that were not read', line, good, { unread: 'closed' }],
    ['NaN', 'auc >= 0', [auc('NaN')], undefined],
    ['infinity', 'auc >= 0', [auc('Infinity')], undefined],
    ['a number that JavaScript has none for', 'auc >= 0', [auc(Number.POSITIVE_INFINITY)], undefined],
    ['NaN of the current version', line, good, [auc('NaN')]],
    ['another dataset', line, good, [auc(0.5, { name: 'holdout', digest: 'd4' })]],
    ['no dataset of the candidate', line, [bare(0.99)], good],
    ['no dataset of the current version', line, good, [bare(0.5)]],
    ['no dataset of either', line, [bare(0.99)], [bare(0.5)]],
    [
      'an empty digest of both',
      line,
      [auc(0.99, { name: 'x', digest: '' })],
      [auc(0.5, { name: 'x', digest: '' })],
    ],
    ['two datasets', 'auc >= 0.5', [auc(0.9), auc(0.9, { name: 'holdout', digest: 'd4' })], undefined],
    ['two values', 'auc >= 0.5', [auc(0.9), auc(0.8)], undefined],
    ['another key', 'AUC >= 0.5', good, undefined],
  ] as const)('%s', (_name, text, candidate, champion) => {
    expect(judge(text, candidate, champion)).toBe('incomparable');
  });

  test('the same value twice is one', () => {
    expect(judge('auc >= 0.5', [auc(0.9), auc(0.9)])).toBe('passed');
  });
});

test('every line is judged, and one that fails refuses', () => {
  const { allowed, judged } = decideMetrics(parse('auc >= 0.9\n# a comment\nauc >= 0.95'), {
    candidate: [bare(0.92)],
    champion: undefined,
  });
  expect([allowed, judged.map(({ result }) => result)]).toEqual([false, ['passed', 'refused']]);
});

describe('lines', () => {
  test('of any key', () => {
    expect(parse('val/f1 score>=0.5')).toEqual([
      {
        key: 'val/f1 score',
        operator: '>=',
        bound: { kind: 'number', value: 0.5 },
        text: 'val/f1 score>=0.5',
      },
    ]);
  });

  test.each([
    'auc',
    'auc = 0.9',
    'auc == 0.9',
    'auc >= ',
    '>= 0.9',
    'auc >= 0,9',
    'auc >= 90%',
    'auc >= NaN',
    'auc >= Infinity',
    'auc >= 1e999',
    'auc >= challenger',
    'auc >= champion - champion',
    'auc >= champion * 0.9',
    'auc >= champion - 1e999',
    'auc => 0.9',
    '0.5 <= auc <= 0.9',
  ])('%j is none', (line) => {
    expect(METRIC_INPUTS['require-metrics'].safeParse(line).success).toBe(false);
  });
});
