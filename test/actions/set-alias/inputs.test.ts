import { describe, expect, test } from 'vitest';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { world } from '../harness.ts';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';

async function ready() {
  const started = await world();
  moreVersions(started.emulator.metastore);
  return started;
}

const GOOD = { model: PROD, alias: 'Champion', version: '2' };

describe('inputs that are wrong by themselves: invalid, named with the fix, and no request', () => {
  for (const [title, inputs, message, fix] of [
    [
      'two levels',
      { ...GOOD, model: 'ml_team.fraud' },
      'Input `model`: "ml_team.fraud" has 2 levels, not three.',
      'Write catalog.schema.model, for example prod.ml_team.fraud_detection.',
    ],
    [
      'four levels',
      { ...GOOD, model: 'a.b.c.d' },
      'Input `model`: "a.b.c.d" has 4 levels, not three.',
      'Write catalog.schema.model, for example prod.ml_team.fraud_detection.',
    ],
    [
      'a URI',
      { ...GOOD, model: `models:/${PROD}/2` },
      `Input \`model\`: "models:/${PROD}/2" is a model URI, but a name is expected.`,
      `Write ${PROD}.`,
    ],
    [
      'a URI by alias',
      { ...GOOD, model: `models:/${PROD}@Champion` },
      `Input \`model\`: "models:/${PROD}@Champion" is a model URI, but a name is expected.`,
      `Write ${PROD}.`,
    ],
    [
      'a space in a name',
      { ...GOOD, model: 'prod.ml team.fraud' },
      'Input `model`: "prod.ml team.fraud" contains a character that Unity Catalog does not allow in a name (space, slash, control character), or a level with more than 255 characters.',
      'Write catalog.schema.model, for example prod.ml_team.fraud_detection.',
    ],
    [
      'no model',
      { alias: 'Champion', version: '2' },
      'Input `model` is missing or empty.',
      'Add `model: prod.ml_team.fraud_detection` to the step.',
    ],
    [
      'version and from-alias',
      { ...GOOD, 'from-alias': 'Other' },
      'Inputs `version` and `from-alias`: both are given.',
      'Remove one of the two.',
    ],
    [
      'neither',
      { model: PROD, alias: 'Champion' },
      'Inputs `version` or `from-alias`: none is given.',
      'Give exactly one of them.',
    ],
    [
      'delete with version',
      { ...GOOD, delete: 'true' },
      'Input `version` is given together with delete.',
      'Remove one of the two.',
    ],
    [
      'version 0',
      { ...GOOD, version: '0' },
      'Input `version`: "0" is not a version number.',
      'Write a whole number, 1 or greater, such as 7.',
    ],
    [
      'version 1.5',
      { ...GOOD, version: '1.5' },
      'Input `version`: "1.5" is not a version number.',
      'Write a whole number, 1 or greater, such as 7.',
    ],
    [
      'version -1',
      { ...GOOD, version: '-1' },
      'Input `version`: "-1" is not a version number.',
      'Write a whole number, 1 or greater, such as 7.',
    ],
    [
      'version latest',
      { ...GOOD, version: 'latest' },
      'Input `version`: "latest" is not a version in Unity Catalog.',
      'Write a whole number, 1 or greater, such as 7. To find the newest READY version, use find-version.',
    ],
    [
      'alias latest',
      { ...GOOD, alias: 'Latest' },
      'Input `alias`: "Latest" is reserved by the registry.',
      'Choose another name, such as Champion.',
    ],
    [
      'alias v12',
      { ...GOOD, alias: 'V12' },
      'Input `alias`: "V12" is reserved: "v" followed by digits means a version number.',
      'Choose another name, such as Champion, or give the number as version.',
    ],
    [
      'blank alias',
      { ...GOOD, alias: '   ' },
      'Input `alias` is missing or empty.',
      'Add `alias: Champion` to the step.',
    ],
    [
      'alias none',
      { ...GOOD, alias: 'none' },
      'Input `alias`: "none" means that the input is left out, and cannot be an alias.',
      'Name an alias, such as Champion.',
    ],
    [
      'alias of 256 characters',
      { ...GOOD, alias: 'a'.repeat(256) },
      'Input `alias` has 256 characters; at most 255 are allowed.',
      'Shorten it.',
    ],
    [
      'alias with a dot',
      { ...GOOD, alias: 'a.b' },
      'Input `alias`: "a.b" contains a character that is not allowed in an alias.',
      'Use letters, digits, "_" and "-".',
    ],
    [
      'alias with @',
      { ...GOOD, alias: '@Champion' },
      'Input `alias`: "@Champion" begins with "@".',
      'Write Champion.',
    ],
    [
      'expected-version latest',
      { ...GOOD, 'expected-version': 'latest' },
      'Input `expected-version`: "latest" is not a version in Unity Catalog.',
      'Write a whole number, 1 or greater, such as 7.',
    ],
    [
      'dry-run maybe',
      { ...GOOD, 'dry-run': 'maybe' },
      'Input `dry-run`: "maybe" is neither true nor false.',
      'Write true or false.',
    ],
    [
      'an unknown check mode',
      { ...GOOD, 'check-privileges': 'none' },
      'Input `check-privileges`: "none" is not one of the allowed values.',
      'Use one of: fail, warn, off.',
    ],
    [
      'plain http',
      { ...GOOD, host: 'http://example.com' },
      'Input `host` begins with http://, but a token must not be sent unencrypted.',
      'Write https://<workspace host>',
    ],
  ] as const) {
    test(title, async () => {
      const { run } = await ready();
      const seen = await run(setAlias, inputs);
      expectRefused(seen, 'invalid');
      expect(seen.report.error?.message).toBe(message);
      expect(seen.verdict).toBe(`❌ Invalid: ${message.replace(/\.$/u, '')}`);
      expect(printedTodo(seen)).toContain(fix);
      expect(seen.annotations[0]?.message.slice(0, 300)).toContain(fix);
      expect([seen.requests, seen.annotations.length]).toEqual([[], 1]);
    });
  }

  test('every fault at once, each with its fix', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, {
      model: 'ml_team.fraud',
      alias: 'v3',
      version: '0',
      'from-alias': 'latest',
      'expected-version': 'x',
      delete: 'perhaps',
      'require-signature': 'sometimes',
    });
    expectRefused(seen, 'invalid');
    const faults = [
      'model',
      'alias',
      'version',
      'from-alias',
      'expected-version',
      'delete',
      'require-signature',
      'version and from-alias',
    ];
    expect(seen.report.error?.message).toMatch(/^8 problems with the inputs: /u);
    const list = seen.report.todo.find((block) => block.kind === 'list');
    expect(
      list?.kind === 'list'
        ? list.items.map((item) => /^Inputs? (.*`)/u.exec(item.split(':')[0] ?? '')?.[1]).sort()
        : [],
    ).toEqual(faults.map((each) => each.replaceAll(/[a-z-]{4,}/gu, '`$&`')).sort());
  });

  test('a missing host and token name input and variable', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, GOOD, { environment: { DATABRICKS_HOST: '', DATABRICKS_TOKEN: '' } });
    expectRefused(seen, 'invalid');
    expect(printedTodo(seen)).toContain('or set the variable DATABRICKS_HOST.');
    expect(printedTodo(seen)).toContain('or set the variable DATABRICKS_TOKEN.');
  });
});
