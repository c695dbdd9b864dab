import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { promoter } from '../../emulator/seeds/demo.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { promote } from '../../src/actions/promote.ts';
import { rollback } from '../../src/actions/rollback.ts';
import type { ActionRun } from './harness.ts';
import { recordOf } from './move-record.ts';
import { BACK, liveOf, served, servingWorld } from './serving-world.ts';

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD, endpoints: 'fraud-rt' };
const FAILS = { state: 'UPDATE_FAILED', message: 'no space left' } as const;

describe('a promotion', () => {
  test('updates the endpoint once the alias names the copy', async () => {
    const { run, emulator } = await servingWorld();
    const planned = await run(promote, { ...PROMOTE, 'dry-run': 'true' });
    expect(planned.summary).toContain('the copy');
    // The copy does not exist yet.
    expect(planned.outputs['plan'] ?? '').toBe('');
    const seen = await run(promote, PROMOTE);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '4' });
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 4 });
    expect(liveOf(emulator)).toEqual([['fraud_detection-4', 4, 100]]);
    const kinds = seen.report.changes.map(({ change, state }) => [change.kind, state]);
    expect(kinds.slice(-2)).toEqual([
      ['alias', 'done'],
      ['serving', 'done'],
    ]);
    expect(seen.report.effects).toMatchObject([{ kind: 'endpoint', state: 'updated' }]);
    expect((await run(promote, PROMOTE)).outputs['outcome']).toBe('noop');
  });

  test('whose endpoint fails says what was done; it stays, or alias and route go back where asked', async () => {
    const stay = await servingWorld();
    stay.emulator.metastore.workspace.endUpdates('fraud-rt', FAILS);
    const stayed = await stay.run(promote, PROMOTE);
    expect(stayed.outputs['outcome'], stayed.verdict).toBe('blocked');
    expect(stayed.verdict).toContain('no space left');
    expect(stayed.after.models[PROD]?.aliases).toEqual({ Champion: 4 });

    const back = await servingWorld();
    back.emulator.metastore.workspace.addEndpoint('fraud-eu', { creator: promoter, served: [served(2)] });
    back.emulator.metastore.workspace.endUpdates('fraud-rt', FAILS);
    const restored = await back.run(promote, {
      ...PROMOTE,
      endpoints: 'fraud-rt\nfraud-eu',
      'on-serving-failure': 'restore',
    });
    expect(restored.outputs['outcome'], restored.verdict).toBe('blocked');
    expect(restored.verdict).toContain('The alias and the other endpoints were put back');
    expect(restored.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
    expect(recordOf(restored.after.models[PROD]).slice(0, 2)).toMatchObject([
      { from: 4, to: 2 },
      { from: 2, to: 4 },
    ]);
    expect(restored.summary).toContain('Champion 2 → 4 and back');
    expect(liveOf(back.emulator, 'fraud-eu')).toEqual([['fraud_detection-2', 2, 100]]);
    expect(liveOf(back.emulator)).toEqual([['fraud_detection-1', 1, 100]]);
  });

  test('whose endpoint is not over in time puts nothing back: the update may succeed later', async () => {
    const { run, emulator } = await servingWorld();
    emulator.metastore.workspace.setServingTimes({ build: 1e9, route: 1e9 });
    const seen = await run(promote, {
      ...PROMOTE,
      'on-serving-failure': 'restore',
      'serving-timeout': '5m',
    });
    expect(seen.outputs['outcome'], seen.verdict).toBe('unavailable');
    expect(seen.verdict).toContain('Nothing was put back');
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 4 });
  });

  describe('with on-serving-failure: restore', () => {
    const PUT = '/api/2.0/serving-endpoints/{name}/config';
    const RESTORE = { ...PROMOTE, 'on-serving-failure': 'restore' };
    const stateOfUpdate = ({ report }: ActionRun) =>
      report.changes.flatMap(({ change, state }) => (change.kind === 'serving' ? [state] : []));

    test.each<[what: string, strike: (metastore: Metastore) => unknown, said: string]>([
      [
        'got a hold of its own',
        (metastore) => metastore.model(PROD).versions.get(2)?.tags.set('uc_promote_hold', 'incident 7'),
        '/2, to which it would go back, may not be taken: .*incident 7',
      ],
      [
        'got a hold of its model',
        (metastore) =>
          metastore.setTags(PROD, {
            uc_promote_hold_0123456789ab: JSON.stringify({ version: 2, reason: 'incident 7' }),
          }),
        'incident 7',
      ],
      [
        'may be what an unreadable hold is on',
        (metastore) => metastore.setTags(PROD, { uc_promote_hold_0123456789ab: 'incident 7' }),
        'to which it would go back, may not be taken: .*cannot be read',
      ],
      [
        'is not READY any more',
        (metastore) => {
          const version = metastore.model(PROD).versions.get(2);
          if (version !== undefined) version.status = 'FAILED_REGISTRATION';
        },
        'to which it would go back, may not be taken: .*FAILED_REGISTRATION',
      ],
      [
        'is gone',
        (metastore) => metastore.model(PROD).versions.delete(2),
        'to which it would go back, does not exist any more',
      ],
    ])('puts neither alias nor endpoint back to a version that %s', async (_what, strike, said) => {
      const { run, emulator } = await servingWorld();
      const { workspace } = emulator.metastore;
      workspace.addEndpoint('fraud-eu', { creator: promoter, served: [served(2)] });
      workspace.endUpdates('fraud-rt', FAILS);
      const kind = { kind: 'run', when: 'after', run: (at: Metastore) => void strike(at) } as const;
      emulator.faults.add({ template: PUT, kind });
      const seen = await run(promote, { ...RESTORE, endpoints: 'fraud-rt\nfraud-eu' });
      expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
      expect(seen.verdict).toMatch(new RegExp(`no space left.*Nothing could be put back.*${said}`, 'u'));
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 4 });
      expect(liveOf(emulator, 'fraud-eu')).toEqual([['fraud_detection-4', 4, 100]]);
    });

    test('puts nothing back where the endpoint serves the copy, and a setting was not kept', async () => {
      const { run, emulator } = await servingWorld();
      const loses = () => {
        const pending = emulator.metastore.state.workspace.endpoints.get('fraud-rt')?.pending;
        for (const entity of pending?.config.served ?? [])
          entity.fields = { ...entity.fields, workload_size: 'Medium' };
      };
      emulator.faults.add({ template: PUT, kind: { kind: 'run', when: 'after', run: loses } });
      const seen = await run(promote, RESTORE);
      expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
      expect(seen.verdict).toMatch(/workload_size.*The endpoint serves 4\. Nothing was put back/u);
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 4 });
      expect(liveOf(emulator)).toEqual([['fraud_detection-4', 4, 100]]);
      expect(stateOfUpdate(seen)).toEqual(['unknown']);
    });

    test('puts nothing back where an update that was accepted cannot be seen any more', async () => {
      const { run, emulator } = await servingWorld();
      const status = { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' } as const;
      const hides = () => {
        emulator.faults.add({ method: 'GET', template: '/api/2.0/serving-endpoints/{name}', kind: status });
      };
      emulator.faults.add({ template: PUT, kind: { kind: 'run', when: 'after', run: hides } });
      const seen = await run(promote, RESTORE);
      expect(seen.outputs['outcome'], seen.verdict).toBe('denied');
      expect(seen.verdict).toContain('Nothing was put back');
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 4 });
      expect(stateOfUpdate(seen)).toEqual(['unknown']);
    });

    test('puts the alias back where the update was refused', async () => {
      const { run, emulator } = await servingWorld();
      const status = { kind: 'status', status: 400, errorCode: 'INVALID_PARAMETER_VALUE' } as const;
      emulator.faults.add({ template: PUT, kind: status });
      const seen = await run(promote, RESTORE);
      expect(seen.verdict).toContain('The alias was put back');
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
      expect(stateOfUpdate(seen)).toEqual(['not-done']);
    });
  });

  test('says which endpoint stays where the alias is put back', async () => {
    const { run, emulator } = await servingWorld();
    const { workspace } = emulator.metastore;
    await run(promote, { source: PROMOTE.source, destination: PROD, until: 'copy' });
    workspace.addEndpoint('fraud-eu', { creator: promoter, served: [served(4)] });
    workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(promote, {
      ...PROMOTE,
      endpoints: 'fraud-rt\nfraud-eu',
      'on-serving-failure': 'restore',
    });
    expect(seen.verdict).toContain('The alias was put back. The endpoint fraud-eu was set to the version');
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 2 });
  });

  test('that finds the alias moved already says that it stays', async () => {
    const { run, emulator } = await servingWorld();
    const { workspace } = emulator.metastore;
    workspace.endUpdates('fraud-rt', FAILS, FAILS);
    await run(promote, PROMOTE);
    const again = await run(promote, { ...PROMOTE, 'on-serving-failure': 'restore' });
    expect(again.outputs['outcome'], again.verdict).toBe('blocked');
    expect(again.verdict).toContain('This run had not moved the alias, which stays');
    expect(again.after.models[PROD]?.aliases).toEqual({ Champion: 4 });
  });

  test('leaves an endpoint as it is where the alias was moved right before', async () => {
    const { run, emulator } = await servingWorld();
    const moves = () => emulator.metastore.setAlias(PROD, 'Champion', 3);
    // The last read of the alias before the update: behind the one that reads its move back.
    const template = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';
    const late = {
      method: 'GET',
      template,
      skip: 1,
      kind: { kind: 'run', when: 'before', run: moves },
    } as const;
    const starts = () => emulator.faults.add(late);
    emulator.faults.add({ method: 'PUT', template, kind: { kind: 'run', when: 'after', run: starts } });
    const seen = await run(promote, PROMOTE);
    expect(seen.outputs['outcome'], seen.verdict).toBe('conflict');
    expect(seen.verdict).toContain('now names 3');
    expect(liveOf(emulator)).toEqual([['fraud_detection-1', 1, 100]]);
  });

  test('is denied before anything is written where the caller may not update the endpoint', async () => {
    const { run, emulator } = await servingWorld();
    const { workspace } = emulator.metastore;
    workspace.addEndpoint('theirs', { creator: 'ada@example.com', served: [served(1)] });
    const id = emulator.metastore.state.workspace.endpoints.get('theirs')?.id ?? '';
    workspace.allow('serving-endpoints', id, promoter, 'CAN_QUERY');
    const seen = await run(promote, { ...PROMOTE, endpoints: 'theirs' });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['denied', 'false']);
    expect(seen.after).toEqual(seen.before);
  });

  test.each(['alias', 'validate'])(
    'until: %s is refused before anything is written where the endpoint cannot get it',
    async (until) => {
      const { run } = await servingWorld();
      const seen = await run(promote, { ...PROMOTE, endpoints: 'absent', until });
      expect([seen.outputs['outcome'], seen.outputs['changed']]).toEqual(['blocked', 'false']);
      expect(seen.after).toEqual(seen.before);
    },
  );

  test.each([
    [{ endpoints: 'fraud-rt', until: 'copy' }],
    [{ endpoints: 'a b' }],
    [{ endpoints: '# none' }],
    [{ endpoints: '', 'keep-previous': 'true' }],
  ])('with %j is invalid', async (inputs) => {
    const { run } = await servingWorld();
    const seen = await run(promote, { ...PROMOTE, ...inputs });
    expect(seen.outputs['outcome'], seen.verdict).toBe('invalid');
    expect(seen.records).toEqual([]);
  });
});

