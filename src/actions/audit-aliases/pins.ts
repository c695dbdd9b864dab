import { formatFullName, nameKey, type FullName, type Naming } from '../../domain/full-name.ts';
import { meansModel, type ModelPattern } from '../../domain/model-pattern.ts';
import type { Pin } from '../../domain/pin.ts';
import { formatPlace } from '../../domain/text-place.ts';
import { readLocalPins } from '../parts/pins.ts';
import type { IdleLine } from './idle-lines.ts';

type PinsByModel = ReadonlyMap<string, readonly Pin[]>;

/** The pins that an audit compares with, by the key of their model; none where no path is given. */
export async function pinsOf(
  context: Parameters<typeof readLocalPins>[0],
  path: string | undefined,
): Promise<PinsByModel> {
  if (path === undefined) return new Map();
  const { names } = context.destination.registry.capabilities;
  const pins = await readLocalPins(context, 'pins', path);
  return Map.groupBy(pins, ({ name }) => nameKey(name, names));
}

/** Pins of models that the audit is about and that nobody lists: whether their aliases are where they say, nobody sees. */
export function idlePins(
  pins: PinsByModel,
  patterns: readonly ModelPattern[],
  { found, names }: { readonly found: readonly FullName[]; readonly names: Naming },
): IdleLine[] {
  const listed = new Set(found.map((name) => nameKey(name, names)));
  return [...pins]
    .filter(([key]) => !listed.has(key))
    .flatMap(([, ofModel]) => ofModel)
    .filter(
      ({ name, target }) => target.kind !== 'none' && patterns.some((one) => meansModel(one, name, names)),
    )
    .map(({ name, alias, place }) => ({
      line: `pin ${formatFullName(name)}@${alias} (${formatPlace(place)})`,
      why: 'no such model is shown to the caller',
    }));
}
