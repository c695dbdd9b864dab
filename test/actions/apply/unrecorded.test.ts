import { describe, expect, test } from 'vitest';
import { PROD } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { holdKey } from '../../../src/policy/hold/model-hold.ts';
import type { ActionRun } from '../harness.ts';
import { planned, type Planned } from './planned.ts';

const HELD = holdKey(2);
const UNRECORDED = 'it names what this plan wants, but no record shows who moved it';
const AGAIN = { environment: { GITHUB_RUN_ATTEMPT: '2' } };

/** No tag of the model can be written, from the n-th one on. */
function refuseTags({ emulator }: Planned, from: number): void {
  emulator.faults.add({
    template: /registered-models\/set-tag$/u,
    skip: from,
    times: Infinity,
    kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
  });
}

const modelOf = (seen: ActionRun) => seen.after.models[PROD];

describe('a rollback whose first attempt moved the alias without a record, and could not set the hold', () => {
  async function halfDone(): Promise<Planned> {
    const plan = await planned('rollback');
    refuseTags(plan, 0);
    const first = await plan.run(apply, { plan: plan.text });
    expect([first.outputs['outcome'], modelOf(first)?.aliases['Champion']]).toEqual(['denied', 1]);
    expect(modelOf(first)?.tags[HELD]).toBeUndefined();
    plan.emulator.faults.clear();
    return plan;
  }

  test('another attempt sets the hold, and says that no record shows who moved the alias', async () => {
    const { run, text } = await halfDone();
    const again = await run(apply, { plan: text }, AGAIN);
    expect([again.outputs['outcome'], again.verdict]).toEqual(['ok', expect.any(String)]);
    expect(again.report.changes.map(({ change }) => change.kind)).toEqual(['hold']);
    expect(modelOf(again)?.tags[HELD]).toContain('incident 7');
    expect(JSON.stringify(again.report.checks)).toContain(UNRECORDED);
    const third = await run(apply, { plan: text }, { environment: { GITHUB_RUN_ATTEMPT: '3' } });
    expect([third.outputs['outcome'], third.after]).toEqual(['noop', third.before]);
  });

  test('in the same attempt it is a conflict, which says so', async () => {
    const { run, text } = await halfDone();
    const again = await run(apply, { plan: text });
    expect(again.outputs['outcome'], again.verdict).toBe('conflict');
    expect(JSON.stringify(again.report.checks)).toContain(`now names 1: ${UNRECORDED}`);
    expect(again.after).toEqual(again.before);
  });

  test('where somebody else recorded the move it is a conflict, which names them', async () => {
    const { run, text, emulator } = await halfDone();
    emulator.metastore.setAlias(PROD, 'Champion', 2);
    await run(setAlias, { model: PROD, alias: 'Champion', version: '1' });
    const again = await run(apply, { plan: text }, AGAIN);
    expect(again.outputs['outcome'], again.verdict).toBe('conflict');
    expect(JSON.stringify(again.report.checks)).not.toContain(UNRECORDED);
    expect(again.after).toEqual(again.before);
  });

  test('where the alias names a third version it is a conflict', async () => {
    const { run, text, emulator } = await halfDone();
    emulator.metastore.setAlias(PROD, 'Champion', 7);
    const again = await run(apply, { plan: text }, AGAIN);
    expect([again.outputs['outcome'], again.after]).toEqual(['conflict', again.before]);
  });

  test('another hold since is a conflict: the hold rests on the other holds', async () => {
    const { run, text, emulator } = await halfDone();
    emulator.metastore.setTags(PROD, {
      [holdKey(99)]: JSON.stringify({ version: 99, reason: 'incident 8' }),
    });
    const again = await run(apply, { plan: text }, AGAIN);
    expect([again.outputs['outcome'], again.after]).toEqual(['conflict', again.before]);
  });
});

test('the hold of a bad version is set in another attempt, whatever became of the version that the alias went back to', async () => {
  const plan = await planned('rollback');
  refuseTags(plan, 1);
  const first = await plan.run(apply, { plan: plan.text });
  expect([first.outputs['outcome'], modelOf(first)?.aliases['Champion']]).toEqual(['denied', 1]);
  plan.emulator.faults.clear();
  const target = plan.emulator.metastore.model(PROD).versions.get(1);
  if (target === undefined) throw new Error('No version 1.');
  target.tags.set('uc_promote_hold', 'incident 8');
  const again = await plan.run(apply, { plan: plan.text }, AGAIN);
  expect(again.outputs['outcome'], again.verdict).toBe('ok');
  expect(modelOf(again)?.tags[HELD]).toContain('incident 7');
});

test.each(['set-alias', 'promote'] as const)(
  'a plan of %s with nothing left but the move: in another attempt a conflict too, since others may have moved it',
  async (name) => {
    const plan = await planned(name);
    refuseTags(plan, 0);
    const first = await plan.run(apply, { plan: plan.text });
    expect(first.outputs['outcome'], first.verdict).toBe('ok');
    plan.emulator.faults.clear();
    const again = await plan.run(apply, { plan: plan.text }, AGAIN);
    expect(again.outputs['outcome'], again.verdict).toBe('conflict');
    expect(JSON.stringify(again.report.checks)).toContain(UNRECORDED);
    expect(again.after).toEqual(again.before);
  },
);
