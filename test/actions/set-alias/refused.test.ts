import { describe, expect, test } from 'vitest';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { expectRefused } from '../expectations.ts';
import { TOKENS, world } from '../harness.ts';
import { applyPrinted, grantUntilAllowed, printedStatements } from '../remedies.ts';
import { filesWith, moreVersions, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';

async function ready() {
  const started = await world();
  moreVersions(started.emulator.metastore);
  return started;
}

const GOOD = { model: PROD, alias: 'Champion', version: '2' };

describe('names that nothing carries: invalid, with what there is', () => {
  for (const [title, inputs, message, fix] of [
    [
      'model',
      { ...GOOD, model: 'prod.ml_team.nothing' },
      'Input `model`: the model prod.ml_team.nothing does not exist or is hidden from promoter.',
      'Check every level of the name. If prod.ml_team.nothing exists, its owner can grant promoter',
    ],
    [
      'version',
      { ...GOOD, version: '99' },
      `Input \`version\`: version 99 of ${PROD} does not exist.`,
      'Its versions are 6, 5, 4, 3, 2, 1.',
    ],
    [
      'from-alias',
      { model: PROD, alias: 'Champion', 'from-alias': 'Nobody' },
      `Input \`from-alias\`: ${PROD} has no alias "Nobody".`,
      'Its aliases: Champion → 1.',
    ],
    [
      'model to delete an alias of',
      { model: 'prod.ml_team.nothing', alias: 'Champion', delete: 'true' },
      'Input `model`: the model prod.ml_team.nothing does not exist or is hidden from promoter.',
      /every level/u,
    ],
  ] as const) {
    test(title, async () => {
      const { run } = await ready();
      const seen = await run(setAlias, inputs);
      expectRefused(seen, 'invalid');
      expect(seen.report.error?.message).toBe(message);
      expect(seen.report.error?.fix).toMatch(fix);
    });
  }
});

describe('versions that may not have an alias: blocked', () => {
  for (const [title, version, message] of [
    ['pending', '4', `models:/${PROD}/4 is PENDING_REGISTRATION, not READY.`],
    ['failed', '5', `models:/${PROD}/5 is FAILED_REGISTRATION, not READY.`],
    ['on hold', '6', `models:/${PROD}/6 is on hold: incident 7.`],
    ['without signature', '3', /no signature/u],
  ] as const) {
    test(title, async () => {
      const { run } = await ready();
      const seen = await run(setAlias, { ...GOOD, version });
      expectRefused(seen, 'blocked');
      if (typeof message === 'string') expect(seen.report.error?.message).toContain(message);
      else expect(seen.report.error?.message).toMatch(message);
      expect(seen.report.error?.fix).toBeTruthy();
    });
  }

  for (const [title, mlmodel, code] of [
    ['no MLmodel file', undefined, /MLmodel/u],
    ['MLmodel that is not YAML', '{{{ not yaml', /YAML/u],
    ['signature null', 'flavors:\n  sklearn: {}\nsignature: null\n', /signature/u],
    [
      'signature not JSON',
      "flavors:\n  sklearn: {}\nsignature:\n  inputs: 'nope'\n  outputs: 'nope'\n",
      /JSON|inputs/u,
    ],
    ['signature empty', 'flavors:\n  sklearn: {}\nsignature: {}\n', /signature/u],
    [
      'inputs only',
      'flavors:\n  sklearn: {}\nsignature:\n  inputs: \'[{"type": "double", "name": "x"}]\'\n  outputs: null\n',
      /outputs/u,
    ],
    [
      'outputs only',
      'flavors:\n  sklearn: {}\nsignature:\n  inputs: null\n  outputs: \'[{"type": "double", "name": "x"}]\'\n',
      /inputs/u,
    ],
  ] as const) {
    test(title, async () => {
      const { run, emulator } = await ready();
      const version = emulator.metastore.addVersion(PROD, { files: filesWith(mlmodel) });
      const seen = await run(setAlias, { ...GOOD, version: String(version) });
      expectRefused(seen, 'blocked');
      expect(seen.report.error?.message).toMatch(code);
      expect(seen.report.error?.fix).toBeTruthy();
    });
  }

  test('an unknown status is not taken for READY', async () => {
    const { run, emulator } = await ready();
    emulator.faults.add({
      template: /model-versions\/get$/u,
      times: 9,
      kind: { kind: 'set-field', field: 'status', value: 'QUARANTINED' },
    });
    const seen = await run(setAlias, GOOD);
    expectRefused(seen, 'blocked');
    expect(seen.report.error?.message).toContain('not READY');
  });
});

describe('conflict', () => {
  test('another version was expected', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { ...GOOD, 'expected-version': '3' });
    expectRefused(seen, 'conflict');
    expect(seen.report.error?.message).toContain(
      `${PROD}@Champion names version 1 (no record of who moved it there); version 3 was expected.`,
    );
  });

  test('none was expected and there is one', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { ...GOOD, 'expected-version': 'None' });
    expectRefused(seen, 'conflict');
    expect(seen.report.error?.message).toContain(
      'names version 1 (no record of who moved it there); no version was expected.',
    );
  });

  test('none was expected and there is none', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { ...GOOD, alias: 'New', 'expected-version': 'none' });
    expect(seen.outputs['outcome']).toBe('ok');
  });
});

