import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { craftedPlan, given } from '../../../bench/crafted-plan.ts';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';
import { apply } from '../../../src/actions/apply.ts';
import { planDigest } from '../../../src/plan/digest.ts';
import type { PlanFile } from '../../../src/plan/file.ts';
import { world, type RunOptions } from '../harness.ts';

const PLAN = craftedPlan(2);
const DIGEST = planDigest(PLAN);
const MOVED = { name: modelNamed(PROD), alias: 'Champion', from: 1, to: 2, kind: 'alias' } as const;
const HOLD = {
  kind: 'hold',
  name: MOVED.name,
  version: 1,
  key: 'uc_promote_hold_6b86b273ff34',
  from: null,
  to: 'incident 7',
} as const;
const of = (run: Partial<PlanFile['run']>): PlanFile => ({ ...PLAN, run: { ...PLAN.run, ...run } });

function modelNamed(text: string) {
  const [catalog = '', schema = '', model = ''] = text.split('.');
  return { catalog, schema, model };
}

interface Attack {
  readonly title: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly options?: RunOptions;
  readonly outcome: string;
  /** What is said of it. */
  readonly said: string;
}

const ATTACKS: readonly Attack[] = [
  {
    title: 'a plan whose target was edited',
    inputs: { plan: given(craftedPlan(3)).plan, 'expected-digest': DIGEST },
    outcome: 'blocked',
    said: 'It was edited or replaced.',
  },
  {
    title: 'a plan with a fact less',
    inputs: { plan: JSON.stringify({ ...PLAN, basis: PLAN.basis.slice(1) }), 'expected-digest': DIGEST },
    outcome: 'blocked',
    said: 'It was edited or replaced.',
  },
  {
    title: 'a plan whose end was put off',
    inputs: {
      plan: JSON.stringify(of({ validUntil: '2099-01-01T00:00:00.000Z' })),
      'expected-digest': DIGEST,
    },
    outcome: 'blocked',
    said: 'It was edited or replaced.',
  },
  {
    title: 'a plan of another run',
    inputs: given(of({ runId: '4241' })),
    outcome: 'blocked',
    said: 'for another run, 4241; this run is',
  },
  {
    title: 'a plan of another repository',
    inputs: given(of({ repository: 'mallory/models' })),
    outcome: 'blocked',
    said: 'for another repository, mallory/models; this repository is',
  },
  {
    title: 'a plan of another system',
    inputs: given(of({ provider: 'gitlab' })),
    outcome: 'blocked',
    said: 'for another system, gitlab; this system is',
  },
  {
    title: 'a plan of another commit',
    inputs: given(of({ sha: 'f'.repeat(40) })),
    outcome: 'blocked',
    said: 'for another commit',
  },
  {
    title: 'a plan of another workflow',
    inputs: given(of({ workflowRef: 'acme/models/.github/workflows/other.yml@refs/heads/x' })),
    outcome: 'blocked',
    said: 'for another workflow',
  },
  {
    title: 'a plan of a later attempt',
    inputs: given(of({ attempt: '2' })),
    outcome: 'blocked',
    said: 'attempt 2',
  },
  {
    title: 'a plan of no attempt',
    inputs: given(of({ attempt: 'first' })),
    outcome: 'blocked',
    said: 'attempt first',
  },
  ...Object.entries({
    'a second alias': [[...PLAN.changes, { ...MOVED, alias: 'Challenger' }], 'more than one alias'],
    'a second model': [
      [...PLAN.changes, { ...HOLD, name: { ...MOVED.name, model: 'other' } }],
      'more than one model',
    ],
    'a record of another move': [
      [{ ...MOVED, kind: 'record', to: 3 }, MOVED],
      'its record is not that of the move',
    ],
    'a record behind its move': [PLAN.changes.toReversed(), 'its record is not that of the move'],
    'a record alone': [PLAN.changes.slice(0, 1), 'its record is not that of the move'],
    'a hold that is lifted': [
      [...PLAN.changes, { ...HOLD, from: 'incident 7', to: null }],
      'it lifts a hold',
    ],
    'no change': [[], 'it has no changes'],
  } as const).map(([title, [changes, said]]) => ({
    title,
    inputs: given({ ...PLAN, changes: [...changes] }),
    outcome: 'blocked',
    said,
  })),
  {
    title: 'a move that rests on nothing',
    inputs: given({ ...PLAN, basis: [] }),
    outcome: 'blocked',
    said: 'it rests on nothing',
  },
  {
    title: 'an expired plan',
    inputs: given(craftedPlan(2, Date.now() - 25 * 3_600_000)),
    outcome: 'blocked',
    said: 'expired at',
  },
  {
    title: 'a plan older than it may be here',
    inputs: { ...given(craftedPlan(2, Date.now() - 2 * 3_600_000)), 'max-age': '1h' },
    outcome: 'blocked',
    said: 'expired at',
  },
  {
    title: 'a plan of the future',
    inputs: given(craftedPlan(2, Date.now() + 3_600_000)),
    outcome: 'blocked',
    said: 'in the future by the clock',
  },
  {
    title: 'a plan of another workspace',
    inputs: given({ ...PLAN, registry: { kind: 'databricks', workspaceId: '7' } }),
    outcome: 'blocked',
    said: 'made in workspace 7',
  },
  {
    title: 'a plan of a workspace that did not report its id',
    inputs: given({ ...PLAN, registry: { kind: 'databricks', workspaceId: null } }),
    outcome: 'blocked',
    said: 'did not report its id',
  },
  {
    title: 'a plan of a server without a number, for a workspace that has one',
    inputs: given({
      ...PLAN,
      registry: { kind: 'databricks', workspaceId: null, server: 'f'.repeat(64) },
    }),
    outcome: 'blocked',
    said: 'did not report its id',
  },
  {
    title: 'a plan for another kind of registry',
    inputs: given({ ...PLAN, registry: { kind: 'mlflow', workspaceId: null } }),
    outcome: 'blocked',
    said: 'for the registry kind mlflow, but this registry is databricks',
  },
  {
    title: 'a kind of change that is not known',
    inputs: { plan: JSON.stringify({ ...PLAN, changes: [{ kind: 'grant' }] }) },
    outcome: 'invalid',
    said: 'changes.0.kind',
  },
  {
    title: 'a member that is not known',
    inputs: { plan: JSON.stringify({ ...PLAN, approved: true }) },
    outcome: 'invalid',
    said: 'members that this release does not know',
  },
  {
    title: 'a later schema',
    inputs: { plan: JSON.stringify({ ...PLAN, schemaVersion: 2 }) },
    outcome: 'invalid',
    said: 'schemaVersion',
  },
  { title: 'no plan at all', inputs: { plan: 'Ship it!' }, outcome: 'invalid', said: 'it is not JSON' },
  {
    title: 'a file without a digest',
    inputs: { 'plan-file': '/nowhere' },
    outcome: 'invalid',
    said: 'another step or job may have replaced the file',
  },
  {
    title: 'a file that is not there',
    inputs: { 'plan-file': '/nowhere/plan.json', 'expected-digest': DIGEST },
    outcome: 'invalid',
    said: 'cannot be read',
  },
  {
    title: 'a longer validity than plans have',
    inputs: { ...given(PLAN), 'max-age': '48h' },
    outcome: 'invalid',
    said: 'no plan is valid for longer',
  },
  {
    title: 'a code without an environment that asks for it',
    inputs: { ...given(PLAN), 'require-plan-code': 'true' },
    outcome: 'invalid',
    said: 'require-plan-code needs an approval',
  },
];