describe('a rollback', () => {
  test('puts no endpoint back to the bad version, which is on hold by then', async () => {
    const { run, emulator } = await servingWorld({}, [served(2)]);
    const { workspace } = emulator.metastore;
    workspace.addEndpoint('fraud-eu', { creator: promoter, served: [served(2)] });
    workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(rollback, {
      ...BACK,
      endpoints: 'fraud-rt\nfraud-eu',
      'on-serving-failure': 'restore',
    });
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(seen.verdict).toMatch(/no space left.*Nothing could be put back.*on hold/u);
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
    expect(liveOf(emulator, 'fraud-eu')).toEqual([['fraud_detection-1', 1, 100]]);
  });

  test('takes alias and endpoint back, and holds the bad version before it waits', async () => {
    const { run, emulator } = await servingWorld({}, [served(2), served(1, { percent: 0 })]);
    emulator.metastore.workspace.setServingTimes({ build: 1e9, route: 5 });
    const seen = await run(rollback, { ...BACK, 'keep-previous': 'true' });
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', version: '1', held: 'true' });
    expect(liveOf(emulator)).toEqual([
      ['fraud_detection-1', 1, 100],
      ['fraud_detection-2', 2, 0],
    ]);
    const kinds = seen.report.changes.map(({ change }) => change.kind);
    expect(kinds.indexOf('serving')).toBeGreaterThan(kinds.indexOf('hold'));
  });

  test.each(['absent', 'theirs'])(
    'goes back whatever the endpoint is (%s), and is not ok',
    async (endpoints) => {
      const { run, emulator } = await servingWorld();
      emulator.metastore.workspace.addEndpoint('theirs', { creator: 'ada@example.com', served: [served(2)] });
      const seen = await run(rollback, { ...BACK, endpoints });
      expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'blocked', held: 'true' });
      expect(seen.verdict).toContain('not every endpoint can be updated');
      expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
    },
  );

  test.each(['stay', 'restore'])('whose endpoint fails says that the alias is back (%s)', async (how) => {
    const { run, emulator } = await servingWorld({}, [served(2)]);
    emulator.metastore.workspace.endUpdates('fraud-rt', FAILS);
    const seen = await run(rollback, { ...BACK, 'on-serving-failure': how });
    expect(seen.outputs['outcome'], seen.verdict).toBe('blocked');
    expect(seen.verdict).toMatch(/2 → 1; The update of the endpoint fraud-rt failed/u);
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
  });
});
