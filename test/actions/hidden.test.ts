import { describe, expect, test } from 'vitest';
import { promote } from '../../src/actions/promote.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { CASES } from './action-cases.ts';
import { expectRefused } from './expectations.ts';
import { TOKENS, world } from './harness.ts';
import { runCase } from './run-case.ts';
import { GOOD_FILES, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const OTHER = 'prod.ml_team.other';

/** Those that name a model and check privileges; the others look around, and tell what they did not see. */
const NAMING = CASES.filter(
  ({ action, outcome, title }) =>
    outcome === 'ok' && !['audit-aliases', 'check-connection'].includes(action.name) && !/dry/u.test(title),
);

/** A registry may say of what it hides that it does not exist: which, is a switch of the emulator. */
describe.each(['403', '404'] as const)('what is hidden is answered by %s', (hiddenObject) => {
  test.each(NAMING.map((each) => [each.title, each] as const))(
    '%s: without rights it is denied, with the statement that opens it',
    async (_title, each) => {
      const seen = await runCase(each, {
        emulator: { switches: { hiddenObject } },
        run: { token: TOKENS.reader },
      });
      expectRefused(seen, 'denied');
      const statements = seen.report.todo.flatMap((block) => (block.kind === 'code' ? [block.text] : []));
      expect(statements.join('\n')).toMatch(
        /GRANT USE CATALOG ON CATALOG `(?:prod|staging)` TO `grace@example.com`/u,
      );
    },
  );

  test('check-privileges: warn is no way to call it invalid', async () => {
    const { run } = await world({ switches: { hiddenObject } });
    const inputs = { model: PROD, alias: 'Champion', version: '1', 'check-privileges': 'warn' };
    expectRefused(await run(setAlias, inputs, { token: TOKENS.reader }), 'denied');
  });
});

describe('what is hidden is answered by 404', () => {
  const hidden = () => world({ switches: { hiddenObject: '404' } });

  test('both possibilities are said, with the right that would tell them apart', async () => {
    const { run } = await hidden();
    const seen = await run(
      setAlias,
      { model: PROD, alias: 'Champion', delete: 'true' },
      { token: TOKENS.reader },
    );
    expect(seen.report.verdict).toBe(
      `Input \`model\`: the model ${PROD} does not exist or is hidden from grace@example.com, who lacks USE CATALOG on catalog prod`,
    );
  });

  test.each(['prod.ml_team.no_such_model', STAGING])(
    '%s: whoever may look into its parents is told both, as invalid',
    async (model) => {
      const { emulator, run } = await hidden();
      emulator.metastore.revoke('schema', 'staging.ml_team', 'ml-deployers', ['EXECUTE']);
      const seen = await run(setAlias, { model, alias: 'Champion', version: '1' });
      expectRefused(seen, 'invalid');
      expect(seen.report.verdict).toBe(
        `Input \`model\`: the model ${model} does not exist or is hidden from promoter`,
      );
      expect(seen.report.error?.fix).toContain('EXECUTE');
    },
  );

  test('another catalog that is shut explains nothing', async () => {
    const { emulator, run } = await hidden();
    emulator.metastore.revoke('catalog', 'prod', 'ml-deployers', ['USE_CATALOG']);
    const inputs = { source: 'models:/staging.ml_team.no_such_model/1', destination: PROD };
    expectRefused(await run(promote, inputs), 'invalid');
  });
});

describe.each(['403', '404'] as const)(
  'a compared model that is hidden is answered by %s',
  (hiddenObject) => {
    const inputs = { model: STAGING, version: '1', 'compare-with': `models:/${OTHER}@Champion` };
    /** The promoter has no right on that model. */
    const hiding = async (shut: 'catalog' | 'model') => {
      const { emulator, run } = await world({ switches: { hiddenObject } });
      const { metastore } = emulator;
      metastore.createModel(OTHER, { owner: 'admin@example.com' });
      metastore.addVersion(OTHER, { files: GOOD_FILES });
      metastore.setAlias(OTHER, 'Champion', 1);
      if (shut === 'catalog') metastore.revoke('catalog', 'prod', 'ml-deployers', ['USE_CATALOG']);
      return run;
    };

    test.each(['fail', 'warn'])('a parent that is shut denies, check-privileges: %s', async (mode) => {
      const run = await hiding('catalog');
      const seen = await run(validateSignature, { ...inputs, 'check-privileges': mode });
      expectRefused(seen, 'denied');
      const statements = seen.report.todo.flatMap((block) => (block.kind === 'code' ? [block.text] : []));
      expect(statements.join('\n')).toContain('GRANT USE CATALOG ON CATALOG `prod`');
    });

    test('a model that may be hidden never passes', async () => {
      const run = await hiding('model');
      expectRefused(await run(validateSignature, inputs), hiddenObject === '403' ? 'denied' : 'blocked');
      const off = await run(validateSignature, { ...inputs, 'check-privileges': 'off' });
      expectRefused(off, hiddenObject === '403' ? 'denied' : 'blocked');
    });
  },
);

describe('what a compared model that is not found comes to, answered by 404', () => {
  const inputs = { model: STAGING, version: '1', 'compare-with': 'models:/prod.ml_team.nothing@Champion' };

  test('unknown while it may be hidden, a warning where it would have been seen', async () => {
    const { emulator, run } = await world({ switches: { hiddenObject: '404' } });
    const unsure = await run(validateSignature, inputs);
    expectRefused(unsure, 'blocked');
    expect(unsure.outputs['compatible']).toBe('unknown');
    const none = await run(validateSignature, { ...inputs, compatibility: 'none' });
    expect(none.outputs['outcome']).toBe('ok');
    emulator.metastore.grant('catalog', 'prod', 'ml-deployers', ['EXECUTE']);
    const sure = await run(validateSignature, inputs);
    expect([sure.outputs['outcome'], sure.outputs['compatible']]).toEqual(['ok', '']);
    expect(sure.annotations.map(({ level }) => level)).toEqual(['warning']);
  });

  test('promote goes on where it creates that model itself', async () => {
    const { run } = await world({ switches: { hiddenObject: '404' } });
    const seen = await run(promote, {
      source: `models:/${STAGING}/1`,
      destination: 'prod.ml_team.nothing',
      'create-destination': 'true',
      'compare-with': 'models:/prod.ml_team.nothing@Champion',
    });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', compatible: '' });
  });
});