describe('denied', () => {
  test('a caller without any right: what is printed, applied, leads to success', async () => {
    const { run, emulator } = await ready();
    const attempt = () => run(setAlias, GOOD, { token: TOKENS.reader });
    const first = await attempt();
    expectRefused(first, 'denied');
    expect(printedStatements(first.report)).toContain(
      'GRANT USE CATALOG ON CATALOG `prod` TO `grace@example.com`;',
    );
    // Without USE CATALOG a registry shows nothing below the catalog: what is missing there is told once it can be read.
    const { denied, last } = await grantUntilAllowed(emulator, attempt);
    expect(denied).toBeLessThanOrEqual(3);
    expect(last.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(last.after.models[PROD]?.owner).toBe('ml-deployers');
  });

  test('ownership alone is missing: as whom to run it, and the group to be in', async () => {
    const { run, emulator } = await ready();
    for (const [type, name, right] of [
      ['catalog', 'prod', 'USE_CATALOG'],
      ['schema', 'prod.ml_team', 'USE_SCHEMA'],
      ['function', PROD, 'EXECUTE'],
    ] as const) {
      emulator.metastore.grant(type, name, 'grace@example.com', [right]);
    }
    const seen = await run(setAlias, { ...GOOD }, { token: TOKENS.reader });
    expectRefused(seen, 'denied');
    expect(seen.report.todo).toEqual([
      {
        kind: 'paragraph',
        text: `Run this step as the principal that is meant to promote: ml-deployers owns model ${PROD}. Only if grace@example.com is that principal, have an administrator add it to the group ml-deployers, then run the failed job again.`,
      },
    ]);
    expect(printedStatements(seen.report)).toEqual([]);
    await applyPrinted(emulator, seen);
    expect((await run(setAlias, { ...GOOD }, { token: TOKENS.reader })).outputs['outcome']).toBe('ok');
  });

  test('one missing grant for a member of the owning group', async () => {
    const { run, emulator } = await ready();
    emulator.metastore.revoke('catalog', 'prod', 'ml-deployers', ['USE_CATALOG']);
    const seen = await run(setAlias, GOOD);
    expectRefused(seen, 'denied');
    expect(printedStatements(seen.report)).toEqual([
      `GRANT USE CATALOG ON CATALOG \`prod\` TO \`${PROMOTER}\`;`,
      `GRANT APPLY TAG ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${PROMOTER}\`;`,
      `GRANT EXECUTE ON FUNCTION \`prod\`.\`ml_team\`.\`fraud_detection\` TO \`${PROMOTER}\`;`,
    ]);
    expect(JSON.stringify(seen.report.todo)).toContain('some of them may already be granted');
    await applyPrinted(emulator, seen);
    expect((await run(setAlias, GOOD)).outputs['outcome']).toBe('ok');
  });

  for (const [title, prepare] of [
    ['wrong', () => 'dapi-not-a-token'],
    ['expired', (expire: (token: string) => void) => (expire(TOKENS.promoter), TOKENS.promoter)],
  ] as const) {
    test(`a token that is ${title}`, async () => {
      const { run, emulator } = await ready();
      const token = prepare((each) => emulator.metastore.expireToken(each));
      const seen = await run(setAlias, GOOD, { token });
      expectRefused(seen, 'denied');
      expect(seen.report.error?.fix).toBe(
        'Check that the token (DATABRICKS_TOKEN) belongs to this host and has not expired.',
      );
    });
  }
});

describe('checks that are not on stand in the verdict', () => {
  test('signature off', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { ...GOOD, version: '3', 'require-signature': 'off' });
    expect(seen.outputs['outcome']).toBe('ok');
    expect(seen.verdict).toContain('Not checked: Signature');
    expect(seen.report.checksOff).toEqual(['Signature']);
    expect(seen.requests.join()).not.toContain('fs/files');
    expect(seen.annotations[0]?.message).toContain('Not checked: Signature');
  });

  test('privileges off: none is read, and the registry itself refuses', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { ...GOOD, 'check-privileges': 'off' });
    expect(seen.verdict).toContain('Not checked: Privileges');
    expect(seen.requests.join()).not.toMatch(/effective-permissions|scim/u);
    const refused = await run(
      setAlias,
      { ...GOOD, version: '1', 'check-privileges': 'off' },
      { token: TOKENS.reader },
    );
    expect(refused.outputs).toMatchObject({ outcome: 'denied', changed: 'false' });
    expect(refused.after).toEqual(refused.before);
  });

  test('both off', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { ...GOOD, 'check-privileges': 'off', 'require-signature': 'off' });
    expect(seen.verdict).toContain('Not checked: Privileges, Signature');
  });

  test('signature warn: it goes on, with a warning beside the job', async () => {
    const { run } = await ready();
    const seen = await run(setAlias, { ...GOOD, version: '3', 'require-signature': 'warn' });
    expect(seen.outputs).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(seen.annotations.map(({ level, title }) => [level, title])).toEqual([
      ['notice', 'set-alias'],
      ['warning', 'set-alias: Signature'],
    ]);
    expect(seen.report.checks.find(({ name }) => name === 'Signature')?.decision?.allowed).toBe(true);
  });

  test('privileges warn: it is tried, and the registry decides', async () => {
    const { run, emulator } = await ready();
    for (const [type, name, right] of [
      ['catalog', 'prod', 'USE_CATALOG'],
      ['schema', 'prod.ml_team', 'USE_SCHEMA'],
      ['function', PROD, 'EXECUTE'],
    ] as const) {
      emulator.metastore.grant(type, name, 'grace@example.com', [right]);
    }
    const seen = await run(setAlias, { ...GOOD, 'check-privileges': 'warn' }, { token: TOKENS.reader });
    expect(seen.outputs).toMatchObject({ outcome: 'denied' });
    expect(seen.after).toEqual(seen.before);
  });
});

test('staging, which the promoter may only read, is refused', async () => {
  const { run } = await ready();
  const seen = await run(setAlias, { model: STAGING, alias: 'Champion', version: '1' });
  expectRefused(seen, 'denied');
});
