import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { apply } from '../../src/actions/apply.ts';
import { cleanUp } from '../../src/actions/clean-up.ts';
import { manageModel } from '../../src/actions/manage-model.ts';
import { TOKENS, world, type ActionRun } from '../actions/harness.ts';
import { CLEAN_UP, cleanUpWorld, VERSIONS } from './clean-up-world.ts';

const ALL = Object.values(VERSIONS);
const deletesOf = ({ records }: ActionRun) => records.filter(({ method }) => method === 'DELETE');
const remove = (metastore: Metastore, version: number) => void metastore.model(PROD).versions.delete(version);

/** A world in which somebody does something once it is decided what goes: sizes are read last. */
async function cleaningWhile(meddle: (metastore: Metastore) => void) {
  const bench = await world();
  const { metastore, faults } = bench.emulator;
  cleanUpWorld(metastore);
  let isDone = false;
  const run = () => {
    if (!isDone) meddle(metastore);
    isDone = true;
  };
  faults.add({ method: 'GET', template: /fs\/directories/u, kind: { kind: 'run', when: 'after', run } });
  return bench;
}

test('a model that was renamed after the plan: conflict for apply, and nothing counts as deleted', async () => {
  const { run, emulator } = await world();
  cleanUpWorld(emulator.metastore);
  const dry = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
  const response = await fetch(`${emulator.url}/api/2.1/unity-catalog/models/${PROD}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${TOKENS.promoter}`, 'content-type': 'application/json' },
    body: JSON.stringify({ new_name: 'fraud_scores' }),
  });
  expect(response.status).toBe(200);
  const seen = await run(apply, { plan: dry.outputs['plan'] ?? '', 'check-privileges': 'off' });
  expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
  expect([seen.after, deletesOf(seen)]).toEqual([seen.before, []]);
});

test('a model that is not there any more right before the first deletion: conflict, and nothing counts as deleted', async () => {
  const { run } = await cleaningWhile((metastore) => void metastore.state.models.delete(PROD));
  const seen = await run(cleanUp, CLEAN_UP);
  expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
  expect(seen.verdict).toContain('its model is not there');
  expect(deletesOf(seen)).toEqual([]);
});

test('what somebody else deleted is said apart, in the verdict and on the page', async () => {
  const { run } = await cleaningWhile((metastore) => {
    remove(metastore, VERSIONS.rejected);
    remove(metastore, VERSIONS.failed);
  });
  const seen = await run(cleanUp, CLEAN_UP);
  expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
  expect(seen.verdict).toMatch(/3 versions deleted \(3, 5 and 6\), .*; 2 versions gone already \(2 and 4\)/u);
  expect(seen.summary).toMatch(/3 versions were deleted.* 2 versions were gone already\./u);
  expect(deletesOf(seen)).toHaveLength(3);
});

test('apply says apart what is gone, and deletes nothing where all is', async () => {
  const { run, emulator } = await world();
  cleanUpWorld(emulator.metastore);
  const dry = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
  remove(emulator.metastore, VERSIONS.rejected);
  const given = { plan: dry.outputs['plan'] ?? '' };
  const seen = await run(apply, given);
  expect(seen.verdict).toContain('version 3 is deleted');
  expect(seen.verdict).toContain('version 2 was gone already');
  const again = await run(apply, given);
  expect([again.outputs['outcome'], again.outputs['changed'], deletesOf(again)]).toEqual([
    'noop',
    'false',
    [],
  ]);
  expect(ALL.filter((each) => !again.after.models[PROD]?.versions[String(each)])).toHaveLength(5);
});

test('a model that somebody else deleted is not said to be deleted by this run', async () => {
  const { run, emulator } = await world();
  const NEW = 'prod.ml_team.churn';
  emulator.metastore.createModel(NEW, { owner: 'ml-deployers' });
  emulator.faults.add({
    method: 'GET',
    template: '/api/2.0/serving-endpoints',
    skip: 1,
    kind: { kind: 'run', when: 'before', run: (metastore) => void metastore.state.models.delete(NEW) },
  });
  const seen = await run(manageModel, { model: NEW, delete: 'true' });
  expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['noop', 'false']);
  expect(seen.verdict).toContain('was gone already');
});

describe('what is taken away by somebody else in the moment before the request', () => {
  const NEW = 'prod.ml_team.churn';
  const before = (template: string | RegExp, run: (metastore: Metastore) => void) =>
    ({ method: 'DELETE', template, kind: { kind: 'run', when: 'before', run } }) as const;

  test('a model that was renamed is not said to be deleted by this run', async () => {
    const { run, emulator } = await world();
    emulator.metastore.createModel(NEW, { owner: 'ml-deployers' });
    const rename = ({ state }: Metastore) => void state.models.delete(NEW);
    emulator.faults.add(before('/api/2.1/unity-catalog/models/{full_name}', rename));
    const seen = await run(manageModel, { model: NEW, delete: 'true' });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['noop', 'false']);
    expect(seen.verdict).toContain('was gone already; nothing was deleted');
    expect(seen.summary).not.toContain('A deleted model cannot be restored');
  });

  test('a version is counted apart', async () => {
    const { run, emulator } = await world();
    cleanUpWorld(emulator.metastore);
    emulator.faults.add(before(/model-versions/u, (metastore) => remove(metastore, VERSIONS.rejected)));
    const seen = await run(cleanUp, CLEAN_UP);
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(seen.verdict).toContain('1 version gone already (2)');
  });

  test('after a lost response it counts as deleted by this run', async () => {
    const { run, emulator } = await world();
    emulator.metastore.createModel(NEW, { owner: 'ml-deployers' });
    const template = '/api/2.1/unity-catalog/models/{full_name}';
    emulator.faults.add({ method: 'DELETE', template, kind: { kind: 'drop', when: 'after' } });
    const seen = await run(manageModel, { model: NEW, delete: 'true' });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['ok', 'true']);
  });
});
