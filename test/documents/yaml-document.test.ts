import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as yaml from 'yaml';
import { DOCUMENT_LIMITS, readYaml } from '../../src/documents/yaml-document.ts';
import { bytesOf, documentOf, faultsIn, FILE } from './read.ts';

describe('what is read', () => {
  test.each<readonly [text: string, value: unknown]>([
    ['a: 1\nb: text\nc: true\nd: null\ne: 1.5\n', { a: 1, b: 'text', c: true, d: null, e: 1.5 }],
    ['- a\n- [b, c]\n- {d: e}\n', ['a', ['b', 'c'], { d: 'e' }]],
    ['# a comment\n---\na: |\n  one\n  two\n', { a: 'one\ntwo\n' }],
    ['\uFEFFa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    // Words of YAML 1.1 are texts.
    ['a: yes\nb: off\nc: 2026-11-29\nd: 12:30\n', { a: 'yes', b: 'off', c: '2026-11-29', d: '12:30' }],
    ['"1": a\n"*": b\nconstructor: c\n', { '1': 'a', '*': 'b', constructor: 'c' }],
    ['a:\n', { a: null }],
    ['text', 'text'],
  ])('%j', async (text, value) => {
    const { value: read } = await documentOf(text);
    expect(read).toEqual(value);
  });

  test('whatever JSON can say, written by the library, is read back', async () => {
    const texts = fc.string({
      unit: fc.constantFrom('a', 'B', '1', ' ', ':', '#', '-', '"', "'", '*', '&', '!', 'é', '😀'),
    });
    const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme-ascii' });
    // Numbers that cannot be kept exactly and the key __proto__ are refused at any depth, which has tests below.
    const isKept = (given: unknown) => !/\d{16}|e\+|"__proto__":/u.test(JSON.stringify(given));
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(texts, value.filter(isKept), { minKeys: 1, noNullPrototype: true }),
        async (given) => {
          const { value: read } = await documentOf(yaml.stringify(given));
          // JSON has no -0, and YAML has.
          expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(given)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('places', () => {
  const text =
    'models:\n  - name: prod.*\n    aliases: [Champion, Prod]\n\n  - name: x\n    note:\n"a b": {c: 1}\n';

  test.each<readonly [path: readonly PropertyKey[], part: 'key' | 'value', line: number, column: number]>([
    [[], 'value', 1, 1],
    [['models'], 'key', 1, 1],
    [['models'], 'value', 2, 3],
    [['models', 0], 'value', 2, 5],
    [['models', 0, 'name'], 'key', 2, 5],
    [['models', 0, 'name'], 'value', 2, 11],
    [['models', 0, 'aliases', 1], 'value', 3, 25],
    [['models', 1, 'name'], 'value', 5, 11],
    [['a b', 'c'], 'value', 7, 12],
    // What is left empty stands where its key does.
    [['models', 1, 'note'], 'value', 6, 5],
    // What is not there is in what it would be in.
    [['models', 1, 'aliases', 3], 'value', 5, 5],
    [['nowhere'], 'value', 1, 1],
  ])('%j, its %s', async (path, part, line, column) => {
    const document = await documentOf(text);
    expect(document.placeOf(path, part)).toEqual({ file: FILE, line, column });
  });
});

describe('what is refused, each with its place and its fix', () => {
  test.each<readonly [text: string, faults: readonly string[]]>([
    ['', ['policy.yml:1:1: The file is empty. Write its content, or delete it.']],
    ['# only this\n', ['policy.yml:1:1: The file is empty. Write its content, or delete it.']],
    ['---\n', ['policy.yml:1:1: The file is empty. Write its content, or delete it.']],
    [
      'a: 1\nb: 2\na: 3\nb: 4\n',
      [
        'policy.yml:3:1, at "a": The key "a" occurs twice. Keep one of the two.',
        'policy.yml:4:1, at "b": The key "b" occurs twice. Keep one of the two.',
      ],
    ],
    [
      'a: &x [1]\nb: *x\n*x : 1\n',
      [
        'policy.yml:1:7, at "a": The value has the anchor &x. Remove it, and write each value where it is meant; a text that begins with & needs quotes.',
        'policy.yml:2:4, at "b": The alias *x stands for a value elsewhere. Write the value itself; a text that begins with * needs quotes.',
        'policy.yml:3:1, at "b": The alias *x stands for a value elsewhere. Write the value itself; a text that begins with * needs quotes.',
      ],
    ],
    [
      'a: !!str 1\nb: !mine 2\n',
      [
        'policy.yml:1:10, at "a": The value has the tag tag:yaml.org,2002:str. Remove it: a text is written in quotes. A text that begins with ! needs quotes too.',
        'policy.yml:2:10, at "b": The value has the tag !mine. Remove it: a text is written in quotes. A text that begins with ! needs quotes too.',
      ],
    ],
    [
      'a: 1\n---\nb: 2\n',
      [
        'policy.yml:2:1, at "a": A second document begins here. Write one document: remove the line "---" or "..." and what belongs to another file.',
      ],
    ],
    [
      '%YAML 1.1\n---\na: yes\n',
      [
        'policy.yml:1:1: The line %YAML 1.1 is a directive, which may change what the file says. Remove it. A text that begins with % needs quotes.',
      ],
    ],
    [
      '2026: a\ntrue: b\n[x]: c\n: d\n',
      [
        'policy.yml:1:1: The key 2026 is not a text. Write it in quotes: "2026".',
        'policy.yml:2:1: The key true is not a text. Write it in quotes: "true".',
        'policy.yml:3:1: A key is not a text. Write the key as a word, in one line.',
        'policy.yml:4:1: A key is missing before the colon. Write the key before the colon.',
      ],
    ],
    ['__proto__: {a: 1}\n', ['policy.yml:1:1: The key "__proto__" is not allowed. Use another name.']],
    [
      'a:\n  - {__proto__: 0}\n',
      ['policy.yml:2:6, at "a": The key "__proto__" is not allowed. Use another name.'],
    ],
    [
      'a: 12345678901234567890\nb: .inf\n',
      [
        'policy.yml:1:4, at "a": The number 12345678901234567890 cannot be kept exactly. Write a smaller number, or a text in quotes: "12345678901234567890".',
        'policy.yml:2:4, at "b": The number .inf cannot be kept exactly. Write a smaller number, or a text in quotes: ".inf".',
      ],
    ],
    [
      'a:\n\tb: 1\n',
      [
        'policy.yml:2:1, at "a": This is not valid YAML: Tabs are not allowed as indentation. Indent by spaces.',
      ],
    ],
    [
      'a: b: c\nd: "x\n',
      [
        'policy.yml:1:4, at "a.b": This is not valid YAML: Nested mappings are not allowed in compact mappings. Write the value on its own line with deeper indentation, or in quotes if the colon belongs to it.',
        'policy.yml:3:1, at "a.d": This is not valid YAML: Missing closing "quote. Add the missing character: a closing quote, bracket or comma, or a space after the colon.',
      ],
    ],
    [
      'a: x\u202Ey\nb:\u00A01\n',
      [
        'policy.yml:1:5: It contains the character \\u{202e}, which people do not see. Delete it, or write a plain space in its place.',
        'policy.yml:2:3: It contains the character \\u{a0}, which people do not see. Delete it, or write a plain space in its place.',
      ],
    ],
  ])('%j', async (text, faults) => {
    expect(await faultsIn(text)).toEqual(faults);
  });

  test('bytes that are no UTF-8', async () => {
    expect(await faultsIn(Uint8Array.of(0x61, 0x3a, 0x0a, 0x62, 0xff))).toEqual([
      'policy.yml:2:2: These bytes are not UTF-8. Save the file as UTF-8.',
    ]);
  });

  test('more bytes and more levels than the limits', async () => {
    expect(await faultsIn('a: 12345678\n', { bytes: 10, depth: 5 })).toEqual([
      'policy.yml:1:1: The file has 12 bytes, more than the maximum of 10 bytes. Remove what is not needed, or split the file.',
    ]);
    const deep = (levels: number) => `a: ${'['.repeat(levels)}${']'.repeat(levels)}\n`;
    expect(await faultsIn(deep(4), { bytes: 1000, depth: 5 })).toEqual([]);
    expect(await faultsIn(deep(6), { bytes: 1000, depth: 5 })).toEqual([
      'policy.yml:1:8: Lists and mappings are nested more than 5 deep. Write it with fewer levels.',
    ]);
  });
});

describe('files made to hurt', () => {
  const fill = (unit: string) => unit.repeat(Math.floor(DOCUMENT_LIMITS.bytes / bytesOf(unit).length));

  test.each([
    ['brackets', fill('[')],
    ['braces', fill('{a: ')],
    ['dashes', fill('- ')],
    ['question marks', fill('? ')],
    ['colons', fill('a: ')],
    ['closing brackets', fill('}')],
    ['documents', fill('---\n')],
    ['quotes', fill('"')],
    ['faulty lines', fill('a: [}\n')],
    ['anchors', fill('- &a 1\n')],
    ['the same key', fill('a:\n')],
    ['nothing that is seen', fill('\u200B')],
    ['spaces', fill(' ')],
    [
      'a billion laughs',
      `a0: &a0 ha\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(10)}]`).join('\n')}\n`,
    ],
  ])('%s', { timeout: 60_000 }, async (_name, text) => {
    const start = performance.now();
    const faults = await faultsIn(text);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThanOrEqual(100);
    expect(faults.every((fault) => /^policy\.yml:\d+:\d+(?:, at "[^\n]+")?: .+ .+\.$/u.test(fault))).toBe(
      true,
    );
    // About two seconds at most on a quiet machine; what grows by the square takes minutes.
    expect(performance.now() - start).toBeLessThan(30_000);
  });

  test('what is left out of a long list of faults is counted', async () => {
    const faults = await faultsIn('a: 1\n'.repeat(301));
    expect(faults).toHaveLength(100);
    expect(faults.at(-1)).toBe(
      'policy.yml:101:1: 201 more problems follow from here. Correct those above first.',
    );
  });

  test('tens of thousands of keys are read', { timeout: 60_000 }, async () => {
    const start = performance.now();
    const document = await documentOf(
      Array.from({ length: 25_000 }, (_, index) => `k${index}: 1\n`).join(''),
    );
    expect(Object.keys(document.value as object)).toHaveLength(25_000);
    expect(performance.now() - start).toBeLessThan(30_000);
  });

  test('any bytes and any text of the signs of YAML are read or refused, never thrown at', async () => {
    const signs = fc.string({
      unit: fc.constantFrom(
        'a',
        '1',
        ' ',
        '  ',
        '\n',
        '\n  ',
        ':',
        ': ',
        '- ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '|\n',
        '>',
        '&a ',
        '*a',
        '!t ',
        '? ',
        '#',
        '%',
        '---\n',
        '...\n',
        '<<: ',
        '\t',
        '@',
        '`',
        '\\',
      ),
      maxLength: 60,
    });
    const bytes = fc.uint8Array({ maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: signs.map(bytesOf) }, bytes), async (given) => {
        const read = await readYaml(given, FILE);
        if (read.ok) return;
        expect(read.faults.length).toBeGreaterThan(0);
        const lines = new TextDecoder().decode(given).split('\n');
        for (const { place, problem, fix } of read.faults) {
          expect(place.line).toBeLessThanOrEqual(lines.length);
          expect(place.column).toBeLessThanOrEqual((lines[place.line - 1] ?? '').length + 1);
          expect(problem).toMatch(/\.$/u);
          expect(fix).toMatch(/\.$/u);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
