import { describe, expect, test } from 'vitest';
import type { FaultRule } from '../../../emulator/index.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import { world } from '../harness.ts';
import { filesWith, GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';

const BAD = 'prod.ml_team.a_bad_one';
const WRONG = 'prod.ml_team.z_dangling';

/** Before and behind the prod model: one that is odd, and one with a true finding that must not get lost. */
async function beside(files: Record<string, string | Uint8Array> = GOOD_FILES) {
  const started = await world();
  const { metastore } = started.emulator;
  for (const name of [BAD, WRONG]) {
    metastore.createModel(name, { owner: 'ml-deployers' });
    metastore.addVersion(name, { files: name === BAD ? files : GOOD_FILES });
    metastore.setAlias(name, 'Champion', name === BAD ? 1 : 7);
  }
  return started;
}

describe('one model never hides the others', () => {
  test('an MLmodel file of 31 MiB is a finding of its model', async () => {
    const { run } = await beside(filesWith('x'.repeat(31 * 1024 * 1024)));
    const seen = await run(auditAliases, { models: 'prod.ml_team.*' });
    expect(seen.outputs).toMatchObject({
      outcome: 'blocked',
      count: '2',
      'models-seen': '3',
      allowed: 'false',
    });
    expect(seen.outputs['findings']).toContain(`${BAD}@Champion: The signature cannot be read.`);
    expect(seen.outputs['findings']).toContain('more than 32000000 bytes');
    expect(seen.outputs['findings']).toContain('alias-dangling');
  });

  const lists: Omit<FaultRule, 'kind'> = {
    method: 'GET',
    path: new RegExp(`${BAD}/versions$`, 'u'),
    times: Infinity,
  };
  for (const [title, rule] of [
    [
      'a list that is refused',
      { ...lists, kind: { kind: 'status', status: 400, errorCode: 'INVALID_PARAMETER_VALUE' } },
    ],
    [
      'a list that is a conflict',
      { ...lists, kind: { kind: 'status', status: 409, errorCode: 'RESOURCE_CONFLICT' } },
    ],
    [
      'a list that is not there',
      { ...lists, kind: { kind: 'status', status: 501, errorCode: 'NOT_IMPLEMENTED' } },
    ],
    ['an answer that is not JSON', { ...lists, kind: { kind: 'not-json' } }],
    ['a number that is none', { ...lists, kind: { kind: 'set-field', field: 'version', value: 'seven' } }],
  ] as const satisfies readonly (readonly [string, FaultRule])[]) {
    test(`${title}: that model is not seen, the others are`, async () => {
      const { run, emulator } = await beside();
      emulator.faults.add(rule);
      const seen = await run(auditAliases, { models: 'prod.ml_team.*' });
      expect(seen.outputs).toMatchObject({
        outcome: 'blocked',
        count: '1',
        'models-seen': '2',
        allowed: 'false',
      });
      expect(seen.outputs['findings']).toContain(WRONG);
      expect(seen.verdict).toContain('1 could not be read');
      expect(seen.exitCode).toBe(1);
    });
  }

  test('nothing else is wrong: what was not seen is no clean bill', async () => {
    const { run, emulator } = await world();
    emulator.metastore.createModel(BAD, { owner: 'ml-deployers' });
    emulator.faults.add({
      ...lists,
      kind: { kind: 'status', status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
    });
    const seen = await run(auditAliases, { models: 'prod.ml_team.*' });
    expect(seen.outputs).toMatchObject({
      outcome: 'partial',
      count: '0',
      'models-seen': '1',
      allowed: 'false',
    });
  });

  test('grants of a model that cannot be read are no end of the audit', async () => {
    const { run, emulator } = await beside();
    const path = new RegExp(`effective-permissions.*${BAD}`, 'u');
    emulator.faults.add({
      path,
      times: Infinity,
      kind: { kind: 'status', status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
    });
    const seen = await run(auditAliases, { models: 'prod.ml_team.*' });
    expect(seen.outputs).toMatchObject({ outcome: 'blocked', count: '1', 'models-seen': '3' });
  });
});

test('every output is there even when nothing could be read', async () => {
  const { run } = await world();
  const seen = await run(auditAliases, { models: PROD }, { token: 'dapi-wrong' });
  expect(seen.outputs).toMatchObject({
    outcome: 'denied',
    findings: '[]',
    count: '0',
    'models-seen': '0',
    allowed: 'false',
  });
});
