import type { DataType, ObjectProperty } from '../../../src/domain/model-signature.ts';
import { breaks, fine, type Edit } from './edit.ts';
import { drawObject, drawType, SCALARS, type Draws } from './random.ts';

/** Makes an edit of what holds a type, a column or a param; `first` draws a type that the edit applies to. */
export type OnHolder = (
  name: string,
  alone: Edit['alone'],
  pick: (holder: Holder) => boolean,
  change: (type: DataType, draws: Draws) => DataType,
  first: (draws: Draws) => DataType,
) => Edit;

interface Holder {
  readonly type: DataType;
}

/** Whether a type somewhere below a column passes a test. */
function has(type: DataType, test: (type: DataType) => boolean): boolean {
  if (test(type)) return true;
  if (type.kind === 'array') return has(type.items, test);
  if (type.kind === 'map') return has(type.values, test);
  return type.kind === 'object' && type.properties.some((property) => has(property.type, test));
}

/** The type with the first one below it that passes the test changed. */
function change(
  type: DataType,
  test: (type: DataType) => boolean,
  edit: (type: DataType) => DataType,
): DataType {
  if (test(type)) return edit(type);
  if (type.kind === 'array') return { ...type, items: change(type.items, test, edit) };
  if (type.kind === 'map') return { ...type, values: change(type.values, test, edit) };
  if (type.kind !== 'object') return type;
  const chosen = type.properties.find((property) => has(property.type, test));
  return {
    ...type,
    properties: type.properties.map((property) =>
      property === chosen ? { ...property, type: change(property.type, test, edit) } : property,
    ),
  };
}

const isObject = (type: DataType): boolean => type.kind === 'object';
const isNested = (type: DataType): boolean => type.kind !== 'scalar' && type.kind !== 'any';

type Inside = (
  name: string,
  alone: Edit['alone'],
  test: (type: DataType) => boolean,
  edit: (type: DataType, draws: Draws) => DataType,
) => Edit;

/** Edits of the first type below a holder that passes a test. */
function insideOf(on: OnHolder, where: string): Inside {
  return (name, alone, test, edit) =>
    on(
      `${name}${where}`,
      alone,
      ({ type }) => has(type, test),
      (type, draws) => change(type, test, (found) => edit(found, draws)),
      (draws) => drawObject(draws, 1),
    );
}

/** Edits inside arrays, objects and maps, of columns or of params; `where` is put behind each name. */
export function nestedEdits(on: OnHolder, where: string): Edit[] {
  const inside = insideOf(on, where);
  const onProperties = (
    name: string,
    alone: Edit['alone'],
    test: (properties: readonly ObjectProperty[]) => boolean,
    edit: (properties: readonly ObjectProperty[], draws: Draws) => readonly ObjectProperty[],
  ): Edit =>
    inside(
      name,
      alone,
      (type) => type.kind === 'object' && test(type.properties),
      (type, draws) =>
        type.kind === 'object' ? { ...type, properties: edit(type.properties, draws) } : type,
    );
  const flip = (properties: readonly ObjectProperty[], required: boolean): readonly ObjectProperty[] => {
    const chosen = properties.find((property) => property.required !== required);
    return properties.map((property) => (property === chosen ? { ...property, required } : property));
  };
  const leaf =
    (types: readonly string[]) =>
    (type: DataType): boolean =>
      type.kind !== 'scalar' &&
      [
        ...(type.kind === 'array' ? [type.items] : []),
        ...(type.kind === 'map' ? [type.values] : []),
        ...(type.kind === 'object' ? type.properties.map((property) => property.type) : []),
      ].some((below) => below.kind === 'scalar' && types.includes(below.type));
  const changeLeaf = (type: DataType, to: (from: string) => string): DataType => {
    const one = (below: DataType): DataType =>
      below.kind === 'scalar' ? { kind: 'scalar', type: to(below.type) } : below;
    if (type.kind === 'array') return { ...type, items: one(type.items) };
    if (type.kind === 'map') return { ...type, values: one(type.values) };
    if (type.kind !== 'object') return type;
    return {
      ...type,
      properties: type.properties.map((property) => ({ ...property, type: one(property.type) })),
    };
  };
  return [
    onProperties(
      'add an optional property',
      fine('callers need not send it'),
      (all) => all.every(({ name }) => name !== 'extra'),
      (all, draws) => [...all, { name: 'extra', required: false, type: drawType(draws, 1) }],
    ),
    onProperties(
      'add a required property',
      breaks('callers do not send it'),
      (all) => all.every(({ name }) => name !== 'must'),
      (all, draws) => [...all, { name: 'must', required: true, type: drawType(draws, 0) }],
    ),
    onProperties(
      'remove a property',
      breaks('an object with a property that is not declared is refused'),
      (all) => all.length > 1,
      (all) => all.slice(1),
    ),
    onProperties(
      'make a property optional',
      fine('who sends it may go on'),
      (all) => all.some(({ required }) => required),
      (all) => flip(all, false),
    ),
    onProperties(
      'make a property required',
      breaks('callers may leave it out'),
      (all) => all.some(({ required }) => !required),
      (all) => flip(all, true),
    ),
    inside('widen inside', fine('MLflow converts it'), leaf(['integer', 'float']), (type) =>
      changeLeaf(type, (from) => (from === 'integer' ? 'long' : from === 'float' ? 'double' : from)),
    ),
    inside('change a type inside', 'either', leaf(SCALARS), (type, draws) => {
      const to = draws.pick(SCALARS);
      return changeLeaf(type, () => to);
    }),
    inside('text and bytes inside', 'either', leaf(['string', 'binary']), (type) =>
      changeLeaf(type, (from) => (from === 'string' ? 'binary' : from === 'binary' ? 'string' : from)),
    ),
  ];
}

/** Edits that put another kind of type in the place of one below a holder. */
export function replacingEdits(on: OnHolder, where: string): Edit[] {
  const inside = insideOf(on, where);
  return [
    inside('make an object a map', 'either', isObject, (type, draws) => {
      const [first] = type.kind === 'object' ? type.properties : [];
      return { kind: 'map', values: draws.chance(0.4) ? { kind: 'any' } : (first?.type ?? { kind: 'any' }) };
    }),
    inside('make a nested type any', fine('any value is accepted'), isNested, () => ({ kind: 'any' })),
  ];
}
