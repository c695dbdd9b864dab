import { nameKey, type FullName } from '../../domain/full-name.ts';
import { pinKey, type Pin, type PinRules, type PinTarget } from '../../domain/pin.ts';
import type { TextPlace } from '../../domain/text-place.ts';

/** A pin that two states of a repository have different, or that only one of them has. */
export interface PinChange {
  readonly name: FullName;
  readonly alias: string;
  /** Undefined where there was no pin. */
  readonly from: PinTarget | undefined;
  /** Undefined where there is no pin any more. */
  readonly to: PinTarget | undefined;
  /** Where it stands, or stood. */
  readonly place: TextPlace;
}

/** Whether two pins of one model mean the same. */
export function isSameTarget(
  a: PinTarget | undefined,
  b: PinTarget | undefined,
  { names }: Pick<PinRules, 'names'>,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'version') return b.kind === 'version' && a.version === b.version;
  if (a.kind === 'none') return b.kind === 'none';
  return b.kind === 'copy' && a.version === b.version && nameKey(a.name, names) === nameKey(b.name, names);
}

/** What differs from the earlier pins to the later ones, in the order of their names. What is only written otherwise is no change. */
export function pinChanges(
  earlier: readonly Pin[],
  later: readonly Pin[],
  rules: PinRules,
): readonly PinChange[] {
  const before = byKey(earlier, rules);
  const after = byKey(later, rules);
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key): PinChange[] => {
    const from = before.get(key);
    const to = after.get(key);
    const pin = to ?? from;
    if (pin === undefined || isSameTarget(from?.target, to?.target, rules)) return [];
    const { name, alias, place } = pin;
    return [{ name, alias, from: from?.target, to: to?.target, place }];
  });
}

/** Pins by {@link pinKey}. */
export function byKey(pins: readonly Pin[], rules: PinRules): ReadonlyMap<string, Pin> {
  return new Map(pins.map((pin) => [pinKey(pin, rules), pin]));
}
