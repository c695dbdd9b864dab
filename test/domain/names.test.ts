import { describe, expect, test } from 'vitest';
import { parseAlias, sameAlias } from '../../src/domain/alias.ts';
import { formatFullName, parseFullName, sameFullName } from '../../src/domain/full-name.ts';
import {
  cameFromVersion,
  formatModelUri,
  formatReference,
  parseModelUri,
  parseVersion,
} from '../../src/domain/model-uri.ts';
import type { Parsed } from '../../src/domain/parsed.ts';

/** What was read, or what was wrong and how to mend it. */
const resultOf = <T>(result: Parsed<T>) => (result.ok ? result.value : `${result.problem} ${result.fix}`);
const NAME = { catalog: 'prod', schema: 'ml', model: 'fraud' };
const EXAMPLE = 'Write catalog.schema.model, for example prod.ml_team.fraud_detection.';

describe('a full name', () => {
  for (const [text, wanted] of [
    ['prod.ml.fraud', NAME],
    ['  prod.ml.fraud\n', NAME],
    ['Prod.ML.Fraud', { catalog: 'Prod', schema: 'ML', model: 'Fraud' }],
    ['a-b.c_d.modèle日本', { catalog: 'a-b', schema: 'c_d', model: 'modèle日本' }],
    ['', `"" is empty. ${EXAMPLE}`],
    ['fraud', `"fraud" has 1 level, not three. ${EXAMPLE}`],
    ['ml.fraud', `"ml.fraud" has 2 levels, not three. ${EXAMPLE}`],
    ['a.b.c.d', `"a.b.c.d" has 4 levels, not three. ${EXAMPLE}`],
    ['a..c', `"a..c" has 2 levels, not three. ${EXAMPLE}`],
    ['.b.c', `".b.c" has 2 levels, not three. ${EXAMPLE}`],
    [
      'models:/prod.ml.fraud/7',
      '"models:/prod.ml.fraud/7" is a model URI, but a name is expected. Write prod.ml.fraud.',
    ],
    [
      'models:/prod.ml.fraud@Champion',
      '"models:/prod.ml.fraud@Champion" is a model URI, but a name is expected. Write prod.ml.fraud.',
    ],
    [
      'models://prod.ml.fraud/7',
      '"models://prod.ml.fraud/7" is a model URI, but a name is expected. Write prod.ml.fraud.',
    ],
  ] as const) {
    test(JSON.stringify(text), () => expect(resultOf(parseFullName(text))).toEqual(wanted));
  }

  for (const text of ['a b.c.d', 'a/b.c.d', 'a.b.c\u0000', 'a.b.c\td', `a.b.${'x'.repeat(256)}`]) {
    test(`${JSON.stringify(text.slice(0, 20))} has what Unity Catalog forbids`, () => {
      expect(resultOf(parseFullName(text))).toContain(
        'contains a character that Unity Catalog does not allow in a name',
      );
    });
  }

  test('is written as it was read, and compares without case where it has three levels', () => {
    expect(formatFullName(NAME)).toBe('prod.ml.fraud');
    expect([
      sameFullName(NAME, { ...NAME, model: 'FRAUD' }, 'three-level'),
      sameFullName(NAME, { ...NAME, model: 'x' }, 'three-level'),
      sameFullName(NAME, { ...NAME, model: 'FRAUD' }, 'any'),
      sameFullName(NAME, { ...NAME }, 'any'),
    ]).toEqual([true, false, false, true]);
  });
});

describe('a version number', () => {
  const fix = 'Write a whole number, 1 or greater, such as 7.';
  for (const [text, wanted] of [
    ['7', 7],
    [' 12 ', 12],
    ['999999999999999', 999_999_999_999_999],
    ['0', `"0" is not a version number. ${fix}`],
    ['-1', `"-1" is not a version number. ${fix}`],
    ['1.5', `"1.5" is not a version number. ${fix}`],
    ['1e3', `"1e3" is not a version number. ${fix}`],
    ['07', `"07" is not a version number. ${fix}`],
    ['+7', `"+7" is not a version number. ${fix}`],
    ['', `"" is not a version number. ${fix}`],
    [
      'v7',
      '"v7" is not a version number. Write only the number: 7. To find the newest READY version, use find-version.',
    ],
    ['１', `"１" is not a version number. ${fix}`],
    ['9999999999999999', `"9999999999999999" is not a version number. ${fix}`],
    [
      'Latest',
      `"latest" is not a version in Unity Catalog. ${fix} To find the newest READY version, use find-version.`,
    ],
  ] as const) {
    test(JSON.stringify(text), () => expect(resultOf(parseVersion(text))).toEqual(wanted));
  }
});

