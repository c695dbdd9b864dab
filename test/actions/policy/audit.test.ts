import { describe, expect, test } from 'vitest';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import type { ActionRun } from '../harness.ts';
import { endOf, policy, scene } from './scene.ts';

function found(seen: ActionRun): string[] {
  const findings = JSON.parse(seen.outputs['findings'] ?? '[]') as { code: string; alias?: string }[];
  return findings
    .filter(({ code }) => code.startsWith('alias-'))
    .map(({ code, alias }) => `${code} ${alias}`);
}

const MODELS = { models: PROD, 'require-signature': 'off' };

describe('an audit by a policy file', () => {
  test.each<readonly [lines: readonly string[], rules: string | undefined, expected: readonly string[]]>([
    [[], undefined, []],
    [['aliases: { Champion: required }'], undefined, ['alias-unknown Trial']],
    [
      ['aliases: { Champion: required, Trial: allowed, Shadow: required }'],
      undefined,
      ['alias-missing Shadow'],
    ],
    [['aliases: { trial: forbidden }'], undefined, ['alias-forbidden Trial']],
    // The policy decides about the aliases that it names, and the inputs allow none that it does not know.
    [['aliases: { Champion: allowed }'], 'Trial=allowed', ['alias-unknown Trial']],
    [['aliases: { Trial: forbidden }'], 'Trial=allowed', ['alias-forbidden Trial']],
    // They add to it.
    [['aliases: { Champion: required, Trial: allowed }'], 'Shadow=required', ['alias-missing Shadow']],
    [
      ['aliases: { Trial: forbidden }'],
      'Champion=forbidden',
      ['alias-forbidden Champion', 'alias-forbidden Trial'],
    ],
    [[], 'Trial=forbidden', ['alias-forbidden Trial']],
  ])('%j with alias-rules %j: %j', async (lines, rules, expected) => {
    const { emulator, run } = await scene(policy(...lines));
    emulator.metastore.setAlias(PROD, 'Trial', 2);
    const seen = await run(auditAliases, {
      ...MODELS,
      ...(rules === undefined ? {} : { 'alias-rules': rules }),
    });
    expect(found(seen)).toEqual(expected);
    expect(seen.report.facts.some(({ label }) => label === 'Policy')).toBe(true);
  });

  test('a model that no rule matches is a warning; an absent policy is blocked, an outage unavailable', async () => {
    const { commit, run, github } = await scene(policy().replace(PROD, 'prod.other.*'));
    const seen = await run(auditAliases, MODELS);
    expect(endOf(seen)).toEqual(['ok', ['policy-model-unlisted']]);
    commit(undefined);
    expect((await run(auditAliases, MODELS)).outputs['outcome']).toBe('blocked');
    github.failNext(...Array.from({ length: 30 }, () => ({ status: 500, body: '{"message": "x"}' })));
    expect((await run(auditAliases, MODELS)).outputs['outcome']).toBe('unavailable');
  });

  /** What is found of the versions behind protected aliases, as codes with their alias and severity. */
  const ofVersions = (seen: ActionRun) =>
    (JSON.parse(seen.outputs['findings'] ?? '[]') as { code: string; alias?: string; severity: string }[])
      .filter(({ alias }) => alias !== undefined)
      .map(({ code, alias, severity }) => `${code} ${alias} ${severity}`)
      .sort();

  test('demands of a protected alias are judged, and those of others are not', async () => {
    const { emulator, run } = await scene(
      policy(
        'protected: [Champion]',
        'require: { status: approved, origin: staging.ml_team.*, min-age: 24h }',
      ),
    );
    emulator.metastore.setAlias(PROD, 'Trial', 2);
    const found = ofVersions(await run(auditAliases, MODELS));
    expect(found).toEqual(['policy-origin Champion error', 'policy-status Champion error']);
    emulator.metastore.setTags(
      PROD,
      { uc_promote_origin: `models:/${STAGING}/1`, validation_status: 'approved' },
      2,
    );
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    const seen = await run(auditAliases, MODELS);
    expect([seen.outputs['outcome'], ofVersions(seen)]).toEqual(['ok', []]);
  });

  test('a source that may not be read is a finding, and hides nothing else of the model', async () => {
    const { emulator, run } = await scene(policy('require: { origin: staging.ml_team.*, min-age: 24h }'));
    emulator.metastore.setTags(PROD, { uc_promote_origin: `models:/${STAGING}/1` }, 2);
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    emulator.metastore.revoke('schema', 'staging.ml_team', 'ml-deployers', ['EXECUTE']);
    const seen = await run(auditAliases, MODELS);
    expect(seen.outputs).toMatchObject({ outcome: 'blocked', 'models-seen': '1' });
    expect(ofVersions(seen)).toEqual(['policy-age Champion error', 'policy-origin-content Champion error']);
  });

  test.each([
    ['off', ['signature-absent Champion error']],
    ['warn', ['signature-absent Champion error', 'signature-absent Trial warning']],
    ['fail', ['signature-absent Champion error', 'signature-absent Trial error']],
  ])('a signature that it demands is an error with require-signature: %s', async (mode, expected) => {
    const { emulator, run } = await scene(policy('protected: [Champion]', 'require: { signature: true }'));
    for (const alias of ['Champion', 'Trial']) emulator.metastore.setAlias(PROD, alias, 3);
    expect(ofVersions(await run(auditAliases, { models: PROD, 'require-signature': mode }))).toEqual(
      expected,
    );
  });

  test.each([
    ['require: { status: approved }', {}, 0],
    ['require: { origin: staging.ml_team.* }', {}, 3],
    ['require: { origin: staging.ml_team.*, min-age: 24h }', {}, 3],
    // The comparison that is asked for anyway is made once.
    ['require: { origin: staging.ml_team.*, min-age: 24h }', { verify: 'listing' }, 3],
  ])('%s with %j: %i requests more for a version', async (line, inputs, more) => {
    const { emulator, run } = await scene(policy(line));
    emulator.metastore.setTags(PROD, { uc_promote_origin: `models:/${STAGING}/1` }, 2);
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    emulator.metastore.setAlias(PROD, 'Trial', 2);
    const plain = await run(auditAliases, { ...MODELS, policy: 'off' });
    const seen = await run(auditAliases, { ...MODELS, ...inputs });
    expect(seen.records.length - plain.records.length).toBe(more);
  });

  test('off: the inputs alone', async () => {
    const { run, github } = await scene(policy('aliases: { Shadow: required }'));
    const seen = await run(auditAliases, { ...MODELS, policy: 'off' });
    expect([found(seen), github.requests]).toEqual([[], []]);
  });
});
