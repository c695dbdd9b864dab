import { describe, expect, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { formatChange } from '../../../src/plan/change.ts';
import { planCode } from '../../../src/plan/digest.ts';
import { TOKENS } from '../harness.ts';
import { recordOf } from '../move-record.ts';
import { planned, PLANNINGS, type PlanningName } from './planned.ts';

const NAMES = Object.keys(PLANNINGS) as PlanningName[];
const aliasOf = (seen: {
  after: { models: Record<string, { aliases: Record<string, number> } | undefined> };
}) => seen.after.models[PROD]?.aliases['Champion'] ?? null;

describe.each(NAMES)('a plan of %s', (name) => {
  test('holds what the run left to be written, and nothing of the host', async () => {
    const { seen, plan, digest, text, emulator } = await planned(name);
    expect(seen.outputs).toMatchObject({
      'plan-digest': digest,
      'plan-code': planCode(plan.run, digest),
    });
    expect(plan.changes.map(({ kind }) => kind)).toEqual(
      name === 'rollback' ? ['record', 'alias', 'hold'] : ['record', 'alias'],
    );
    expect(plan.run).toMatchObject({
      provider: 'github',
      repository: 'acme/models',
      runId: '4242',
      attempt: '1',
      actor: 'ada',
    });
    expect(text).not.toContain(new URL(emulator.url).host);
    expect(seen.summary).toContain(planCode(plan.run, digest));
  });

  test('applied, it writes exactly its changes and records plan and run; again, it writes nothing', async () => {
    const { run, text, plan, digest } = await planned(name);
    const first = await run(apply, { plan: text, 'expected-digest': digest });
    expect([first.outputs['outcome'], first.verdict]).toEqual(['ok', expect.stringContaining('Champion')]);
    expect(first.report.changes.map(({ change, state }) => [formatChange(change), state])).toEqual(
      plan.changes.map((change) => [formatChange(change), 'done']),
    );
    const move = plan.changes.find((change) => change.kind === 'alias');
    expect(aliasOf(first)).toBe(move?.to);
    expect(recordOf(first.after.models[PROD])[0]).toMatchObject({
      from: move?.from,
      to: move?.to,
      plan: digest.slice(0, 16),
    });
    const again = await run(apply, { plan: text }, { environment: { GITHUB_RUN_ATTEMPT: '2' } });
    expect([again.outputs['outcome'], again.outputs['changed']]).toEqual(['noop', 'false']);
    expect(again.after).toEqual(first.after);
  });

  test('a dry run of it writes nothing', async () => {
    const { run, text, plan } = await planned(name);
    const seen = await run(apply, { plan: text, 'dry-run': 'true' });
    expect([seen.outputs['outcome'], seen.outputs['would-change']]).toEqual(['ok', 'true']);
    expect(seen.report.changes.map(({ state }) => state)).toEqual(plan.changes.map(() => 'planned'));
    expect(seen.after).toEqual(seen.before);
  });

  test('a foreign move of the alias is a conflict, which says who moved it', async () => {
    const { run, emulator, text } = await planned(name);
    await run(setAlias, { model: PROD, alias: 'Champion', version: '7', 'require-signature': 'off' });
    const seen = await run(apply, { plan: text });
    expect([seen.outputs['outcome'], seen.outputs['changed']]).toEqual(['conflict', 'false']);
    expect(seen.after).toEqual(seen.before);
    expect(JSON.parse(seen.outputs['differences'] ?? '')).toMatchObject([
      { fact: `${PROD}@Champion`, now: 'names 7', by: expect.stringContaining('ada') as string },
    ]);
    expect(emulator.violations).toEqual([]);
  });

  test('an alias that somebody else moved to the same version is a conflict: no record has this plan', async () => {
    const { run, emulator, text, plan } = await planned(name);
    const move = plan.changes.find((change) => change.kind === 'alias');
    if (move?.to === null) emulator.metastore.deleteAlias(PROD, 'Champion');
    else emulator.metastore.setAlias(PROD, 'Champion', move?.to ?? 0);
    const seen = await run(apply, { plan: text });
    expect(seen.outputs['outcome']).toBe('conflict');
    expect(JSON.parse(seen.outputs['differences'] ?? '')).toMatchObject([{ by: 'not recorded' }]);
  });
});

test('the applier’s rights are judged, not the planner’s', async () => {
  const { run, text } = await planned('set-alias');
  const seen = await run(apply, { plan: text }, { token: TOKENS.reader });
  expect([seen.outputs['outcome'], seen.outputs['changed']]).toEqual(['denied', 'false']);
});

test('what an earlier attempt left undone is done, and what it did counts as done', async () => {
  const { run, text, emulator } = await planned('rollback');
  emulator.faults.add({
    template: /registered-models\/set-tag$/u,
    skip: 1,
    times: 20,
    kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
  });
  const first = await run(apply, { plan: text });
  expect([first.outputs['outcome'], aliasOf(first)]).toEqual(['denied', 1]);
  expect(first.report.verdict).toContain('The rest of the plan was not carried out');
  emulator.faults.clear();
  const again = await run(apply, { plan: text }, { environment: { GITHUB_RUN_ATTEMPT: '2' } });
  expect(again.outputs['outcome'], again.verdict).toBe('ok');
  expect(again.report.changes.map(({ change }) => change.kind)).toEqual(['hold']);
});
