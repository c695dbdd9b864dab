import { shortTypeText } from '../../domain/data-type-text.ts';
import type { DataType, ObjectProperty } from '../../domain/model-signature.ts';
import { propertiesByName } from '../../domain/object-properties.ts';
import type { SignatureChange } from '../../domain/signature-change.ts';
import { named } from './paths.ts';

/** Where changes are put. */
export type Note = (change: SignatureChange) => void;

/** What holds a type: a column, a param, a property, the items of an array, the values of a map. */
export type Place = 'column' | 'param' | 'property' | 'item' | 'value';

/** Where a type stands and whether nothing (null) is allowed to stand for a value there. */
export interface TypePlace {
  readonly path: string;
  readonly place: Place;
  /** The outermost that holds it, as reasons say it. */
  readonly holder: 'an input column' | 'a param';
  /** Of the new declaration: MLflow hands it from a column to the items and values below. */
  readonly required: boolean;
  /** True where only the worst class counts: what is compatible need not be noted. */
  readonly worstOnly?: boolean;
}

/** What a caller may send of one type and MLflow takes for another (3.17 `models/utils.py`; uc-protocol §8.4). */
const WIDER: ReadonlyMap<string, readonly string[]> = new Map([
  ['integer', ['long', 'double']],
  ['float', ['double']],
]);

const DOUBLE: DataType = { kind: 'scalar', type: 'double' };

/**
 * Notes what changes for those who send a value of the type `before` to a model that declares `after`. A value that
 * fits is one that MLflow's enforcement takes for `before`, in a data frame or in the JSON of a serving endpoint.
 */
export function compareTypes(before: DataType, after: DataType, at: TypePlace, note: Note): void {
  const { path } = at;
  const report = (
    kind: 'type-widened' | 'type-changed',
    given: Pick<SignatureChange, 'class' | 'reason'>,
  ): void => {
    note({ path, kind, before: shortTypeText(before), after: shortTypeText(after), ...given });
  };
  if (after.kind === 'any') {
    if (before.kind !== 'any') {
      report('type-widened', {
        class: 'compatible',
        reason: `As ${spot(at)}, any value is accepted without a check.`,
      });
    }
  } else if (before.kind === 'scalar' && after.kind === 'scalar') {
    if (before.type === after.type) return;
    const widened = WIDER.get(before.type)?.includes(after.type) === true;
    const texts = textsAndBytes(before.type, after.type, at);
    if (widened)
      report('type-widened', {
        class: 'compatible',
        reason: `As ${spot(at)}, every ${before.type} is accepted as ${after.type}.`,
      });
    else if (texts !== undefined) report('type-changed', texts);
    else report('type-changed', refusedScalar(before.type, after.type, at));
  } else if (isList(before) && isList(after)) {
    if (before.kind !== after.kind && isDoubles(before) && isDoubles(after)) {
      report('type-changed', {
        class: 'warning',
        reason: `As ${spot(at)}, MLflow accepts arrays of double for a Spark ML vector and the reverse; Spark does not.`,
      });
    } else {
      compareTypes(itemsOf(before), itemsOf(after), { ...at, path: `${path}[]`, place: 'item' }, note);
    }
  } else if (before.kind === 'map' && after.kind === 'map') {
    compareTypes(before.values, after.values, { ...at, path: `${path}{}`, place: 'value' }, note);
  } else if (before.kind === 'object' && after.kind === 'object') {
    compareProperties(before.properties, after.properties, at, note);
  } else if (before.kind === 'object' && after.kind === 'map') {
    report('type-changed', objectAsMap(before.properties, after.values, at));
  } else {
    report('type-changed', {
      class: 'breaking',
      reason:
        before.kind === 'any'
          ? `Callers may send anything as ${spot(at)}, but only ${word(after)} is now accepted.`
          : `Callers send ${word(before)} as ${spot(at)}, but ${word(after)} is now expected.`,
    });
  }
}

function compareProperties(
  before: readonly ObjectProperty[],
  after: readonly ObjectProperty[],
  at: TypePlace,
  note: Note,
): void {
  const { byName: now, required } = propertiesByName(after);
  const { byName: then } = propertiesByName(before);
  for (const old of before) {
    const here = named(at.path, old.name);
    const property = now.get(old.name);
    if (property === undefined) {
      note({
        path: here,
        kind: 'property-removed',
        before: propertyText(old),
        after: null,
        class: 'breaking',
        reason: 'MLflow refuses an object with a property that is not declared.',
      });
      continue;
    }
    compareRequired(old, property, here, note);
    compareTypes(
      old.type,
      property.type,
      { ...at, path: here, place: 'property', required: property.required },
      note,
    );
  }
  for (const property of at.worstOnly === true ? required : after) {
    if (then.has(property.name)) continue;
    note({
      path: named(at.path, property.name),
      kind: property.required ? 'property-added-required' : 'property-added-optional',
      before: null,
      after: propertyText(property),
      class: property.required ? 'breaking' : 'compatible',
      reason: property.required
        ? 'Callers do not send it, and an object without it is refused.'
        : 'Callers need not send it.',
    });
  }
}

