import { describe, expect, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { rollback } from '../../../src/actions/rollback.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import type { ActionRun } from '../harness.ts';
import { championOf, endOf, FROZEN, PATH, policy, scene, TOKEN } from './scene.ts';

const PLAN = { model: PROD, alias: 'Champion', version: '2', 'dry-run': 'true' };

interface Filed {
  readonly basis: readonly { readonly kind: string; readonly was: string; readonly path?: string }[];
}

function policyIn(seen: ActionRun): Filed['basis'][number] | undefined {
  const { basis } = JSON.parse(seen.outputs['plan'] ?? '') as Filed;
  return basis.find(({ kind }) => kind === 'policy');
}

async function planned(text: string, inputs: Readonly<Record<string, string>> = {}) {
  const started = await scene(text);
  const seen = await started.run(setAlias, { ...PLAN, ...inputs });
  const plan = seen.outputs['plan'] ?? '';
  const applied = (more: Readonly<Record<string, string>> = {}) =>
    started.run(apply, { plan, policy: 'off', ...more });
  return { ...started, seen, plan, applied };
}

describe('a plan that was made under a policy', () => {
  test('rests on its digest; applied under the same one it is carried out, with or without the input', async () => {
    const { seen, applied, run } = await planned(policy());
    const digest = /sha256:(?<digest>[0-9a-f]{64})/u.exec(
      seen.report.facts.find(({ label }) => label === 'Policy')?.value ?? '',
    )?.groups?.['digest'];
    expect(policyIn(seen)).toEqual({ kind: 'policy', path: PATH, branch: null, was: digest });
    const first = await applied();
    expect([endOf(first), championOf(first)], first.verdict).toEqual([['ok', []], 2]);
    const again = await run(apply, { plan: seen.outputs['plan'] ?? '' });
    expect(again.outputs['outcome'], again.verdict).toBe('noop');
  });

  test('is a conflict once the policy says something else, or is gone; a comment changes nothing', async () => {
    const { commit, applied } = await planned(policy());
    for (const text of [policy('aliases: { Champion: required }'), undefined]) {
      const made = commit(text);
      const seen = await applied();
      expect([seen.outputs['outcome'], championOf(seen)], seen.verdict).toEqual(['conflict', 1]);
      const [difference] = JSON.parse(seen.outputs['differences'] ?? '[]') as Record<string, string>[];
      expect(difference).toMatchObject({ fact: `The policy file ${PATH}` });
      expect(difference?.['by']).toBe(
        text === undefined ? 'not recorded' : `by branch main at commit ${made}`,
      );
    }
    commit(`# the same, explained\n${policy()}`);
    expect((await applied()).outputs['outcome']).toBe('ok');
  });

  test('is not applied without the token, or in an outage', async () => {
    const { github, applied } = await planned(policy());
    const without = await applied({ 'github-token': 'none' });
    expect([without.outputs['outcome'], championOf(without)]).toEqual(['invalid', 1]);
    github.failNext(...Array.from({ length: 30 }, () => ({ status: 502, body: 'bad gateway' })));
    const outage = await applied();
    expect([outage.outputs['outcome'], championOf(outage)]).toEqual(['unavailable', 1]);
  });

  test('is not applied under a policy that cannot be read', async () => {
    const { applied, commit } = await planned(policy());
    commit('version: [');
    const seen = await applied();
    expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['invalid', 1]);
  });

  test('is not applied in a freeze window', async () => {
    const { applied } = await planned(`${policy()}${FROZEN}`);
    const seen = await applied();
    expect([endOf(seen), championOf(seen)]).toEqual([['blocked', ['policy-frozen']], 1]);
  });

  test('is not applied with checks that the policy keeps on', async () => {
    const { applied } = await planned(policy('require: { signature: true }', 'checks: [check-privileges]'));
    for (const off of [{ 'require-signature': 'warn' }, { 'check-privileges': 'off' }]) {
      const seen = await applied(off);
      expect([endOf(seen), championOf(seen)]).toEqual([['blocked', ['policy-check-off']], 1]);
    }
    expect((await applied()).outputs['outcome']).toBe('ok');
  });

  test('which requires different people is applied where they are: set-alias can only plan it', async () => {
    const { applied, seen } = await planned(policy('require: { distinct: requester != promoter }'));
    expect(seen.outputs['outcome']).toBe('ok');
    const loose = await applied({ 'require-distinct': 'requester != trainer' });
    expect([endOf(loose), championOf(loose)]).toEqual([['blocked', ['policy-distinct']], 1]);
    const other = await applied({
      'require-distinct': 'promoter != requester',
      people: 'ada = ada@example.com',
    });
    expect(endOf(other)[1]).toEqual([]);
  });

  test('rests on the status that the policy requires', async () => {
    const { emulator, applied, seen, run } = await planned(policy('require: { status: approved }'));
    expect(endOf(seen)).toEqual(['blocked', ['policy-status']]);
    emulator.metastore.model(PROD).versions.get(2)?.tags.set('validation_status', 'approved');
    const { outputs } = await run(setAlias, PLAN);
    emulator.metastore.model(PROD).versions.get(2)?.tags.set('validation_status', 'rejected');
    const withdrawn = await applied({ plan: outputs['plan'] ?? '' });
    expect([withdrawn.outputs['outcome'], championOf(withdrawn)]).toEqual(['conflict', 1]);
  });

  test('asked for another policy, it is blocked', async () => {
    const { applied } = await planned(policy());
    const seen = await applied({ policy: 'governance/models.yml' });
    expect(endOf(seen)).toEqual(['blocked', ['plan-other-policy']]);
  });

  test('whose fact was taken out has another digest', async () => {
    const { plan, seen, run } = await planned(policy('aliases: { Champion: required }'));
    const forged = JSON.parse(plan) as { basis: { kind: string }[] };
    forged.basis = forged.basis.filter(({ kind }) => kind !== 'policy');
    const inputs = { plan: JSON.stringify(forged), policy: 'off' };
    const digest = seen.outputs['plan-digest'] ?? '';
    const applied = await run(apply, { ...inputs, 'expected-digest': digest });
    expect([applied.outputs['outcome'], championOf(applied)]).toEqual(['blocked', 1]);
    const required = await run(apply, { ...inputs, policy: 'required' });
    expect(endOf(required)).toEqual(['blocked', ['plan-without-policy']]);
  });
});

test('a plan of rollback is under no policy, and is applied in a freeze window', async () => {
  const { run } = await scene(`${policy('aliases: { Champion: forbidden }')}${FROZEN}`);
  await run(setAlias, { ...PLAN, 'dry-run': 'false', policy: 'off' });
  const back = { model: PROD, alias: 'Champion', 'from-version': '2', reason: 'incident 7' };
  const seen = await run(rollback, { ...back, 'dry-run': 'true' });
  const applied = await run(apply, {
    plan: seen.outputs['plan'] ?? '',
    policy: 'off',
    'github-token': TOKEN,
  });
  expect([applied.outputs['outcome'], championOf(applied)], applied.verdict).toEqual(['ok', 1]);
});
