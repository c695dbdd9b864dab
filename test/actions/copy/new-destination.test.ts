import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { expectRefused, printedTodo } from '../expectations.ts';
import { world } from '../harness.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';

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
