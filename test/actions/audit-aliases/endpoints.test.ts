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

  test.each([
    ['the former version gets them', 100, 0, ['endpoint-behind']],
    ['the live version gets them', 0, 100, []],
    ['both get some', 50, 50, []],
  ])(
    'is known by who gets the requests where both versions are deployed: %s',
    async (_what, former, live, codes) => {
      const { run, emulator } = await world();
      const { metastore } = emulator;
      metastore.setAlias(PROD, 'Champion', metastore.addVersion(PROD, { files: GOOD_FILES }));
      metastore.workspace.addEndpoint('fraud-rt', {
        creator: promoter,
        served: [
          { entity_name: PROD, entity_version: '1', percent: former },
          { entity_name: PROD.toUpperCase(), entity_version: '2', percent: live },
        ],
      });
      const seen = await run(auditAliases, AUDIT);
      const findings = JSON.parse(seen.outputs['findings'] ?? '') as { code: string }[];
      expect(findings.map(({ code }) => code)).toEqual(codes);
      expect(seen.records.filter(({ path }) => path.endsWith('/serving-endpoints/fraud-rt'))).toHaveLength(1);
    },
  );

  test.each([
    [403, '/api/2.0/serving-endpoints'],
    [500, '/api/2.0/serving-endpoints'],
    [500, '/api/2.0/serving-endpoints/{name}'],
  ])(
    'is not looked for where a read ends with %i (%s), which is a warning of its own',
    async (status, template) => {
      const { run, emulator } = await behind();
      emulator.metastore.workspace.addEndpoint('both', {
        creator: promoter,
        served: [
          { entity_name: PROD, entity_version: '1', percent: 100 },
          { entity_name: PROD, entity_version: '2', percent: 0 },
        ],
      });
      emulator.faults.add({
        template,
        times: Infinity,
        kind: { kind: 'status', status },
      });
      const seen = await run(auditAliases, AUDIT);
      expect(seen.outputs).toMatchObject({ outcome: 'ok', count: '0' });
      expect(seen.summary).toContain('Endpoints cannot be listed');
    },
  );
});
