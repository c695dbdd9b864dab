import { expect, test } from 'vitest';
import type { Change } from '../../src/plan/change.ts';
import type { ModelVersion } from '../../src/domain/model.ts';
import { asPlanned } from '../../src/policy/planned.ts';

const NAME = { catalog: 'prod', schema: 'ml', model: 'fraud' };
const VERSION: ModelVersion = {
  name: NAME,
  version: 2,
  status: 'READY',
  aliases: [],
  tags: [
    { key: 'team', value: 'risk' },
    { key: 'uc_promote_hold', value: 'the copy is not verified yet' },
  ],
  dependencies: [],
};

function tag(version: number, key: string, to: string | null, name = NAME): Change {
  return { kind: 'tag', target: { kind: 'version', name, version }, key, from: null, to };
}

test.each<[string, Change[], Record<string, string>]>([
  ['nothing', [], { team: 'risk', uc_promote_hold: 'the copy is not verified yet' }],
  ['a tag taken away', [tag(2, 'uc_promote_hold', null)], { team: 'risk' }],
  [
    'one set, one changed, one after the other',
    [tag(2, 'uc_promote_hold', null), tag(2, 'team', 'a'), tag(2, 'team', 'b'), tag(2, 'new', '')],
    { team: 'b', new: '' },
  ],
  [
    'what is about something else',
    [
      tag(3, 'team', 'x'),
      tag(2, 'team', 'x', { ...NAME, model: 'other' }),
      { kind: 'tag', target: { kind: 'model', name: NAME }, key: 'team', from: null, to: 'x' },
      { kind: 'alias', name: NAME, alias: 'Champion', from: 1, to: 2 },
    ],
    { team: 'risk', uc_promote_hold: 'the copy is not verified yet' },
  ],
])('%s', (_title, planned, tags) => {
  const after = asPlanned(VERSION, planned);
  expect(Object.fromEntries(after.tags.map(({ key, value }) => [key, value]))).toEqual(tags);
  expect({ ...after, tags: [] }).toEqual({ ...VERSION, tags: [] });
});
