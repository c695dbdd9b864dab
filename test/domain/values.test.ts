import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decide, underMode, type Decision } from '../../src/domain/decision.ts';
import { formatDuration, parseDuration } from '../../src/domain/duration.ts';
import { hasCode, invalidInputs, messageOf, PromoteError } from '../../src/domain/errors.ts';
import { formatPattern, matchesPattern, parseModelPattern } from '../../src/domain/model-pattern.ts';
import { nearestWord } from '../../src/domain/nearest-word.ts';
import { OUTCOME_MEANINGS, OUTCOMES } from '../../src/domain/outcome.ts';
import { PRODUCT } from '../../src/domain/product.ts';
import {
  canonicalPrivilege,
  sameSecurable,
  securablePath,
  sqlPrivilege,
} from '../../src/domain/privilege.ts';
import { holdOf } from '../../src/domain/hold.ts';
import { isPrivateTag } from '../../src/domain/tag-keys.ts';
import { show } from '../../src/domain/printable.ts';

describe('durations', () => {
  for (const [text, ms] of [
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['45', 45_000],
    [' 0 ', 0],
    ['596h', 2_145_600_000],
    ['2147483', 2_147_483_000],
  ] as const) {
    test(text, () => expect(parseDuration(text)).toEqual({ ok: true, value: ms }));
  }
  for (const text of ['', '1 h', '1d', '1.5h', '-5', '15M', 'soon', '1h30m', '9999999999s']) {
    test(`${JSON.stringify(text)} is none`, () => {
      expect(parseDuration(text)).toMatchObject({
        ok: false,
        fix: 'Write 90s, 15m, 2h or a number of seconds, at most 596h.',
      });
    });
  }
  for (const text of ['597h', '600h', '35792m', '2147484', '999999999h']) {
    test(`${text} is longer than any timer: it would fire at once`, () => {
      expect(parseDuration(text)).toEqual({
        ok: false,
        problem: `"${text}" is longer than the maximum of 596h.`,
        fix: 'Write 90s, 15m, 2h or a number of seconds, at most 596h.',
      });
    });
  }
  test('as a reader says them', () => {
    expect([0, 999, 1000, 59_400, 61_000, 3_600_000, 5_430_000].map(formatDuration)).toEqual([
      '0 ms',
      '999 ms',
      '1 s',
      '59 s',
      '1 min 1 s',
      '1 h 0 min',
      '1 h 30 min',
    ]);
  });
});

describe('patterns of models', () => {
  const matched = (pattern: string, name: string) => {
    const parsed = parseModelPattern(pattern);
    const [catalog = '', schema = '', model = ''] = name.split('.');
    return parsed.ok && matchesPattern(parsed.value, { catalog, schema, model });
  };
  for (const [pattern, yes, no] of [
    ['prod.ml.*', 'prod.ml.anything', ''],
    ['prod.ml.fraud_*', 'prod.ml.FRAUD_v2', 'prod.ml.antifraud_v2'],
    ['prod.ml.*_v2', 'prod.ml.fraud_v2', 'prod.ml.fraud_v22'],
    ['prod.ml.a*b*c', 'prod.ml.aXbYc', 'prod.ml.acb'],
    ['prod.ml.fraud', 'PROD.ml.Fraud', 'prod.ml.fraud2'],
    ['prod.ml.(x)*', 'prod.ml.(x)y', 'prod.ml.xy'],
  ] as const) {
    test(pattern, () => {
      expect([matched(pattern, yes), no !== '' && matched(pattern, no)]).toEqual([true, false]);
    });
  }
  test('are written as they were read', () => {
    for (const pattern of ['prod.*', 'prod.ml.*', 'prod.ml.fraud_*', 'prod.ml.fraud']) {
      const parsed = parseModelPattern(pattern);
      expect(parsed.ok ? formatPattern(parsed.value) : parsed.problem).toBe(pattern);
    }
  });
});