describe('an alias', () => {
  for (const text of [
    'Champion',
    'champion_2',
    'v',
    'v1x',
    'latest-1',
    '7',
    'Größe',
    'a'.repeat(255),
    '候补',
  ]) {
    test(`${JSON.stringify(text.slice(0, 20))} is one`, () =>
      expect(resultOf(parseAlias(` ${text} `))).toBe(text));
  }
  for (const [text, problem] of [
    ['', 'it is blank. Write a name such as Champion.'],
    ['   ', 'it is blank. Write a name such as Champion.'],
    ['latest', '"latest" is reserved by the registry. Choose another name, such as Champion.'],
    ['LATEST', '"LATEST" is reserved by the registry. Choose another name, such as Champion.'],
    [
      'v12',
      '"v12" is reserved: "v" followed by digits means a version number. Choose another name, such as Champion, or give the number as version.',
    ],
    [
      'V1',
      '"V1" is reserved: "v" followed by digits means a version number. Choose another name, such as Champion, or give the number as version.',
    ],
    ['@Champion', '"@Champion" begins with "@". Write Champion.'],
    ['a b', '"a b" contains a character that is not allowed in an alias. Use letters, digits, "_" and "-".'],
    ['a.b', '"a.b" contains a character that is not allowed in an alias. Use letters, digits, "_" and "-".'],
    ['a/b', '"a/b" contains a character that is not allowed in an alias. Use letters, digits, "_" and "-".'],
    ['a'.repeat(256), 'it has 256 characters; at most 255 are allowed. Shorten it.'],
  ] as const) {
    test(`${JSON.stringify(text.slice(0, 20))} is none`, () =>
      expect(resultOf(parseAlias(text))).toBe(problem));
  }

  test.each([
    ['case-insensitive', 'CHAMPION', true],
    ['case-insensitive', 'Champion2', false],
    ['case-sensitive', 'CHAMPION', false],
    ['case-sensitive', 'Champion', true],
  ] as const)('%s: Champion and %s are the same: %s', (aliases, other, same) => {
    expect(sameAlias('Champion', other, { aliases })).toBe(same);
  });
});

describe('a model URI', () => {
  const version = { name: NAME, selector: { kind: 'version', version: 7 } } as const;
  const alias = { name: NAME, selector: { kind: 'alias', alias: 'Champion' } } as const;
  for (const [text, wanted] of [
    ['models:/prod.ml.fraud/7', version],
    [' models:/prod.ml.fraud/7 ', version],
    ['models:/prod.ml.fraud@Champion', alias],
  ] as const) {
    test(text, () => expect(resultOf(parseModelUri(text))).toEqual(wanted));
  }

  for (const [text, message] of [
    ['prod.ml.fraud', /is not a model URI\. Write models:\/prod\.ml\.fraud\/<version> or @<alias>\.$/u],
    ['prod.ml.fraud/7', /is not a model URI\. Write models:\/prod\.ml\.fraud\/7\.$/u],
    ['prod.ml.fraud@Champion', /is not a model URI\. Write models:\/prod\.ml\.fraud@Champion\.$/u],
    ['models:/prod.ml.fraud', /names no version/u],
    ['models:/prod.ml.fraud/', /ends without a version\. Add the number, such as 7/u],
    ['models:/prod.ml.fraud@', /ends without an alias\. Add the alias, such as Champion/u],
    ['models:/prod.ml.fraud/0', /"0" is not a version number/u],
    ['models:/prod.ml.fraud/latest', /"latest" is not a version/u],
    [
      'models:/prod.ml.fraud/Production',
      /"Production" is a stage, and Unity Catalog has no stages\. Use an alias/u,
    ],
    ['models:/prod.ml.fraud@latest', /reserved/u],
    ['models:/m-0123456789abcdef', /A logged model is not a registered version/u],
    ['runs:/abc/model', /is not a model URI/u],
    ['dbfs:/model', /is not a model URI/u],
    ['', /is not a model URI/u],
  ] as const) {
    test(`${JSON.stringify(text)} is refused`, () => expect(resultOf(parseModelUri(text))).toMatch(message));
  }

  test('is written by number always, a reference as its author would', () => {
    expect([formatModelUri(NAME, 7), formatReference(version), formatReference(alias)]).toEqual([
      'models:/prod.ml.fraud/7',
      'models:/prod.ml.fraud/7',
      'models:/prod.ml.fraud@Champion',
    ]);
  });
});

test.each([
  ['models:/dev.ml.fraud/1', true],
  ['models:/dev.ml.fraud@Champion', true],
  ['models:/m-mine/1', true],
  ['models:/m-0123456789abcdef', false],
  ['runs:/abc/model', false],
  ['dbfs:/models:/a/1', false],
  [undefined, false],
])('a version of the source %s was copied: %s', (source, copied) => {
  expect(cameFromVersion(source)).toBe(copied);
});
