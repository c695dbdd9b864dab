import { describe, expect, test } from 'vitest';
import { moreVersions, PROD, PROMOTER, RUN, STAGING } from '../../emulator/seeds/demo-models.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { fieldsOf } from '../../src/actions/contract/read-inputs.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { ACTIONS } from '../../src/index.ts';
import { clearDownload, DOWNLOAD_FOLDER } from '../../bench/download-folder.ts';
import { following } from '../../bench/crafted-pins.ts';
import { craftedPlan, given as handOn } from '../../bench/crafted-plan.ts';
import { printedTodo } from './expectations.ts';
import { world } from './harness.ts';
import { variablesOfDefaults, inputVariable } from './runner-inputs.ts';

const actions: readonly Action[] = await Promise.all(Object.values(ACTIONS).map((load) => load()));

/** Inputs with which each action goes through. */
const GOOD: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'check-connection': {},
  'find-version': { model: STAGING, where: 'validation_status=approved' },
  'validate-signature': { model: STAGING, version: '1' },
  'validate-version': { model: STAGING, version: '1', 'validate-command': 'check', 'dry-run': 'true' },
  'download-version': { model: STAGING, version: '1', folder: DOWNLOAD_FOLDER },
  'update-serving': { model: PROD, alias: 'Champion', endpoints: 'fraud-rt', 'dry-run': 'true' },
  'manage-model': { model: PROD, description: 'Other.', 'dry-run': 'true' },
  'clean-up': { model: PROD, 'dry-run': 'true' },
  'gate-on-grants': { model: STAGING },
  'copy-version': { source: `models:/${STAGING}/1`, destination: PROD, 'dry-run': 'true' },
  'register-version': { source: `runs:/${RUN}/model`, destination: PROD, 'dry-run': 'true' },
  'tag-status': { model: STAGING, version: '1', require: 'validation_status=approved', 'dry-run': 'true' },
  'set-alias': { model: PROD, alias: 'Champion', version: '2', 'dry-run': 'true' },
  apply: { ...handOn(craftedPlan(2)), 'dry-run': 'true' },
  rollback: {
    model: PROD,
    alias: 'Champion',
    'from-version': '2',
    'to-version': '1',
    reason: 'incident 7',
    'dry-run': 'true',
  },
  promote: { source: `models:/${STAGING}/1`, destination: PROD, 'dry-run': 'true' },
  'audit-aliases': { models: 'prod.ml_team.*' },
  'sync-aliases': { ...following('copied'), 'dry-run': 'true' },
};

/** What the issue names at the least. */
const AT_LEAST = [
  'alias',
  'require-status',
  'require',
  'version',
  'expected-version',
  'principal',
  'forbid',
  'models',
  'token',
];

const inputs = actions.flatMap((action) =>
  [...fieldsOf(action)].map(([name, field]) => ({ action, name, field })),
);
const strict = inputs.filter(({ field }) => field.mayBeEmpty !== true);

test('what must not be empty is at least what opens a gate, and what GitHub passes for it when it is left out is not empty', () => {
  for (const name of AT_LEAST) expect(strict.map((each) => each.name)).toContain(name);
  const undecidable = strict.filter(
    ({ action, name, field }) =>
      field.required !== true && variablesOfDefaults(action.name)[inputVariable(name)] === '',
  );
  expect(undecidable.map(({ action, name }) => `${action.name} ${name}`)).toEqual([]);
});

test('where none is a value, another word stands for what is left out', () => {
  const expectations = inputs.filter(
    ({ action, name }) =>
      name.startsWith('expected-') && action.inputs.shape[name]?.safeParse('none').success === true,
  );
  expect(expectations.length).toBeGreaterThan(0);
  for (const { field } of expectations) expect(field.leftOut).toBe('any');
});

describe.each(
  strict.map(({ action, name, field }) => ({ title: `${action.name} ${name}`, action, name, field })),
)('$title', ({ action, name, field }) => {
  test('given and empty: invalid, one message, nothing asked', async () => {
    const { run } = await world();
    for (const empty of ['', '  ']) {
      const seen = await run(action, { ...GOOD[action.name], [name]: empty });
      expect(seen.outputs['outcome']).toBe('invalid');
      expect(seen.report.error?.message).toMatch(
        new RegExp(`^Input \`${name}\` is (?:missing or )?empty\\.$`, 'u'),
      );
      expect(printedTodo(seen)).toContain(
        field.emptyBecause ??
          (field.secret === true
            ? 'the secret may not exist'
            : 'the variable, input or output may not exist'),
      );
      expect(seen.records).toEqual([]);
    }
  });
});

describe('the word for what is left out', () => {
  const words = strict.filter(({ field }) => field.leftOut !== undefined);

  test.each(actions.map((action) => [action.name, action] as const))(
    '%s: handing it on for every such input is the same as leaving them out',
    async (_name, action) => {
      const handed = Object.fromEntries(
        words.filter((each) => each.action === action).map(({ name, field }) => [name, field.leftOut ?? '']),
      );
      const good = GOOD[action.name] ?? {};
      const { run, emulator } = await world();
      moreVersions(emulator.metastore);
      if (action.name === 'rollback') emulator.metastore.setAlias(PROD, 'Champion', 2);
      emulator.metastore.workspace.addEndpoint('fraud-rt', {
        creator: PROMOTER,
        served: [{ entity_name: PROD, entity_version: '2' }],
      });
      const left = await run(action, good);
      clearDownload();
      const handedOn = await run(action, { ...handed, ...good });
      expect(left.outputs['outcome'], left.report.verdict).toMatch(/^(?:ok|noop)$/u);
      expect({ ...handedOn.report, inputs: {} }.verdict).toBe(left.report.verdict);
      expect(handedOn.report.inputs).toEqual(left.report.inputs);
    },
  );
});

describe('what was open without a word', () => {
  test.each([
    ['a status that nobody requires', promote, { ...GOOD['promote'], 'require-status': '' }],
    ['a condition that no version must meet', findVersion, { model: STAGING, where: '' }],
    ['rights of the caller in place of a principal', gateOnGrants, { model: STAGING, principal: '' }],
    [
      'a version, so that the tags of the model are required',
      tagStatus,
      { model: STAGING, version: '', require: 'team=risk' },
    ],
    ['an expectation', setAlias, { model: PROD, alias: 'Champion', version: '1', 'expected-version': '' }],
  ] as const)('%s', async (_title, action, given) => {
    const { run } = await world();
    const seen = await run(action, given);
    expect(seen.outputs).toMatchObject({ outcome: 'invalid', changed: 'false' });
    expect(seen.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('a token that does not exist is not replaced by the one of a variable, and the other side is judged', async () => {
    const { run } = await world();
    const seen = await run(findVersion, { model: STAGING, token: '' });
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(printedTodo(seen)).toContain('environment:');
    const source = await run(promote, { ...GOOD['promote'], 'source-token': '', 'source-host': '' });
    expect(source.report.error?.message).toContain('source-host, source-token');
  });
});
