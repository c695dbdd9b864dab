import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../../emulator/index.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import type { RunCommand } from '../../../src/actions/contract/context.ts';
import { promote } from '../../../src/actions/promote.ts';
import { addLargeVersion } from '../copy/large-models.ts';
import { exchange, exchangeLarge, filesOf, MISMATCH } from '../copy/tampering.ts';
import { world, type ActionRun } from '../harness.ts';

const PROMOTE = {
  source: `models:/${STAGING}/1`,
  destination: PROD,
  'validate-command': 'check',
  'set-status': 'approved',
};

/** A command that passes, while somebody with an upload URL of the pending version uses it. */
function validatesWhile(write: () => void): RunCommand {
  return async () => {
    write();
    return { exitCode: 0, timedOut: false, durationMs: 3_600_000 };
  };
}

function expectStopped(seen: ActionRun, message: RegExp): void {
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict', allowed: 'false' });
  expect(seen.report.error?.message).toMatch(message);
  const copy = seen.after.models[PROD]?.versions['2'];
  expect(copy?.tags['uc_promote_hold']).toBe(MISMATCH);
  expect(copy?.tags['validation_status']).toBeUndefined();
  expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
}

const CHANGES: readonly (readonly [string, (metastore: Metastore) => void, RegExp])[] = [
  [
    'a file is exchanged for one of the same size',
    (metastore) => exchange(metastore, 'model.pkl'),
    /2 changed while it was validated and is on hold now: .*the sha256 of model\.pkl differs/u,
  ],
  [
    'a file is added',
    (metastore) => {
      const [file] = filesOf(metastore).values();
      if (file !== undefined) filesOf(metastore).set('code/evil.py', file);
    },
    /changed while it was validated .*the list of its files differs/u,
  ],
];

describe.each(CHANGES)('while the copy is validated, %s', (_what, change, message) => {
  test('it is put on hold, gets neither status nor alias, and the next run makes another', async () => {
    const { emulator, run } = await world();
    const seen = await run(promote, PROMOTE, {
      runCommand: validatesWhile(() => change(emulator.metastore)),
    });
    expectStopped(seen, message);
    const next = await run(promote, PROMOTE, { runCommand: validatesWhile(() => undefined) });
    expect(next.outputs, next.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(next.after.models[PROD]?.versions['3']?.files).toEqual(
      next.after.models[STAGING]?.versions['1']?.files,
    );
  });

  test('also where an earlier run made it', async () => {
    const { emulator, run } = await world();
    const copied = await run(promote, { source: PROMOTE.source, destination: PROD, until: 'copy' });
    expect(copied.outputs, copied.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
    const seen = await run(promote, PROMOTE, {
      runCommand: validatesWhile(() => change(emulator.metastore)),
    });
    expectStopped(seen, message);
  });

  test('also where nothing but the validation follows', async () => {
    const { emulator, run } = await world();
    const inputs = {
      source: PROMOTE.source,
      destination: PROD,
      'validate-command': 'check',
      until: 'validate',
    };
    const seen = await run(promote, inputs, {
      runCommand: validatesWhile(() => change(emulator.metastore)),
    });
    expectStopped(seen, message);
  });
});

describe('a large file', () => {
  const validateLarge = async (change: (metastore: Metastore) => void, verify = 'full') => {
    const { emulator, run } = await world();
    const source = addLargeVersion(emulator.metastore, 53);
    let sent = 0;
    const seen = await run(
      promote,
      { ...PROMOTE, source, verify, compatibility: 'none' },
      {
        runCommand: validatesWhile(() => {
          sent = emulator.requests.length;
          change(emulator.metastore);
        }),
      },
    );
    const read = emulator.requests
      .slice(sent)
      .filter(({ method, path }) => method === 'GET' && path.includes('0.bin'))
      .reduce((sum, { bytesOut }) => sum + bytesOut, 0);
    return { seen, read };
  };

  test('that is exchanged meanwhile is found by its ETag and its bytes', async () => {
    const { seen } = await validateLarge(exchangeLarge);
    expectStopped(seen, /the sha256 of weights\/0\.bin differs/u);
  });

  test('that nobody touches is proved by its store, by one byte', async () => {
    const { seen, read } = await validateLarge(() => undefined);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', verified: 'full' });
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThanOrEqual(1024);
  });

  test('is not read where verify: size leaves it out, and small files are', async () => {
    const { seen, read } = await validateLarge((metastore) => exchange(metastore, 'MLmodel'), 'size');
    expect(read).toBe(0);
    expectStopped(seen, /the sha256 of MLmodel differs/u);
  });
});

test('a copy that is deleted while it is validated is a conflict that names it', async () => {
  const { emulator, run } = await world();
  const seen = await run(promote, PROMOTE, {
    runCommand: validatesWhile(() => emulator.metastore.model(PROD).versions.delete(2)),
  });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict', allowed: 'false' });
  expect(seen.report.error?.message).toContain(`The copy models:/${PROD}/2 was deleted`);
  expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 1 });
});

test('a validation that refuses is reported as it is, and nothing is read after it', async () => {
  const { emulator, run } = await world();
  let sent = 0;
  const seen = await run(promote, PROMOTE, {
    runCommand: async () => {
      sent = emulator.requests.length;
      exchange(emulator.metastore, 'model.pkl');
      return { exitCode: 1, timedOut: false, durationMs: 1 };
    },
  });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked' });
  expect(emulator.requests.slice(sent).filter(({ path }) => path.includes('/fs/'))).toEqual([]);
});
