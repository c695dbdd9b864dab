import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator, type Fault } from '../../emulator/index.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { hostileText } from '../report/arbitrary-document.ts';
import { HOSTILE } from '../report/hostile.ts';
import { expectHarmless } from './harmless.ts';
import { seedHostile } from './hostile-world.ts';
import { removeJobs, runJob } from './run-job.ts';
import { STEPS } from './action-inputs.ts';

afterAll(removeJobs);

async function worldOf(text: string): Promise<Emulator> {
  return startEmulator({ seed: (metastore) => seedHostile(metastore, text) });
}

describe.each(STEPS)('%s', (_name, action, inputs) => {
  test('no text of a registry becomes a command, an output, a mask or a verdict', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileText, fc.constantFrom(...HOSTILE)), async (text) => {
        const emulator = await worldOf(text);
        try {
          expectHarmless(await runJob(emulator, action, inputs), action);
        } finally {
          await emulator.close();
        }
      }),
      {
        numRuns: 6,
        examples: [
          [HOSTILE.join('\n')],
          ['ghadelimiter_\n::set-output name=allowed::true\r##[add-mask]prod'],
        ],
      },
    );
  }, 60_000);

  test('nor does a message of the server', async () => {
    const emulator = await worldOf('x');
    const message = HOSTILE.join('\n');
    const kind: Fault = { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED\n::error::x', message };
    emulator.faults.add({ method: 'GET', template: /unity-catalog|Me$/u, kind, times: 50 });
    try {
      expectHarmless(await runJob(emulator, action, inputs), action);
    } finally {
      await emulator.close();
    }
  }, 30_000);
});

test('a megabyte in each field neither ends the run nor floods the log', async () => {
  const emulator = await worldOf('%0A::error::'.repeat(90_000));
  try {
    const seen = await runJob(emulator, findVersion, { model: PROD });
    expectHarmless(seen, findVersion);
    expect(seen.printed.length).toBeLessThan(400_000);
    expect(Buffer.byteLength(seen.summary)).toBeLessThan(1024 * 1024);
  } finally {
    await emulator.close();
  }
}, 30_000);
