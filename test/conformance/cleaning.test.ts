import { expect, test } from 'vitest';
import { MARKER, PREFIX } from '../../conformance/scope.ts';
import { scratchEmulator } from './scratch-emulator.ts';
import { OTHERS, runAgainst, SCHEMA } from './run-suite.ts';

const SECOND = 'second.person@rivers.example';

test.each(['403', '404'] as const)(
  'what only the second principal sees is deleted by it, where what is hidden answers %s',
  async (hiddenObject) => {
    const emulator = await scratchEmulator({ hiddenObject }, (metastore) => {
      metastore.grant('schema', SCHEMA, SECOND, ['CREATE_MODEL']);
    });
    const { report } = await runAgainst(emulator.url, ['--only', 'createModelOnExistingWithoutRight']);
    expect(report.rows.map(({ verdict, note }) => [verdict, note])).toEqual([
      ['unknown', 'the second principal may create models'],
    ]);
    expect([report.cleanedUp, Object.keys(emulator.state().models)]).toEqual([true, OTHERS]);
  },
);

test('what the second principal sees and may not delete is named, though the first one is told that it is not there', async () => {
  const emulator = await scratchEmulator({ hiddenObject: '404' }, (metastore) => {
    metastore.grant('schema', SCHEMA, SECOND, ['CREATE_MODEL']);
  });
  emulator.faults.add({
    method: 'DELETE',
    template: /models\/\{full_name\}$/,
    path: /by_second$/,
    times: Infinity,
    kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
  });
  const only = ['--only', 'createModelOnExistingWithoutRight'];
  const { exitCode, report, text } = await runAgainst(emulator.url, only);
  expect([exitCode, report.cleanedUp]).toEqual([1, false]);
  expect(text).toMatch(/Not deleted: \S+_by_second/u);
});

test.each(['403', '404'] as const)(
  'what an earlier run left that only the second principal sees is deleted, where what is hidden answers %s',
  async (hiddenObject) => {
    const emulator = await scratchEmulator({ hiddenObject }, (metastore) => {
      metastore.createModel(`${SCHEMA}.${PREFIX}01234567_by_second`, { owner: SECOND, description: MARKER });
    });
    const { report, text } = await runAgainst(emulator.url, ['--only', 'model-absent']);
    expect(text).toContain('an earlier run left 1 of its models');
    expect([report.cleanedUp, Object.keys(emulator.state().models)]).toEqual([true, OTHERS]);
  },
);

test('a schema is in use also where only the second principal sees by what, or cannot be looked at by it', async () => {
  const emulator = await scratchEmulator({}, (metastore) => {
    metastore.createModel(`${SCHEMA}.forecast`, { owner: SECOND });
  });
  await expect(runAgainst(emulator.url, ['--only', 'model-absent'])).rejects.toThrow(/^There is 1 model/u);
  emulator.metastore.revoke('catalog', 'labs', SECOND, ['USE_CATALOG', 'USE_SCHEMA']);
  const { exitCode } = await runAgainst(emulator.url, ['--only', 'model-absent']);
  expect(exitCode).toBe(0);
});

test('a run that was killed between making a model and describing it stops no later run', async () => {
  const emulator = await scratchEmulator({}, (metastore) => {
    metastore.createModel(`${SCHEMA}.${PREFIX}01234567_operations`);
  });
  const { report } = await runAgainst(emulator.url, ['--only', 'model-absent']);
  expect([report.cleanedUp, Object.keys(emulator.state().models)]).toEqual([true, OTHERS]);
});

test('a model that others described is not taken for one, whatever its name', async () => {
  const emulator = await scratchEmulator({}, (metastore) => {
    metastore.createModel(`${SCHEMA}.${PREFIX}01234567_operations`, { description: 'ours' });
  });
  const before = emulator.state();
  await expect(runAgainst(emulator.url, ['--only', 'model-absent'])).rejects.toThrow(/^There is 1 model/u);
  expect(emulator.state()).toEqual(before);
});