describe('refused, and nothing is written', () => {
  test.each(ATTACKS)('$title', async ({ inputs, options = {}, outcome, said }) => {
    const { run, emulator } = await world();
    moreVersions(emulator.metastore);
    const seen = await run(apply, inputs, options);
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual([outcome, 'false']);
    expect(`${seen.report.error?.message ?? ''} ${seen.summary}`.replaceAll('&#58;', ':')).toContain(said);
    expect(seen.after).toEqual(seen.before);
  });

  test('a file that was replaced', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uc-promote-plan-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'plan.json');
    await writeFile(path, given(craftedPlan(3)).plan);
    const { run, emulator } = await world();
    moreVersions(emulator.metastore);
    const replaced = await run(apply, { 'plan-file': path, 'expected-digest': DIGEST });
    expect([replaced.outputs['outcome'], replaced.verdict]).toEqual([
      'blocked',
      expect.stringContaining('It was edited or replaced'),
    ]);
    expect(replaced.after).toEqual(replaced.before);
    await writeFile(path, given(PLAN).plan);
    const own = await run(apply, { 'plan-file': path, 'expected-digest': `sha256:${DIGEST}` });
    expect(own.outputs['outcome'], own.verdict).toBe('ok');
  });

  test('a digest that is none is one fault, not also a missing input', async () => {
    const { run } = await world();
    const seen = await run(apply, { 'plan-file': 'plan.json', 'expected-digest': '0000' });
    expect(seen.outputs['outcome']).toBe('invalid');
    expect(seen.report.error?.message).toContain('is not a SHA-256 digest');
    expect(seen.summary).not.toContain('is missing');
  });

  test('both a plan and a file', async () => {
    const { run } = await world();
    const seen = await run(apply, { ...given(PLAN), 'plan-file': 'plan.json' });
    expect([seen.outputs['outcome'], seen.report.error?.message]).toEqual([
      'invalid',
      expect.stringContaining('both are given'),
    ]);
  });
});
