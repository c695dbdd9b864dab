import { describe, expect, test } from 'vitest';
import * as yaml from 'yaml';
import { readPins } from '../../../src/documents/pins/read-pins.ts';
import { documentFaultText } from '../../../src/domain/document-fault.ts';
import { formatFullName } from '../../../src/domain/full-name.ts';
import { formatTarget, type PinRules } from '../../../src/domain/pin.ts';
import { bytesOf } from '../read.ts';

const UNITY: PinRules = { names: 'three-level', aliases: 'case-insensitive' };
const MLFLOW: PinRules = { names: 'any', aliases: 'case-sensitive' };
const MODEL = 'prod.ml_team.fraud_detection';
const STAGING = 'staging.ml_team.fraud_detection';

const EXAMPLE = `# What production serves.
${MODEL}:
  Champion: ${STAGING}/37
  Challenger: 12 # retrained in prod
  Shadow: none

"prod.ml_team.churn":
  Champion: 7
`;

const filesOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([path, text]) => ({ path, bytes: bytesOf(text) }));

async function pinsIn(text: string, rules = UNITY): Promise<string[]> {
  const read = await readPins(filesOf({ 'aliases.yml': text }), rules);
  if (!read.ok) throw new Error(read.faults.map(documentFaultText).join('\n'));
  return read.pins.map(
    ({ name, alias, target, place }) =>
      `${formatFullName(name)}@${alias} = ${target.kind} ${formatTarget(target)} (${place.line}:${place.column})`,
  );
}

async function faultsIn(text: string | Readonly<Record<string, string>>, rules = UNITY): Promise<string[]> {
  const read = await readPins(filesOf(typeof text === 'string' ? { 'a.yml': text } : text), rules);
  return read.ok ? [] : read.faults.map(documentFaultText);
}

describe('what is read', () => {
  test('copies, numbers and none, each with its place', async () => {
    expect(await pinsIn(EXAMPLE)).toEqual([
      `${MODEL}@Champion = copy ${STAGING}/37 (3:3)`,
      `${MODEL}@Challenger = version 12 (4:3)`,
      `${MODEL}@Shadow = none none (5:3)`,
      'prod.ml_team.churn@Champion = version 7 (8:3)',
    ]);
  });

  test('in one line, by a number in quotes, and a version of the model itself in any case', async () => {
    expect(await pinsIn(`{ ${MODEL}: { A: "12", B: ${MODEL.toUpperCase()}/9 } }`)).toEqual([
      `${MODEL}@A = version 12 (1:35)`,
      `${MODEL}@B = version 9 (1:44)`,
    ]);
  });

  test('nothing, said as such', async () => {
    expect(await pinsIn('{}')).toEqual([]);
    expect(await pinsIn(`${MODEL}: {}`)).toEqual([]);
  });

  test('names without levels, where a registry has such', async () => {
    expect(await pinsIn('fraud:\n  Champion: fraud-staging/3\n  champion: 2\n', MLFLOW)).toEqual([
      'fraud@Champion = copy fraud-staging/3 (2:3)',
      'fraud@champion = version 2 (3:3)',
    ]);
  });
});

