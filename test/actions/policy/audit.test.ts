import { describe, expect, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
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

  test('off: the inputs alone', async () => {
    const { run, github } = await scene(policy('aliases: { Shadow: required }'));
    const seen = await run(auditAliases, { ...MODELS, policy: 'off' });
    expect([found(seen), github.requests]).toEqual([[], []]);
  });
});
