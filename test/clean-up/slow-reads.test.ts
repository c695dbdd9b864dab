import { expect, test } from 'vitest';
import type { Fault, Metastore } from '../../emulator/index.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { cleanUp } from '../../src/actions/clean-up.ts';
import { manageModel } from '../../src/actions/manage-model.ts';
import { world } from '../actions/harness.ts';
import { CLEAN_UP, cleanUpWorld, VERSIONS } from './clean-up-world.ts';

const ENDPOINTS = '/api/2.0/serving-endpoints';
const VERSION = '/api/2.0/mlflow/unity-catalog/model-versions/get';
const UNAVAILABLE = { kind: 'retry-after-seconds', seconds: 40 } as const;

/** What somebody else does before a request. */
const before = (run: (metastore: Metastore) => void): Fault => ({ kind: 'run', when: 'before', run });
const nameIt = (metastore: Metastore) => metastore.setAlias(PROD, 'Late', VERSIONS.rejected);

test('an alias that is set while the endpoints are read again for long, after the plan: conflict, nothing is deleted', async () => {
  const { run, emulator } = await world();
  cleanUpWorld(emulator.metastore);
  // The first list of endpoints is that of the plan; the third one is the repetition of the one right before the deletion.
  emulator.faults.add({ method: 'GET', template: ENDPOINTS, skip: 1, kind: UNAVAILABLE });
  emulator.faults.add({ method: 'GET', template: ENDPOINTS, skip: 2, kind: before(nameIt) });
  const seen = await run(cleanUp, CLEAN_UP);
  expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
  expect(seen.slept.some((ms) => ms >= 40_000)).toBe(true);
  expect(seen.records.filter(({ write }) => write)).toEqual([]);
  expect(Object.keys(seen.after.models[PROD]?.versions ?? {})).toHaveLength(14);
});

test('an alias that is set while the endpoints are read again for long, before another try: conflict, nothing is deleted', async () => {
  const { run, emulator } = await world();
  cleanUpWorld(emulator.metastore);
  emulator.faults.add({ method: 'DELETE', kind: { kind: 'retry-after-seconds' } });
  emulator.faults.add({ method: 'GET', template: ENDPOINTS, skip: 2, kind: UNAVAILABLE });
  emulator.faults.add({ method: 'GET', template: ENDPOINTS, skip: 3, kind: before(nameIt) });
  const seen = await run(cleanUp, CLEAN_UP);
  expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
  expect(seen.records.filter(({ write }) => write)).toHaveLength(1);
  expect(Object.keys(seen.after.models[PROD]?.versions ?? {})).toHaveLength(14);
});

test('a hold that is set on the model while the version itself is read again for long: conflict, nothing is deleted', async () => {
  const { run, emulator } = await world();
  cleanUpWorld(emulator.metastore);
  const hold = before((metastore) =>
    metastore.setTags(PROD, {
      uc_promote_hold_d4735e3a265e: JSON.stringify({ version: VERSIONS.rejected, reason: 'incident 8' }),
    }),
  );
  // Eight versions are read for the plan. Right before the deletion it is the version, the newest one, and the version again.
  emulator.faults.add({ method: 'GET', template: VERSION, skip: 8, kind: UNAVAILABLE });
  emulator.faults.add({ method: 'GET', template: VERSION, skip: 10, kind: hold });
  const seen = await run(cleanUp, CLEAN_UP);
  expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
  expect(seen.verdict).toContain('now has the hold');
  expect(seen.records.filter(({ write }) => write)).toEqual([]);
});

test('a model that gets a version while the endpoints are read again for long is not deleted', async () => {
  const { run, emulator } = await world();
  const NEW = 'prod.ml_team.churn';
  emulator.metastore.createModel(NEW, { owner: 'ml-deployers' });
  emulator.faults.add({ method: 'GET', template: ENDPOINTS, skip: 1, kind: UNAVAILABLE });
  const register = before((metastore) => void metastore.addVersion(NEW, {}));
  emulator.faults.add({ method: 'GET', template: ENDPOINTS, skip: 2, kind: register });
  const seen = await run(manageModel, { model: NEW, delete: 'true' });
  expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
  expect(seen.after.models[NEW]).toBeDefined();
});
