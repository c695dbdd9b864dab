import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATABRICKS_COMMANDS } from '../../src/registry/databricks/commands.ts';
import { mlflowCommands } from '../../src/registry/mlflow/commands.ts';
import { UNITY_CATALOG_COMMANDS } from '../../src/registry/unity-catalog/commands.ts';
import { judge } from './judge.ts';
import { aliases, fullNames, HOSTILE_LEVELS, HOSTILE_PRINCIPALS, texts } from './names.ts';
import { allPrinted, type Printed, type Subject } from './printers.ts';

const PLAIN: Subject = {
  name: { catalog: 'prod', schema: 'ml_team', model: 'fraud_detection' },
  alias: 'Champion',
  text: 'ml-deployers',
};

/** Subjects with a hostile text: at every place at once, then where it is not the first of its name. */
const SUBJECTS: readonly Subject[] = [
  ...HOSTILE_LEVELS.flatMap((level) => [
    { name: { catalog: level, schema: level, model: level }, alias: level, text: level },
    { ...PLAIN, name: { ...PLAIN.name, model: level } },
  ]),
  ...HOSTILE_PRINCIPALS.map((text) => ({ ...PLAIN, text })),
];

/** Every function of the objects that print, by its path: `databricks.grants.owner.command`. */
function printersIn(path: string, value: unknown): string[] {
  if (typeof value === 'function') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => printersIn(`${path}.${key}`, each));
}

test('every printer of every registry is tried', () => {
  const all = [
    ...printersIn('databricks', DATABRICKS_COMMANDS),
    ...printersIn('mlflow', mlflowCommands()),
    ...printersIn('unity-catalog', UNITY_CATALOG_COMMANDS),
  ];
  expect([...new Set(allPrinted(PLAIN).map(({ printer }) => printer))].sort()).toEqual(all.sort());
});

async function expectMeant(printed: readonly Printed[]): Promise<void> {
  for (const { text, found, meaning } of await judge(printed))
    expect({ text, found }).toEqual({ text, found: meaning });
}

test('an ordinary name is printed by every printer, and each text means what it is for', async () => {
  const printed = allPrinted(PLAIN);
  expect(printed.filter(({ text }) => text === undefined)).toEqual([]);
  await expectMeant(printed);
});

test('whatever is in a name, each text names it and nothing else', async () => {
  await expectMeant(SUBJECTS.flatMap(allPrinted));
});

test('so for any names', async () => {
  const subject = fc.record({ name: fullNames, alias: aliases, text: texts });
  const subjects = fc.array(subject, { minLength: 10, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(subjects, async (each) => expectMeant(each.flatMap(allPrinted))),
    { numRuns: 4, endOnFailure: true },
  );
}, 120_000);

describe('what cannot be printed safely', () => {
  /** Printers that print nothing for a text, of those that print something for an ordinary one. */
  function silent(subject: Subject): string[] {
    const without = allPrinted(subject).filter(({ text }) => text === undefined);
    return [...new Set(without.map(({ printer }) => printer))].sort();
  }
  const SQL = ['databricks.grants.grant', 'databricks.grants.revoke'];
  const OWNER = ['databricks.grants.owner.command'];
  const UC = ['unity-catalog.grants.grant', 'unity-catalog.grants.revoke'];

  test.each([
    ['a line end', 'a\nb', [...SQL, ...OWNER, ...UC]],
    ['a character that nobody sees', 'a\u200bb', [...SQL, ...OWNER, ...UC]],
    ['a blank that is not the plain one', 'a\u00a0b', [...SQL, ...OWNER, ...UC]],
    ['what the runner reads a command behind', '##[error]', [...SQL, ...OWNER, ...UC]],
    ['a variable of a notebook', '$team', SQL],
    ['a variable of Spark', '${team}', SQL],
    ['a parameter of an editor', '{{team}}', SQL],
    ['a dollar that is no variable', 'US$', []],
    ['a hyphen at the beginning', '-team', UC],
    ['double quotes around it', '"team"', UC],
    ['a double quote in it', 'te"am', []],
    ['back-quotes', 'te`am`', []],
    ['an apostrophe', "team's", []],
    ['letters of other scripts', 'équipe 模型 \u{1f600}', []],
  ])('%s in a principal: only the request', (_, text, printers) => {
    expect(silent({ ...PLAIN, text })).toEqual([...printers].sort());
  });

  test.each([
    ['a character that nobody sees', 'fra\u200bud', [...SQL, ...UC, 'unity-catalog.look']],
    ['what the runner reads a command behind', 'a##[x', [...SQL, ...UC, 'unity-catalog.look']],
    ['a number sign', 'fraud#2', []],
    ['a hyphen at the beginning', '-fraud', []],
    ['an apostrophe', "fraud's", []],
  ])('%s in the name of a model', (_, model, printers) => {
    expect(silent({ ...PLAIN, name: { ...PLAIN.name, model } })).toEqual([...printers].sort());
  });
});

test.each([
  [
    'prod.ml_team.fraud#2',
    'Champion',
    'databricks registered-models delete-alias prod.ml_team.fraud%232 Champion',
  ],
  ['prod.ml_team.a%b', 'Champion', 'databricks registered-models delete-alias prod.ml_team.a%25b Champion'],
  [
    "prod.ml_team.o'neil",
    'Champion',
    'databricks registered-models delete-alias prod.ml_team.o%27neil Champion',
  ],
  [
    '-prod.ml_team.fraud',
    'Champion',
    'databricks registered-models delete-alias -- -prod.ml_team.fraud Champion',
  ],
  [
    'prod.ml_team.fraud',
    '-Champion',
    'databricks registered-models delete-alias -- prod.ml_team.fraud -Champion',
  ],
])('the alias of %s is deleted by a command that reads as one expects', (full, alias, text) => {
  const [catalog = '', schema = '', model = ''] = full.split('.');
  expect(DATABRICKS_COMMANDS.alias?.({ catalog, schema, model }, alias, null).text).toBe(text);
});

test('flags stand before a name that begins like one', () => {
  const owner = DATABRICKS_COMMANDS.grants?.owner;
  expect(owner?.command({ type: 'function', name: '-prod.ml.fraud' }, '--force')).toBe(
    'databricks registered-models update --owner --force -- -prod.ml.fraud',
  );
});
