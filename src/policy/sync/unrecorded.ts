import type { JudgedPin } from './decide.ts';
import type { PinChange } from './pin-changes.ts';

/** What the alias of a pin named before, as far as the earlier pin says it by number; undefined where it does not. */
export function namedBefore({ from }: PinChange): number | null | undefined {
  switch (from?.kind) {
    case 'version':
      return from.version;
    case 'none':
      return null;
    default:
      return undefined;
  }
}

/**
 * Whether a repeated run plans a pin once more although its alias is where it says: an earlier attempt may have moved it without
 * its record. That it was this run is known of a copy by its marker, and taken from the earlier pin otherwise.
 */
export function mayLackRecord({ change, live, state }: JudgedPin): boolean {
  const { to } = change;
  if (state !== 'done' || to === undefined || live.isRecorded) return false;
  return to.kind === 'copy' ? live.isOwnCopy : namedBefore(change) !== undefined;
}
