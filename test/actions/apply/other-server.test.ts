import { describe, expect, test } from 'vitest';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';
import type { Emulator } from '../../../emulator/index.ts';
import { apply } from '../../../src/actions/apply.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { readPlanFile } from '../../../src/plan/file.ts';
import { world, type ActionBench } from '../harness.ts';

/** How a workspace does not say its number, such as one behind a gateway that drops the header. */
const NAMELESS: Readonly<Record<string, (emulator: Emulator) => void>> = {
  'sends no header': ({ faults }) =>
    void faults.add({
      times: Infinity,
      kind: { kind: 'missing-header', header: 'x-databricks-org-id' },
    }),
  'sends an empty one': ({ metastore }) => void (metastore.state.workspaceId = ''),
};

async function planIn({ run }: ActionBench): Promise<string> {
  const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '2', 'dry-run': 'true' });
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  return seen.outputs['plan'] ?? '';
}

describe('a plan of a workspace that reports no id', () => {
  test.each(Object.entries(NAMELESS))('that %s is applied there, and nowhere else', async (_name, hide) => {
    const [made, other] = await Promise.all([world(), world()]);
    for (const { emulator } of [made, other]) {
      hide(emulator);
      moreVersions(emulator.metastore);
    }
    const plan = await planIn(made);
    const read = readPlanFile(plan);
    if ('fault' in read) throw new Error(read.fault);
    expect(read.plan.registry.workspaceId).toBeNull();
    expect(plan).not.toContain(new URL(made.emulator.url).host);

    const elsewhere = await other.run(apply, { plan });
    expect([elsewhere.outputs['outcome'], elsewhere.outputs['changed']]).toEqual(['blocked', 'false']);
    expect(elsewhere.verdict).toContain('made for another server');
    expect(elsewhere.after).toEqual(elsewhere.before);

    const registry = { ...read.plan.registry, server: undefined };
    const without = await made.run(apply, { plan: JSON.stringify({ ...read.plan, registry }) });
    expect([without.outputs['outcome'], without.verdict]).toEqual([
      'blocked',
      expect.stringContaining('does not show which server it was made for'),
    ]);

    const there = await made.run(apply, { plan });
    expect(there.outputs['outcome'], there.verdict).toBe('ok');
  });
});
