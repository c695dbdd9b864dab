import { hasCode } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import type { RegistryWriter } from '../../registry/port.ts';

/** A value of a registry's object; null for none. */
export type Value = string | number | null;

/** How a change of one value is read and written; the loop of `apply/write.ts` does the rest. */
export interface ValueWriter<C> {
  /** The model that the change concerns. */
  nameOf(this: void, change: C): FullName;
  /** The value that the change is about, read right now. */
  current(this: void, change: C, snapshot: Snapshot): Promise<Value>;
  /** One request. */
  write(this: void, change: C, writer: RegistryWriter): Promise<void>;
}

/** A deletion that was sent again after a lost response finds nothing: it was done, and the read-back proves it. */
export async function gone(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
}
