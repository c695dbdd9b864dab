import { expect, test } from 'vitest';
import { applyChanges } from '../../src/apply/apply.ts';
import type { AliasChange } from '../../src/plan/changes/alias.ts';
import type { TagChange } from '../../src/plan/changes/tag.ts';
import { PART_OF_COPY } from '../../src/apply/copy/own-version.ts';
import { Snapshot } from '../../src/facts/snapshot.ts';
import { fakeClock } from '../actions/recording-runner.ts';
import { PROD, registryBench } from '../registry/registry-bench.ts';

const MODEL = 'prod.ml_team.fraud_detection';

async function ready() {
  const { registry, emulator } = await registryBench();
  const clock = fakeClock([]);
  const snapshot = new Snapshot(registry, clock);
  const sent = () => emulator.requests.filter(({ method }) => method === 'GET').length;
  return { registry, emulator, clock, snapshot, sent };
}

test('what is decided together is read again together where one of it is stale, and not at all where none is', async () => {
  const { snapshot, sent } = await ready();
  await snapshot.version(PROD, 1);
  await snapshot.alias(PROD, 'Champion');
  expect(sent()).toBe(2);
  const both = [
    { kind: 'version', name: PROD, version: 1 },
    { kind: 'alias', name: PROD, alias: 'Champion' },
  ] as const;
  const read = () => Promise.all([snapshot.version(PROD, 1), snapshot.alias(PROD, 'champion')]);
  snapshot.renew(both);
  await read();
  expect(sent()).toBe(4);
  // Read at once, both are as fresh as anything can be.
  snapshot.renew([both[1]]);
  await read();
  expect(sent()).toBe(4);
});

test('an alias that was just read is read again when a version beside it is stale: a move meanwhile is a conflict', async () => {
  const { registry, emulator, clock, snapshot } = await ready();
  emulator.metastore.addVersion(MODEL, {});
  emulator.metastore.addVersion(MODEL, {});
  await snapshot.version(PROD, 2);
  await snapshot.alias(PROD, 'Champion');
  emulator.metastore.setAlias(MODEL, 'Champion', 3);
  const alias: AliasChange = { kind: 'alias', name: PROD, alias: 'Champion', from: 1, to: 2 };
  const target = { kind: 'version', name: PROD, version: 2 } as const;
  const tag: TagChange = { kind: 'tag', target, key: 'stage', from: null, to: 'live' };
  const quiet = () => {};
  const applied = applyChanges([alias, tag], {
    writer: registry,
    snapshot,
    clock,
    random: () => 0.5,
    signal: new AbortController().signal,
    warn: quiet,
    log: { info: quiet, debug: quiet, warning: quiet },
    journal: PART_OF_COPY,
    author: { repository: 'acme/models', runId: '1', attempt: '1', actor: 'ada' },
  });
  await expect(applied).rejects.toMatchObject({ details: { code: 'conflict' } });
  expect(emulator.state().models[MODEL]?.aliases).toEqual({ Champion: 3 });
});
