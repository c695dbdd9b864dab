import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../../emulator/index.ts';
import { withCopy } from '../../../src/plan/change.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { promote } from '../../../src/actions/promote.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { world } from '../harness.ts';
import { PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };

describe('a new destination', () => {
  const NEW = { ...COPY, destination: 'prod.ml_team.brand_new' };

  test('is created when asked, with its owner', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, {
      ...NEW,
      'create-destination': 'true',
      'destination-owner': 'ml-deployers',
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '1' });
    expect(seen.after.models[NEW.destination]).toMatchObject({ owner: 'ml-deployers', aliases: {} });
    expect(seen.report.changes.map(({ change, state }) => [change.kind, state])).toEqual([
      ['create-model', 'done'],
      ['copy', 'done'],
    ]);
  });

  describe('whose creation died before its owner was set', () => {
    const OWNED = { ...NEW, 'create-destination': 'true', 'destination-owner': 'ml-deployers' };
    const OWNER = { method: 'PATCH', template: '/api/2.1/unity-catalog/models/{full_name}' } as const;

    /** A run whose change of owner nobody answers. */
    async function died() {
      const started = await world();
      const { run, emulator } = started;
      emulator.faults.add({
        ...OWNER,
        times: Number.POSITIVE_INFINITY,
        kind: { kind: 'status', status: 503 },
      });
      const first = await run(copyVersion, OWNED);
      expect(first.outputs, first.report.verdict).toMatchObject({ outcome: 'unavailable', changed: 'true' });
      expect(first.after.models[NEW.destination]?.owner).toBe(PROMOTER);
      emulator.faults.clear();
      return started;
    }

    test.each([
      ['copy-version', copyVersion],
      ['promote', promote],
    ])('is given its owner by the next run of %s, before the copy', async (_title, action) => {
      const { run } = await died();
      const dry = await run(action, { ...OWNED, 'dry-run': 'true' });
      const seen = await run(action, OWNED);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '1' });
      expect(seen.after.models[NEW.destination]?.owner).toBe('ml-deployers');
      const changes = seen.report.changes.map(({ change }) => change);
      expect(changes[0]).toMatchObject({ kind: 'owner', from: PROMOTER, to: 'ml-deployers' });
      expect(dry.report.changes.map(({ change }) => withCopy(change, 1))).toEqual(changes);
    });

    test('is left alone where somebody changed the owner meanwhile: conflict', async () => {
      const { run, emulator } = await died();
      emulator.faults.add({
        method: 'GET',
        path: /\/models\/prod\.ml_team\.brand_new$/u,
        skip: 1,
        kind: {
          kind: 'run',
          when: 'before',
          run: (metastore) => {
            metastore.model(NEW.destination).owner = 'admin@example.com';
            metastore.grant('function', NEW.destination, PROMOTER, ['EXECUTE']);
          },
        },
      });
      const seen = await run(copyVersion, OWNED);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
      expect(seen.after.models[NEW.destination]).toMatchObject({ owner: 'admin@example.com', versions: {} });
    });

    test.each<[string, (metastore: Metastore) => void, string]>([
      ['that has a version', (metastore) => void metastore.addVersion(NEW.destination, {}), PROMOTER],
      [
        'that somebody else owns',
        (metastore) => {
          metastore.model(NEW.destination).owner = 'ada@example.com';
          metastore.grant('function', NEW.destination, PROMOTER, [
            'CREATE_MODEL_VERSION',
            'EXECUTE',
            'APPLY_TAG',
          ]);
        },
        'ada@example.com',
      ],
    ])('%s keeps its owner, and the run says so', async (_title, prepare, owner) => {
      const { run, emulator } = await died();
      prepare(emulator.metastore);
      const seen = await run(copyVersion, OWNED);
      expect(seen.outputs['outcome'], seen.report.verdict).toBe('ok');
      expect(seen.after.models[NEW.destination]?.owner).toBe(owner);
      const { decision } = seen.report.checks.find(({ name }) => name === 'Owner of the destination') ?? {};
      expect(decision?.findings).toMatchObject([{ code: 'owner-differs', severity: 'warning' }]);
      expect(decision?.findings[0]?.message).toContain(`belongs to ${owner}, not to ml-deployers`);
    });

    test('with the owner that was asked for, nothing is said', async () => {
      const { run } = await world();
      await run(copyVersion, OWNED);
      const again = await run(copyVersion, OWNED);
      expect(again.outputs, again.report.verdict).toMatchObject({ outcome: 'noop' });
      expect(again.report.checks.map(({ name }) => name)).not.toContain('Owner of the destination');
    });

    test.each([
      ['a group', 'ml-deployers', 'ML-Deployers', false],
      ['a service principal', PROMOTER.toLowerCase(), PROMOTER.toUpperCase(), false],
      ['a person', 'ada@example.com', 'Ada@Example.com', true],
    ])('%s as owner compares as grants compare it', async (_title, owner, asked, isSame) => {
      const { run, emulator } = await world();
      await run(copyVersion, OWNED);
      emulator.metastore.model(NEW.destination).owner = owner;
      emulator.metastore.grant('function', NEW.destination, PROMOTER, ['EXECUTE', 'APPLY_TAG']);
      const again = await run(copyVersion, {
        ...OWNED,
        'destination-owner': asked,
        'check-privileges': 'off',
      });
      const differs = again.report.checks.some(({ name }) => name === 'Owner of the destination');
      expect(differs, again.report.verdict).toBe(!isSame);
    });

    test('a group in other letters than the caller has it is refused before anything is made', async () => {
      const { run } = await world();
      const seen = await run(copyVersion, { ...OWNED, 'destination-owner': 'ML-Deployers' });
      expectRefused(seen, 'invalid');
      expect(printedTodo(seen)).toContain('Write ml-deployers');
    });
  });

  test('is not created when it was not asked for: invalid, naming the input', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, NEW);
    expectRefused(seen, 'invalid');
    expect(
      `${seen.report.error?.message ?? ''} ${seen.report.error?.fix ?? ''} ${printedTodo(seen)}`,
    ).toContain('create-destination');
  });

  for (const destination of ['prod.nowhere.model', 'nowhere.ml_team.model']) {
    test(`in a parent that does not exist (${destination}) is refused`, async () => {
      const { run } = await world();
      const seen = await run(copyVersion, { ...NEW, destination, 'create-destination': 'true' });
      expect(['invalid', 'denied']).toContain(seen.outputs['outcome']);
      expectRefused(seen, seen.outputs['outcome'] ?? '');
    });
  }
});
