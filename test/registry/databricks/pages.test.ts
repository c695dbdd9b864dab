import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { databricksPages } from '../../../src/registry/databricks/pages.ts';

const NAME = { catalog: 'prod', schema: 'ml_team', model: 'fraud-detection' };
const ORIGIN = 'https://adb-123.4.azuredatabricks.net';

describe('pages of a workspace', () => {
  test('are at the addresses that MLflow prints', () => {
    const pages = databricksPages('123');
    expect([pages.model(NAME), pages.version(NAME, 6), pages.job('987')]).toEqual([
      '/explore/data/models/prod/ml_team/fraud-detection?o=123',
      '/explore/data/models/prod/ml_team/fraud-detection/version/6?o=123',
      '/jobs/987?o=123',
    ]);
    expect(databricksPages(undefined).version(NAME, 6)).toBe(
      '/explore/data/models/prod/ml_team/fraud-detection/version/6',
    );
  });

  test.each(['fraud-rt', 'Fraud_2'])('an endpoint %j has one', (name) => {
    expect(databricksPages('123').endpoint(name)).toBe(`/ml/endpoints/${name}?o=123`);
  });

  test.each(['', '..', 'a/b', 'a?b', 'a b', 'x'.repeat(64)])('an endpoint %j has none', (name) => {
    expect(databricksPages('123').endpoint(name)).toBeUndefined();
  });

  test.each(['0', '', '12&x=1', '1#top', 'abc', ' 1'])('a workspace %j is not named', (id) => {
    expect(databricksPages(id).job('987')).toBe('/jobs/987');
  });

  test.each(['0', '', '../x', '1?x', '1/2'])('a job %j has none, nor has a run of it', (id) => {
    const pages = databricksPages('123');
    expect([pages.job(id), pages.run(id, '7'), pages.run('7', id)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(pages.run('7', '8')).toBe('/jobs/7/runs/8?o=123');
  });

  test.each([
    ['a b"><script>', 'a%20b%22%3E%3Cscript%3E'],
    ["it's(!)*~", 'it%27s%28%21%29%2A%7E'],
    ['100%', '100%25'],
    ['?x=1&y#z', '%3Fx%3D1%26y%23z'],
    ['modèle', 'mod%C3%A8le'],
    ['user@host:80', 'user%40host%3A80'],
    ['[x](y)|`z`', '%5Bx%5D%28y%29%7C%60z%60'],
    ['half \ud800', 'half%20%EF%BF%BD'],
  ])('a level %j is %s', (model, encoded) => {
    expect(databricksPages('123').model({ ...NAME, model })).toBe(
      `/explore/data/models/prod/ml_team/${encoded}?o=123`,
    );
  });

  test.each(['', '.', '..', 'a.b', 'a/b'])('a level %j, which no model has, has none', (level) => {
    const pages = databricksPages('123');
    for (const key of ['catalog', 'schema', 'model'] as const) {
      expect(pages.model({ ...NAME, [key]: level })).toBeUndefined();
      expect(pages.version({ ...NAME, [key]: level }, 1)).toBeUndefined();
    }
  });

  test('whatever a name is, they are below Catalog Explorer of the same host, a segment a level', () => {
    const level = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.record({ catalog: level, schema: level, model: level }), (name) => {
        const path = databricksPages('123').version(name, 6);
        if (path === undefined) return /[./]/u.test(Object.values(name).join(''));
        const url = new URL(`${ORIGIN}${path}`);
        const levels = url.pathname.split('/').slice(4, 7).map(decodeURIComponent);
        return (
          url.origin === ORIGIN &&
          url.href === `${ORIGIN}${path}` &&
          url.search === '?o=123' &&
          url.hash === '' &&
          /^\/explore\/data\/models\/[^/]+\/[^/]+\/[^/]+\/version\/6$/u.test(url.pathname) &&
          levels.join('/') === Object.values(name).join('/').toWellFormed()
        );
      }),
    );
  });
});
