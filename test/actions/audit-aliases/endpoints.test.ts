import { describe, expect, test } from 'vitest';
import { promoter } from '../../../emulator/seeds/demo.ts';
import { GOOD_FILES, PROD } from '../../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../../src/actions/audit-aliases.ts';
import { world } from '../harness.ts';

const AUDIT = { models: 'prod.ml_team.*', 'require-signature': 'off' };

async function behind() {
  const bench = await world();
  const { metastore } = bench.emulator;
  metastore.setAlias(PROD, 'Champion', metastore.addVersion(PROD, { files: GOOD_FILES }));
  metastore.workspace.addEndpoint('fraud-rt', {
    creator: promoter,
    served: [{ entity_name: PROD, entity_version: '1' }],
  });
  return bench;
}

describe('an endpoint that an alias has left behind', () => {
  test('is a warning, found by one list for all models', async () => {
    const { run } = await behind();
    const seen = await run(auditAliases, AUDIT);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(JSON.parse(seen.outputs['findings'] ?? '')).toMatchObject([
      {
        code: 'endpoint-behind',
        model: PROD,
        alias: 'Champion',
        version: 2,
        message: `${PROD}@Champion names 2, but the endpoint fraud-rt serves version 1.`,
      },
    ]);
    expect(seen.records.filter(({ path }) => path.endsWith('/serving-endpoints'))).toHaveLength(1);
  });

  test.each([403, 500])(
    'is not looked for where the list ends with %i, which is a warning of its own',
    async (status) => {
      const { run, emulator } = await behind();
      emulator.faults.add({
        template: '/api/2.0/serving-endpoints',
        times: Infinity,
        kind: { kind: 'status', status },
      });
      const seen = await run(auditAliases, AUDIT);
      expect(seen.outputs).toMatchObject({ outcome: 'ok', count: '0' });
      expect(seen.summary).toContain('Endpoints cannot be listed');
    },
  );
});
