import { expect, test } from 'vitest';
import { moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import { findVersion } from '../../../src/actions/find-version.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { world, type ActionRun } from '../harness.ts';
import { moveOutside } from '../moved-outside.ts';

function codesOf(seen: ActionRun): string[] {
  const findings = JSON.parse(seen.outputs['findings'] ?? '[]') as { code: string }[];
  return findings.map(({ code }) => code).filter((code) => code === 'moved-outside');
}

test.each([true, false])(
  'record and audit say the same whether a move of an alias counts as a change of its model: %s',
  async (aliasUpdatesModel) => {
    const { run, emulator } = await world({ switches: { aliasUpdatesModel } });
    const { metastore } = emulator;
    moreVersions(metastore);
    const audited = async () => codesOf(await run(auditAliases, { models: PROD, 'fail-on': 'never' }));
    const created = metastore.model(PROD).updatedAt;
    await run(setAlias, { model: PROD, alias: 'Champion', version: '2' });
    expect(metastore.model(PROD).updatedAt > created).toBe(aliasUpdatesModel);
    expect(await audited()).toEqual([]);
    await moveOutside(emulator, { at: metastore.now() + 1_000, version: 3 });
    expect(await audited()).toEqual(['moved-outside']);
    const past = await run(findVersion, { model: PROD, alias: 'Champion', history: 'true' });
    const lines = JSON.parse(past.outputs['history'] ?? '[]') as { version: number | null }[];
    expect(lines.map(({ version }) => version)).toEqual([2, 1]);
  },
);
