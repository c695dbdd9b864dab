import { describe, expect, test } from 'vitest';
import type { Metric } from '../../../src/domain/metric.ts';
import { shownMetrics, type SeenMetrics } from '../../../src/policy/metrics/shown.ts';

const OF = 'models:/a.b.c/2';
const WITH = 'models:/a.b.c/1';
const on = (key: string, value: number | string, digest?: string): Metric => ({
  key,
  value,
  ...(digest === undefined ? {} : { dataset: { name: 'holdout', digest } }),
});
const shown = (ours: readonly Metric[], theirs: readonly Metric[], judged?: readonly string[]) =>
  shownMetrics({ uri: OF, seen: { metrics: ours } }, { uri: WITH, seen: { metrics: theirs } }, judged);
const rows = (...args: Parameters<typeof shown>) =>
  shown(...args)?.metrics.map(({ metric, value, dataset, current, currentDataset }) => [
    metric,
    value,
    dataset,
    current,
    currentDataset,
  ]);

describe('metrics side by side', () => {
  test('those of both first, by name; what one lacks is null', () => {
    expect(
      rows(
        [on('f1', 0.8, 'd1'), on('auc', 0.9, 'd1'), on('ours', 1)],
        [on('auc', 0.95, 'd1'), on('f1', 0.7), on('theirs', 2)],
      ),
    ).toEqual([
      ['auc', 0.9, 'd1', 0.95, 'd1'],
      ['f1', 0.8, 'd1', 0.7, null],
      ['ours', 1, null, null, null],
      ['theirs', null, null, 2, null],
    ]);
  });

  test('of several datasets each beside its own, and none beside another', () => {
    expect(
      rows([on('auc', 0.9, 'd1'), on('auc', 0.8, 'd2')], [on('auc', 0.7, 'd2'), on('auc', 0.6, 'd3')]),
    ).toEqual([
      ['auc', 0.8, 'd2', 0.7, 'd2'],
      ['auc', 0.9, 'd1', null, null],
      ['auc', null, null, 0.6, 'd3'],
    ]);
    expect(rows([on('auc', 0.9, 'd1')], [on('auc', 0.7, 'd2'), on('auc', 0.6, 'd3')])?.[0]).toEqual([
      'auc',
      0.9,
      'd1',
      null,
      null,
    ]);
  });

  test('what no number can be is its text, and an empty digest is none', () => {
    expect(rows([on('a', Number.NaN), on('b', Infinity, ''), on('c', 'NaN')], [])).toEqual([
      ['a', 'NaN', null, null, null],
      ['b', 'Infinity', null, null, null],
      ['c', 'NaN', null, null, null],
    ]);
  });

  test('at most twelve, of long names the beginning, and how many more', () => {
    const many = Array.from({ length: 500 }, (_, at) =>
      on(`m${String(at).padStart(3, '0')}${'x'.repeat(400)}`, at),
    );
    const found = shown(many, []);
    expect([found?.metrics.length, found?.more]).toEqual([12, 488]);
    expect(Math.max(...(found?.metrics ?? []).map(({ metric }) => metric.length))).toBeLessThan(160);
  });

  test('what is judged elsewhere is left out', () => {
    expect(rows([on('auc', 0.9), on('f1', 0.8)], [on('auc', 0.9)], ['auc'])).toEqual([
      ['f1', 0.8, null, null, null],
    ]);
    expect(shown([on('auc', 0.9)], [on('auc', 0.9)], ['auc'])).toBeUndefined();
  });
});

describe('what was not read', () => {
  const refused: SeenMetrics = { unread: 'the caller may not read its experiment', isExpected: false };
  const absent: SeenMetrics = {
    unread: 'the version names neither a run nor a logged model',
    isExpected: true,
  };
  const none: SeenMetrics = { metrics: [] };
  const some: SeenMetrics = { metrics: [on('auc', 1)] };

  test.each([
    ['a refusal alone', refused, none, [refused.unread, null]],
    ['a refusal of the current one', none, refused, [null, refused.unread]],
    ['one without a run beside one with metrics', some, absent, [null, absent.unread]],
    ['neither has a run', absent, absent, undefined],
    ['neither has metrics', none, none, undefined],
  ] as const)('%s', (_name, ours, theirs, wanted) => {
    const found = shownMetrics({ uri: OF, seen: ours }, { uri: WITH, seen: theirs });
    expect(found === undefined ? undefined : [found.unread, found.currentUnread]).toEqual(wanted);
  });

  test('without a current version there is none to compare with', () => {
    expect(shownMetrics({ uri: OF, seen: some }, undefined)).toMatchObject({
      with: null,
      currentUnread: null,
    });
  });
});