describe('tags', () => {
  test('which never travel by *', () => {
    const keys = [
      'validation_status',
      'approval_x',
      'Approval',
      'uc_promote_origin',
      'mlflow.source',
      'dataset',
      'my_approval',
    ];
    expect(keys.map(isPrivateTag)).toEqual([true, true, true, true, true, false, false]);
  });
  test('a hold is the reason that its tag gives, even an empty one', () => {
    expect(holdOf({ tags: [{ key: 'uc_promote_hold', value: 'why' }] })).toBe('why');
    expect(holdOf({ tags: [{ key: 'uc_promote_hold', value: '' }] })).toBe('');
    expect(holdOf({ tags: [] })).toBeUndefined();
  });
});

describe('privileges and securables', () => {
  test('one spelling within, SQL without', () => {
    expect(['use catalog', ' USE_CATALOG ', 'Use  Catalog'].map(canonicalPrivilege)).toEqual(
      Array(3).fill('USE_CATALOG'),
    );
    expect(sqlPrivilege('CREATE_MODEL_VERSION')).toBe('CREATE MODEL VERSION');
  });
  test('a securable and its parents, nearest first; names compare without case', () => {
    expect(
      securablePath({ type: 'function', name: 'a.b.c' }).map(({ type, name }) => `${type} ${name}`),
    ).toEqual(['function a.b.c', 'schema a.b', 'catalog a']);
    expect(sameSecurable({ type: 'catalog', name: 'A' }, { type: 'catalog', name: 'a' })).toBe(true);
  });
});

describe('decisions', () => {
  const error = { code: 'x', severity: 'error', message: 'm' } as const;
  const note = { code: 'y', severity: 'note', message: 'n' } as const;
  test('an error refuses, nothing else does; warn lets it pass and says it', () => {
    expect([decide([]).allowed, decide([note]).allowed, decide([note, error]).allowed]).toEqual([
      true,
      true,
      false,
    ]);
    expect(underMode(decide([note, error]), 'fail').allowed).toBe(false);
    // Every row of grants that a decision rests on would be copied into each report.
    expect(underMode({ ...decide([note]), rights: [1] } as Decision, 'fail')).toEqual(decide([note]));
    expect(underMode(decide([note, error]), 'warn')).toEqual({
      allowed: true,
      findings: [note, { ...error, severity: 'warning' }],
    });
  });
});

describe('errors', () => {
  test('one fault is the message; many are counted and named, each once', () => {
    const fault = (input: string) => ({ input, problem: 'it is bad.', fix: 'Mend it.' });
    expect(invalidInputs([fault('model')]).message).toBe('Input `model` is bad.');
    expect(invalidInputs([fault('a'), fault('b'), fault('a')]).message).toBe(
      '3 problems with the inputs: a, b',
    );
    expect(invalidInputs([fault('a')]).details).toMatchObject({ code: 'invalid-input', outcome: 'invalid' });
  });
  test('codes and messages of anything thrown', () => {
    const error = new PromoteError('no', { code: 'not-found', outcome: 'invalid', cause: 'why' });
    expect([
      hasCode(error, 'conflict', 'not-found'),
      hasCode(error, 'conflict'),
      hasCode(new Error('x'), 'not-found'),
    ]).toEqual([true, false, false]);
    expect([messageOf(error), messageOf('text'), error.cause]).toEqual(['no', 'text', 'why']);
  });
});

test('a text in a message is cut, and what is unseen is made visible', () => {
  expect(show('plain')).toBe('plain');
  expect(show('x'.repeat(200), 10)).toBe(`${'x'.repeat(10)}…`);
  expect(show('a\u0000b\u202ec\u2028d\r\n\u00ade')).not.toMatch(/[\u0000\u202e\u2028\r\n\u00ad]/u);
});

test('every outcome has its meaning; those that are no success fail the step and say what next', () => {
  for (const outcome of OUTCOMES) {
    const { meaning, exitCode, next } = OUTCOME_MEANINGS[outcome];
    expect([meaning.endsWith('.'), next.endsWith('.'), exitCode]).toEqual([
      true,
      true,
      outcome === 'ok' || outcome === 'noop' ? 0 : 1,
    ]);
  }
});

test('the nearest word is a guess only when it is near', () => {
  expect([nearestWord('raed', ['read', 'write']), nearestWord('xyz', ['read', 'write'])]).toEqual([
    'read',
    undefined,
  ]);
});

test('name and version are those of package.json', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    name: string;
    version: string;
  };
  expect([PRODUCT.name, PRODUCT.version]).toEqual([manifest.name, manifest.version]);
});
