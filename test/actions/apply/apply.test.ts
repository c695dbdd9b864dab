import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../../emulator/index.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { formatChange } from '../../../src/plan/change.ts';
import { planCode } from '../../../src/plan/digest.ts';
import { readPlanFile } from '../../../src/plan/file.ts';
import { holdKey } from '../../../src/policy/hold/model-hold.ts';
import { TOKENS } from '../harness.ts';
import { recordOf } from '../move-record.ts';
import { planned, PLANNINGS, type PlanningName } from './planned.ts';

type Version = NonNullable<ReturnType<ReturnType<Metastore['model']>['versions']['get']>>;

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

  test('was made by reads alone, and by the writes of the copy where one was asked for', async () => {
    const { seen } = await planned(name);
    const { aliases, tags } = seen.before.models[PROD] ?? {};
    expect(seen.after.models[PROD]).toMatchObject({ aliases, tags });
    if (name === 'promote') expect(Object.keys(seen.after.models[PROD]?.versions ?? {})).toContain('8');
    else expect([seen.after, seen.records.filter(({ write }) => write)]).toEqual([seen.before, []]);
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

test('a version that is put on hold is said, planned and done', async () => {
  const { run, text } = await planned('rollback');
  const dry = await run(apply, { plan: text, 'dry-run': 'true' });
  expect(dry.report.verdict).toBe(`${PROD}@Champion 2 → 1; version 2 would be put on hold: incident 7`);
  const seen = await run(apply, { plan: text });
  expect(seen.report.verdict).toBe(`${PROD}@Champion 2 → 1; version 2 is on hold: incident 7`);
});

test('however many holds with long reasons there are: the plan is an output, and has no word of them', async () => {
  const { run, emulator } = await planned('promote');
  const reason = `read by mallory@example.com. ${'x'.repeat(900)}`;
  for (const model of [PROD, STAGING]) {
    const { tags } = emulator.metastore.model(model);
    for (let version = 1001; tags.size < 49; version += 1)
      tags.set(holdKey(version), JSON.stringify({ version, reason }));
  }
  const { plan: make } = PLANNINGS.promote;
  const seen = await make({ run, emulator });
  const plan = seen.outputs['plan'] ?? '';
  expect(readPlanFile(plan)).toHaveProperty('digest', seen.outputs['plan-digest']);
  expect(plan).not.toContain('mallory');
  const applied = await run(apply, { plan });
  expect(applied.outputs['outcome'], applied.verdict).toBe('ok');
});

test('the applier’s rights are judged, not the planner’s', async () => {
  const { run, text } = await planned('set-alias');
  const seen = await run(apply, { plan: text }, { token: TOKENS.reader });
  expect([seen.outputs['outcome'], seen.outputs['changed']]).toEqual(['denied', 'false']);
});

describe('the source of a promotion, while its plan waits', () => {
  test.each([
    ['is put on hold', (source: Version) => void source.tags.set('uc_promote_hold', 'incident 9')],
    ['loses the status that was required', (source: Version) => void source.tags.delete('validation_status')],
    ['is no longer READY', (source: Version) => void (source.status = 'FAILED_REGISTRATION')],
  ])('%s: a conflict, and nothing is written', async (_name, change) => {
    const { run, emulator, text } = await planned('promote');
    const source = emulator.metastore.model(STAGING).versions.get(1);
    if (source === undefined) throw new Error('No source.');
    change(source);
    const seen = await run(apply, { plan: text });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
    expect(seen.after).toEqual(seen.before);
  });

  test('a hold on its model: a conflict', async () => {
    const { run, emulator, text } = await planned('promote');
    emulator.metastore.setTags(STAGING, {
      uc_promote_hold_0123456789ab: JSON.stringify({ version: 1, reason: 'incident 9' }),
    });
    const seen = await run(apply, { plan: text });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
  });
});

test('a plan is applied once: when the alias was taken back, its approval does not bring the version back', async () => {
  const { run, text } = await planned('set-alias');
  const first = await run(apply, { plan: text });
  expect(first.outputs['outcome']).toBe('ok');
  const back = await run(setAlias, { model: PROD, alias: 'Champion', version: '1' });
  expect(back.outputs['outcome']).toBe('ok');
  const again = await run(apply, { plan: text }, { environment: { GITHUB_RUN_ATTEMPT: '2' } });
  expect([again.outputs['outcome'], again.verdict]).toEqual([
    'conflict',
    expect.stringContaining('already applied by ada'),
  ]);
  expect(again.after).toEqual(again.before);
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
  expect(again.report.verdict).toBe(`version 2 is on hold: incident 7; ${PROD}@Champion 2 → 1 (before)`);
});