/** Notes a column or property that callers must send now, or need no longer. */
export function compareRequired(
  before: { readonly required: boolean },
  after: { readonly required: boolean },
  path: string,
  note: Note,
): void {
  if (before.required === after.required) return;
  const words = (required: boolean) => (required ? 'required' : 'optional');
  note({
    path,
    kind: after.required ? 'became-required' : 'became-optional',
    before: words(before.required),
    after: words(after.required),
    class: after.required ? 'breaking' : 'compatible',
    reason: after.required
      ? 'Callers may leave it out, but calls without it are now refused.'
      : 'Callers can still send it.',
  });
}

function propertyText({ type, required }: ObjectProperty): string {
  return `${shortTypeText(type)}${required ? '' : ', optional'}`;
}

/** Where a type stands, as reasons say it: `an input column`, `a property of a param`. */
function spot({ place, holder }: TypePlace): string {
  switch (place) {
    case 'column':
    case 'param':
      return holder;
    case 'property':
      return `a property of ${holder}`;
    case 'item':
      return `an item of ${holder}`;
    case 'value':
      return `a value of ${holder}`;
  }
}

type Judged = Pick<SignatureChange, 'class' | 'reason'>;

/** MLflow keeps text and bytes apart only where it decodes base64 and where it makes one array of all items. */
function textsAndBytes(before: string, after: string, at: TypePlace): Judged | undefined {
  const { place } = at;
  const toBytes = before === 'string' && after === 'binary';
  if (!toBytes && !(before === 'binary' && after === 'string')) return undefined;
  if (place === 'item') {
    return {
      class: 'breaking',
      reason: `As ${spot(at)}, characters outside ASCII are refused when text is sent as bytes or bytes as text.`,
    };
  }
  if (place === 'column' && toBytes) {
    return {
      class: 'breaking',
      reason: `As ${spot(at)}, JSON must carry bytes in base64; plain text is refused.`,
    };
  }
  return {
    class: 'warning',
    reason: toBytes
      ? `MLflow accepts text as ${spot(at)}, and the model receives text instead of bytes.`
      : `MLflow accepts bytes as ${spot(at)}, and the model receives bytes (over JSON: their base64 text) instead of text.`,
  };
}

function refusedScalar(before: string, after: string, at: TypePlace): Judged {
  const zeroOne =
    before === 'long' && (after === 'double' || after === 'float') ? ' unless all values are 0 or 1' : '';
  return {
    class: 'breaking',
    reason: `MLflow does not convert ${spot(at)} from ${before} to ${after}${zeroOne}.`,
  };
}

function objectAsMap(properties: readonly ObjectProperty[], values: DataType, at: TypePlace): Judged {
  let worst: Judged = {
    class: 'compatible',
    reason: `As ${spot(at)}, every property is accepted as a value of the map.`,
  };
  for (const { name, type, required } of properties) {
    if (!required && at.required && !takesNull(values)) {
      return {
        class: 'breaking',
        reason: `As ${spot(at)}, an optional property may be null, but a value of the map may not.`,
      };
    }
    compareTypes(
      type,
      values,
      { ...at, path: named(at.path, name), place: 'value', worstOnly: true },
      (change) => {
        if (change.class === 'breaking' || (change.class === 'warning' && worst.class === 'compatible')) {
          worst = { class: change.class, reason: change.reason };
        }
      },
    );
    if (worst.class === 'breaking') return worst;
  }
  return worst;
}

/** True where MLflow takes null although a value is required. */
function takesNull(type: DataType): boolean {
  if (type.kind === 'array') return type.items.kind === 'any';
  return type.kind === 'any' || (type.kind === 'map' && type.values.kind === 'any');
}

type ListType = Extract<DataType, { kind: 'array' | 'sparkml-vector' }>;

function isList(type: DataType): type is ListType {
  return type.kind === 'array' || type.kind === 'sparkml-vector';
}

function itemsOf(type: ListType): DataType {
  return type.kind === 'array' ? type.items : DOUBLE;
}

function isDoubles(type: ListType): boolean {
  const items = itemsOf(type);
  return items.kind === 'scalar' && items.type === 'double';
}

function word(type: DataType): string {
  switch (type.kind) {
    case 'scalar':
      return type.type;
    case 'array':
      return 'an array';
    case 'object':
      return 'an object';
    case 'map':
      return 'a map';
    case 'any':
      return 'anything';
    case 'sparkml-vector':
      return 'a vector';
  }
}