describe('what is wrong', () => {
  test.each<readonly [text: string, place: string, said: RegExp]>([
    ['- a\n', 'a.yml:1:1', /no mapping of models/u],
    ['text\n', 'a.yml:1:1', /no mapping of models/u],
    ['7\n', 'a.yml:1:1', /no mapping of models/u],
    [`${MODEL}:\n`, 'a.yml:1:1', /left empty is no mapping of aliases/u],
    [`${MODEL}: 7\n`, 'a.yml:1:31', /no mapping of aliases/u],
    [`${MODEL}: [Champion]\n`, 'a.yml:1:31', /A list is no mapping of aliases/u],
    ['prod.fraud:\n  Champion: 1\n', 'a.yml:1:1', /2 levels, not three/u],
    [`models:/${MODEL}:\n  Champion: 1\n`, 'a.yml:1:1', /a model URI/u],
    [`${MODEL}:\n  latest: 1\n`, 'a.yml:2:3', /reserved/u],
    [`${MODEL}:\n  v7: 1\n`, 'a.yml:2:3', /version number/u],
    [`${MODEL}:\n  "@Champion": 1\n`, 'a.yml:2:3', /begins with "@"/u],
    [`${MODEL}:\n  "a b": 1\n`, 'a.yml:2:3', /not allowed in an alias/u],
    [`${MODEL}:\n  Champion:\n`, 'a.yml:2:3', /left empty.*write none/u],
    [`${MODEL}:\n  Champion: null\n`, 'a.yml:2:13', /left empty/u],
    [`${MODEL}:\n  Champion: ''\n`, 'a.yml:2:13', /left empty/u],
    [`${MODEL}:\n  Champion: true\n`, 'a.yml:2:13', /neither a number nor a text/u],
    [`${MODEL}:\n  Champion: [1]\n`, 'a.yml:2:13', /A list/u],
    [`${MODEL}:\n  Champion: {version: 1}\n`, 'a.yml:2:13', /A mapping/u],
    [`${MODEL}:\n  Champion: 0\n`, 'a.yml:2:13', /not a version number/u],
    [`${MODEL}:\n  Champion: -3\n`, 'a.yml:2:13', /not a version number/u],
    [`${MODEL}:\n  Champion: 1.5\n`, 'a.yml:2:13', /not a version number/u],
    [`${MODEL}:\n  Champion: 99999999999999999999\n`, 'a.yml:2:13', /./u],
    [`${MODEL}:\n  Champion: v12\n`, 'a.yml:2:13', /not a version number/u],
    [`${MODEL}:\n  Champion: latest\n`, 'a.yml:2:13', /latest/u],
    [`${MODEL}:\n  Champion: None\n`, 'a.yml:2:13', /not a version number/u],
    [`${MODEL}:\n  Champion: ${STAGING}@Champion\n`, 'a.yml:2:13', /names an alias/u],
    [`${MODEL}:\n  Champion: ${STAGING}\n`, 'a.yml:2:13', /not a version number/u],
    [`${MODEL}:\n  Champion: ${STAGING}/latest\n`, 'a.yml:2:13', /latest/u],
    [`${MODEL}:\n  Champion: ${STAGING}/\n`, 'a.yml:2:13', /not a version number/u],
    [`${MODEL}:\n  Champion: staging.fraud/37\n`, 'a.yml:2:13', /2 levels, not three/u],
    [`${MODEL}:\n  Champion: models:/${STAGING}/37\n`, 'a.yml:2:13', /a model URI.*Write staging/u],
    [`${MODEL}:\n  Champion: ${STAGING}/ 37\n`, 'a.yml:2:13', /spaces around it or around a slash/u],
    [`${MODEL}:\n  "Champion ": 1\n`, 'a.yml:2:3', /spaces around it/u],
    [`" ${MODEL}":\n  Champion: 1\n`, 'a.yml:1:1', /spaces around it/u],
    [`${MODEL}:\n  Champion: 1\n  Champion: 2\n`, 'a.yml:3:3', /Champion/u],
    [`${MODEL}:\n  Champion: 1\n  champion: 2\n`, 'a.yml:3:3', /pinned at a\.yml:2:3 already/u],
    [
      `${MODEL}:\n  A: 1\nPROD.ml_team.Fraud_Detection:\n  a: 1\n`,
      'a.yml:4:3',
      /pinned at a\.yml:2:3 already/u,
    ],
  ])('%j', async (text, place, said) => {
    const faults = await faultsIn(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`${place}`);
    expect(faults[0]).toMatch(said);
  });

  test('an alias that two files pin is named in both', async () => {
    const files = { 'a.yml': `${MODEL}:\n  Champion: 1\n`, 'b.yml': `${MODEL}:\n  CHAMPION: 1\n` };
    expect(await faultsIn(files)).toEqual([
      'b.yml:2:3: "CHAMPION" of this model is pinned at a.yml:2:3 already. Remove one of the two.',
    ]);
    expect(await faultsIn(files, { ...UNITY, aliases: 'case-sensitive' })).toEqual([]);
  });

  test('everything at once', async () => {
    const text = `prod.fraud:\n  latest: 0\n${MODEL}:\n  A: x\n  B:\n`;
    expect((await faultsIn(text)).map((each) => each.split(/[,:] /u)[0])).toEqual([
      'a.yml:1:1',
      'a.yml:2:3',
      'a.yml:2:11',
      'a.yml:4:6',
      'a.yml:5:3',
    ]);
  });
});

