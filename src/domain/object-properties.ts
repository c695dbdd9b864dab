import type { ObjectProperty } from './model-signature.ts';

/** The properties of an object type, to be looked up by name. */
export interface PropertiesByName {
  readonly byName: ReadonlyMap<string, ObjectProperty>;
  readonly required: readonly ObjectProperty[];
}

const KNOWN = new WeakMap<readonly ObjectProperty[], PropertiesByName>();

/** The index of a list of properties, made once: a type may be held against thousands of values or other types. */
export function propertiesByName(properties: readonly ObjectProperty[]): PropertiesByName {
  const known = KNOWN.get(properties);
  if (known !== undefined) return known;
  const index = {
    byName: new Map(properties.map((property) => [property.name, property])),
    required: properties.filter(({ required }) => required),
  };
  KNOWN.set(properties, index);
  return index;
}
