import { onTestFinished } from 'vitest';
import {
  seedScratch,
  startEmulator,
  type Emulator,
  type Metastore,
  type Switches,
} from '../../emulator/index.ts';

/** An emulator with two principals, their groups, and scratch schemas that the first one owns. */
export async function scratchEmulator(
  switches: Partial<Switches> = {},
  more: (metastore: Metastore) => void = () => {},
): Promise<Emulator> {
  const emulator = await startEmulator({
    switches,
    seed: (metastore) => {
      seedScratch(metastore);
      more(metastore);
    },
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** What a promise was refused with. Throws when it was not refused. */
export async function refusalOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}