/** What a reader of YAML alone makes of a file of pins: an oracle that knows nothing of ours but the grammar of its values. */
function plainPins(text: string): Map<string, string> | undefined {
  const value: unknown = yaml.parse(text, { schema: 'core' });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const found = new Map<string, string>();
  for (const [model, aliases] of Object.entries(value as Record<string, unknown>)) {
    if (typeof aliases !== 'object' || aliases === null || Array.isArray(aliases)) return undefined;
    for (const [alias, target] of Object.entries(aliases as Record<string, unknown>)) {
      const said = String(target).trim();
      const own = said.toLowerCase().startsWith(`${model.toLowerCase()}/`);
      found.set(`${model}@${alias}`, own ? said.slice(said.lastIndexOf('/') + 1) : said);
    }
  }
  return found;
}

/** Every text that one slip of the hand makes of the example. */
function mutations(): string[] {
  const inserted = [
    ' ',
    '\t',
    '\n',
    ':',
    '-',
    '"',
    '#',
    '/',
    '@',
    '.',
    '{',
    ']',
    '&',
    '*',
    '!',
    '%',
    '\u00a0',
    '\0',
  ];
  const texts = new Set<string>();
  for (let at = 0; at <= EXAMPLE.length; at += 1) {
    texts.add(EXAMPLE.slice(0, at));
    texts.add(EXAMPLE.slice(0, at) + EXAMPLE.slice(at + 1));
    texts.add(EXAMPLE.slice(0, at) + EXAMPLE.slice(at, at + 1).repeat(2) + EXAMPLE.slice(at + 1));
    const character = inserted[at % inserted.length] ?? '';
    for (const each of [character, inserted[(at * 7 + 3) % inserted.length] ?? ''])
      texts.add(EXAMPLE.slice(0, at) + each + EXAMPLE.slice(at));
  }
  const lines = EXAMPLE.split('\n');
  for (const index of lines.keys()) {
    texts.add(lines.toSpliced(index, 1).join('\n'));
    texts.add(lines.toSpliced(index, 0, lines[index] ?? '').join('\n'));
    texts.add(lines.toSpliced(index, 1, `  ${lines[index] ?? ''}`).join('\n'));
    texts.add(lines.toSpliced(index, 1, (lines[index] ?? '').trimStart()).join('\n'));
  }
  texts.delete(EXAMPLE);
  return [...texts];
}

test('hundreds of slips: what a reader of YAML makes of them, or faults with line, column and fix', async () => {
  const texts = mutations();
  expect(texts.length).toBeGreaterThan(600);
  let refused = 0;
  for (const text of texts) {
    const read = await readPins(filesOf({ 'aliases.yml': text }), UNITY);
    if (read.ok) {
      const pins = new Map(
        read.pins.map(({ name, alias, target }) => [
          `${formatFullName(name)}@${alias}`,
          formatTarget(target),
        ]),
      );
      expect([text, pins]).toEqual([text, plainPins(text)]);
      continue;
    }
    refused += 1;
    const lines = text.split('\n');
    expect(read.faults.length, text).toBeGreaterThan(0);
    for (const { place, problem, fix } of read.faults) {
      expect(place.file).toBe('aliases.yml');
      expect(place.line, text).toBeLessThanOrEqual(lines.length);
      expect(place.column, text).toBeLessThanOrEqual((lines[place.line - 1] ?? '').length + 2);
      expect(problem).toMatch(/[^\s].*[.!]$/su);
      expect(fix).toMatch(/[^\s].*[.!]$/su);
      expect(`${problem}${fix}`).not.toMatch(/undefined|\[object|Error:|\n\s+at /u);
    }
  }
  expect(refused).toBeGreaterThan(300);
});
