import { hasCode } from '../../domain/errors.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { ReadObject, Snapshot } from '../../facts/snapshot.ts';
import type { ApplyContext } from '../context.ts';

/** A value of a registry's object; null for none. */
export type Value = string | number | null;

/** What a request did, where it was not refused: `gone` means that what it was to take away was not there. */
export type Sent = 'gone' | void;

/** How a change of one value is read and written; the loop of `apply/write.ts` does the rest. */
export interface ValueWriter<C> {
  /** The model that the change concerns. */
  nameOf(this: void, change: C): FullName;
  /** What the value is read from. */
  objectOf(this: void, change: C): ReadObject;
  /** The value that the change is about, read right now. */
  current(this: void, change: C, snapshot: Snapshot): Promise<Value>;
  /** Whether a value is what the change makes of it. */
  isMade(this: void, change: C, value: Value, context: ApplyContext): boolean;
  /** Whether a value that was read back shows that the change was made. */
  isReadBack(this: void, change: C, value: Value, context: ApplyContext): boolean;
  /** Whether a value is what the change was decided on. */
  isAsDecided(this: void, change: C, value: Value): boolean;
  /** One request; `seen` is the value as it was read right before. */
  write(this: void, change: C, seen: Value, context: ApplyContext): Promise<Sent>;
}

interface FromTo {
  readonly from: Value;
  readonly to: Value;
}

/** A value that is exactly what the change leads from, and exactly what it leads to. */
export const EXACT = {
  isMade: ({ to }: FromTo, value: Value) => value === to,
  isReadBack: ({ to }: FromTo, value: Value) => value === to,
  isAsDecided: ({ from }: FromTo, value: Value) => value === from,
} as const;

/** A deletion that finds nothing leaves nothing to do: by itself or, where an earlier try may have been made, by this run. */
export async function gone(deletion: Promise<void>): Promise<Sent> {
  try {
    return await deletion;
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
    return 'gone';
  }
}
