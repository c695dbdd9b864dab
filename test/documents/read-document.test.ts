import { expect, test } from 'vitest';
import * as z from 'zod';
import { documentFaultText, faultOfInput } from '../../src/domain/document-fault.ts';
import { faultText } from '../../src/domain/input-fault.ts';
import { parseVersion } from '../../src/domain/model-uri.ts';
import { readDocument } from '../../src/documents/read-document.ts';
import { parsed } from '../../src/inputs/fields.ts';
import { bytesOf, FILE } from './read.ts';

/** A schema with one of everything. */
const schema = z.strictObject({
  'max-changes': z.int().min(1).max(50).meta({ example: 'max-changes: 5' }),
  owner: z.string().min(1).max(10).optional(),
  strict: z.boolean().optional(),
  teams: z.array(z.strictObject({ name: z.string(), version: parsed(parseVersion).optional() })).min(1),
  mode: z.enum(['fail', 'warn']).default('fail'),
  pins: z
    .record(z.string().regex(/^[a-z]+$/u, 'This name has other signs than small letters.'), z.number())
    .optional(),
  window: z.union([z.literal('never'), z.strictObject({ from: z.string(), until: z.string() })]).optional(),
});

async function faults(text: string): Promise<string[]> {
  const read = await readDocument(bytesOf(text), FILE, schema);
  return read.ok ? [] : read.faults.map(documentFaultText);
}

const GOOD = 'max-changes: 5\nteams: [{name: a, version: "7"}]\n';

test('a good file is what its schema makes of it, and still knows its places', async () => {
  const read = await readDocument(bytesOf(GOOD), FILE, schema);
  expect(read).toMatchObject({
    ok: true,
    value: { 'max-changes': 5, mode: 'fail', teams: [{ name: 'a', version: 7 }] },
  });
  if (read.ok)
    expect(read.document.placeOf(['teams', 0, 'version'])).toEqual({ file: FILE, line: 2, column: 28 });
});

test.each<readonly [text: string, faults: readonly string[]]>([
  [
    `${GOOD}max-chnages: 5\n`,
    ['policy.yml:3:1, at "max-chnages": "max-chnages" is not a key that may stand here. Write max-changes.'],
  ],
  [
    'max-changes: 5\nteams:\n  - nmae: a\n',
    [
      'policy.yml:3:5, at "teams[0].name": The key "name" is missing. Add it.',
      'policy.yml:3:5, at "teams[0].nmae": "nmae" is not a key that may stand here. Write name.',
    ],
  ],
  [
    `${GOOD}zzzzzzzz: 1\n`,
    [
      'policy.yml:3:1, at "zzzzzzzz": "zzzzzzzz" is not a key that may stand here. Remove it, or use one of: max-changes, owner, strict, teams, mode, pins, window.',
    ],
  ],
  [
    'max-changes: many\nteams: {}\nowner: 12\nstrict: yes\n',
    [
      'policy.yml:1:14, at "max-changes": "many" is not a number. Write a number, such as max-changes: 5.',
      'policy.yml:2:8, at "teams": The mapping is not a list. Write a list.',
      'policy.yml:3:8, at "owner": 12 is not a text. Write it in quotes: "12".',
      'policy.yml:4:9, at "strict": "yes" is not true or false. Write true or false.',
    ],
  ],
  [
    'max-changes: 0.5\nteams: []\nowner: ""\nmode: fial\n',
    [
      'policy.yml:1:14, at "max-changes": 0.5 is not a whole number. Write a whole number, such as max-changes: 5.',
      'policy.yml:2:8, at "teams": The list has no entry. Correct it.',
      'policy.yml:3:8, at "owner": "" is too short. Correct it.',
      'policy.yml:4:7, at "mode": "fial" is not one of the allowed values. Write fail.',
    ],
  ],
  [
    'max-changes: 51\nteams:\n  - name: a\n    version: latest\n  - name:\nowner: a long name indeed\nmode: other\n',
    [
      'policy.yml:1:14, at "max-changes": 51 is more than the maximum of 50. Correct it, such as max-changes: 5.',
      'policy.yml:4:14, at "teams[0].version": "latest" is not a version in Unity Catalog. Write a whole number, 1 or greater, such as 7. To find the newest READY version, use find-version.',
      'policy.yml:5:5, at "teams[1].name": What is left empty is not a text. Write a text.',
      'policy.yml:6:8, at "owner": "a long name indeed" is longer than the maximum of 10 characters. Correct it.',
      'policy.yml:7:7, at "mode": "other" is not one of the allowed values. Use one of: fail, warn.',
    ],
  ],
  [
    `${GOOD}pins:\n  Prod: 1\n  ok: x\n`,
    [
      'policy.yml:4:3, at "pins.Prod": This name has other signs than small letters. Correct it.',
      'policy.yml:5:7, at "pins.ok": "x" is not a number. Write a number.',
    ],
  ],
  [
    `${GOOD}window: {from: a, utnil: b}\n`,
    [
      'policy.yml:3:1, at "window.until": The key "until" is missing. Add it.',
      'policy.yml:3:19, at "window.utnil": "utnil" is not a key that may stand here. Write until.',
    ],
  ],
  [
    'just a text\n',
    ['policy.yml:1:1: "just a text" is not a mapping of keys to values. Write a mapping of keys to values.'],
  ],
])('every fault at once: %j', async (text, expected) => {
  expect(await faults(text)).toEqual(expected);
});

test('as a fault of the input that named the file', () => {
  const fault = {
    place: { file: 'a/b.yml', line: 3, column: 5 },
    near: 'teams[0]',
    problem: 'It is odd.',
    fix: 'Correct it.',
  };
  expect(faultText(faultOfInput('policy', fault))).toBe(
    'Input `policy`: a/b.yml:3:5, at "teams[0]": It is odd. Correct it.',
  );
});
