import { describe, expect, it } from 'vitest';
import type { Pin, PinTarget } from '../../../src/domain/pin.ts';
import { pinChanges } from '../../../src/policy/sync/pin-changes.ts';

const UNITY = { names: 'three-level', aliases: 'case-insensitive' } as const;
const MLFLOW = { names: 'any', aliases: 'case-sensitive' } as const;

function pin(model: string, alias: string, target: PinTarget, line = 1): Pin {
  const name = { catalog: 'prod', schema: 'ml_team', model };
  return { name, alias, target, place: { file: 'aliases.yml', line, column: 3 } };
}

const number = (version: number): PinTarget => ({ kind: 'version', version });
const copyOf = (schema: string, version: number): PinTarget => ({
  kind: 'copy',
  name: { catalog: 'staging', schema, model: 'm' },
  version,
});

describe('what changed between two states of the pins', () => {
  it('lists what is added, changed and removed, in the order of names', () => {
    const earlier = [
      pin('b', 'Champion', number(1)),
      pin('c', 'Champion', number(1)),
      pin('d', 'x', number(4)),
    ];
    const later = [
      pin('d', 'x', number(4), 9),
      pin('b', 'Champion', number(2), 5),
      pin('a', 'Champion', number(3)),
    ];
    expect(
      pinChanges(earlier, later, UNITY).map(({ name, from, to, place }) => [
        name.model,
        from,
        to,
        place.line,
      ]),
    ).toEqual([
      ['a', undefined, number(3), 1],
      ['b', number(1), number(2), 5],
      ['c', number(1), undefined, 1],
    ]);
  });

  it('takes another spelling for the same pin where the registry does', () => {
    const earlier = [pin('Fraud', 'Champion', copyOf('ml_team', 1))];
    const later = [pin('fraud', 'champion', copyOf('ML_TEAM', 1))];
    expect(pinChanges(earlier, later, UNITY)).toEqual([]);
    expect(pinChanges(earlier, later, MLFLOW)).toHaveLength(2);
  });

  it.each([
    ['a number and none', number(1), { kind: 'none' }],
    ['a number and a copy of that number', number(1), copyOf('ml_team', 1)],
    ['copies of two models', copyOf('ml_team', 1), copyOf('other', 1)],
    ['two numbers', number(1), number(2)],
  ] as const)('tells %s apart', (_, a, b) => {
    expect(pinChanges([pin('m', 'x', a)], [pin('m', 'x', b)], UNITY)).toHaveLength(1);
    expect(pinChanges([pin('m', 'x', b)], [pin('m', 'x', a)], UNITY)).toHaveLength(1);
    expect(pinChanges([pin('m', 'x', a)], [pin('m', 'x', a)], UNITY)).toEqual([]);
  });
});
