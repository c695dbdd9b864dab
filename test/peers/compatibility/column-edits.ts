import type { ColumnSpec, DataType, TensorSpec } from '../../../src/domain/model-signature.ts';
import { breaks, fine, type Edit } from './edit.ts';
import { nestedEdits, replacingEdits, type OnHolder } from './nested-edits.ts';
import {
  drawTensor,
  drawType,
  freshName,
  oddName,
  SCALARS,
  withColumn,
  withOddNames,
  type Draws,
} from './random.ts';

type Columns = readonly ColumnSpec[];

function onColumns(
  name: string,
  alone: Edit['alone'],
  change: (
    columns: Columns,
    draws: Draws,
    named: boolean,
  ) => readonly (ColumnSpec | TensorSpec)[] | undefined,
  start?: Edit['start'],
): Edit {
  return {
    name,
    alone,
    ...(start === undefined ? {} : { start }),
    apply(signature, draws) {
      const columns = (signature.inputs ?? []).filter((spec) => spec.kind === 'column');
      if (columns.length === 0) return undefined;
      const inputs = change(columns, draws, columns[0]?.name !== undefined);
      return inputs === undefined || inputs.length === 0 ? undefined : { ...signature, inputs };
    },
  };
}

/** Changes one column that a test picks; undefined where none passes. */
function onColumn(
  name: string,
  alone: Edit['alone'],
  pick: (column: ColumnSpec, named: boolean) => boolean,
  change: (column: ColumnSpec, draws: Draws) => ColumnSpec,
  start?: Edit['start'],
): Edit {
  return onColumns(
    name,
    alone,
    (columns, draws, named) => {
      const fit = columns.filter((column) => pick(column, named));
      if (fit.length === 0) return undefined;
      const chosen = draws.pick(fit);
      return columns.map((column) => (column === chosen ? change(column, draws) : column));
    },
    start,
  );
}

type Kind = DataType['kind'];

/** Changes the type of a column of one kind; `first` draws the type that such a column begins with. */
function onKind(
  kind: Kind,
  name: string,
  alone: Edit['alone'],
  first: (draws: Draws) => DataType,
  change: (type: DataType, draws: Draws) => DataType,
): Edit {
  return onColumn(
    name,
    alone,
    ({ type }) => type.kind === kind,
    (column, draws) => ({ ...column, type: change(column.type, draws) }),
    (draws) => withColumn(draws, first(draws)),
  );
}

const ANY: DataType = { kind: 'any' };
const VECTOR: DataType = { kind: 'sparkml-vector' };
const arrayOf = (items: DataType): DataType => ({ kind: 'array', items });
const inside = (type: DataType): DataType =>
  type.kind === 'array' ? type.items : type.kind === 'map' ? type.values : type;
/** Text and bytes are what MLflow does not tell apart there; `any` takes whatever was there. */
const valueOfMap = (draws: Draws): DataType =>
  draws.chance(0.4)
    ? { kind: 'scalar', type: draws.pick(['integer', 'float', 'string']) }
    : drawType(draws, 1);

/** Edits whose first type is a vector, a map, an array or `any`. */
const KIND_EDITS: readonly Edit[] = [
  onKind(
    'sparkml-vector',
    'a vector becomes an array',
    'either',
    () => VECTOR,
    (_type, draws) =>
      arrayOf(
        draws.chance(0.5) ? { kind: 'scalar', type: 'double' } : draws.chance(0.2) ? ANY : drawType(draws, 0),
      ),
  ),
  onKind(
    'sparkml-vector',
    'a vector becomes another type',
    'either',
    () => VECTOR,
    (_type, draws) => (draws.chance(0.3) ? ANY : drawType(draws, 2)),
  ),
  onKind(
    'any',
    'any becomes a type',
    breaks('callers may send anything, and every type refuses something'),
    () => ANY,
    (_type, draws) => (draws.chance(0.15) ? VECTOR : drawType(draws, 2)),
  ),
  onKind(
    'map',
    'change the values of a map',
    'either',
    (draws) => ({ kind: 'map', values: valueOfMap(draws) }),
    (type, draws) => ({ kind: 'map', values: draws.chance(0.2) ? ANY : sameOr(draws, inside(type)) }),
  ),
  onKind(
    'map',
    'a map becomes an object',
    breaks('a map may have any key, and an object refuses one that it does not declare'),
    (draws) => ({ kind: 'map', values: drawType(draws, 1) }),
    (type, draws) => ({
      kind: 'object',
      properties: [{ name: 'k', required: draws.chance(0.5), type: inside(type) }],
    }),
  ),
  onKind(
    'array',
    'change the items of an array',
    'either',
    (draws) => arrayOf(valueOfMap(draws)),
    (type, draws) => arrayOf(draws.chance(0.2) ? ANY : sameOr(draws, inside(type))),
  ),
  onKind(
    'array',
    'an array becomes one of its items',
    'either',
    (draws) => arrayOf(draws.chance(0.4) ? ANY : drawType(draws, 1)),
    (type) => inside(type),
  ),
  onKind(
    'array',
    'an array becomes a map',
    breaks('a list is no map'),
    (draws) => arrayOf(drawType(draws, 1)),
    (type) => ({ kind: 'map', values: inside(type) }),
  ),
];

/** A wider scalar now and then, else another type. */
function sameOr(draws: Draws, type: DataType): DataType {
  if (type.kind === 'scalar' && draws.chance(0.5)) {
    if (type.type === 'integer') return { kind: 'scalar', type: draws.pick(['long', 'double']) };
    if (type.type === 'float') return { kind: 'scalar', type: 'double' };
    if (type.type === 'string') return { kind: 'scalar', type: 'binary' };
  }
  return drawType(draws, 1);
}

/** What MLflow converts in a column. */
export const COLUMN_WIDER = [
  ['integer', 'long'],
  ['integer', 'double'],
  ['float', 'double'],
] as const;

function column(columns: Columns, draws: Draws, required: boolean, type: ColumnSpec['type']): ColumnSpec {
  return { kind: 'column', name: freshName(draws, columns), required, type };
}

const inColumn: OnHolder = (name, alone, pick, change, first) =>
  onColumn(
    name,
    alone,
    pick,
    (column, draws) => ({ ...column, type: change(column.type, draws) }),
    (draws) => withColumn(draws, first(draws)),
  );

/** Edits of columns. */
export const COLUMN_EDITS: readonly Edit[] = [
  onColumns('add an optional scalar column', fine('callers need not send it'), (columns, draws, named) =>
    named ? [...columns, column(columns, draws, false, drawType(draws, 0))] : undefined,
  ),
  onColumns('add an optional nested column', fine('callers need not send it'), (columns, draws, named) =>
    named ? [...columns, column(columns, draws, false, drawType(draws, 2))] : undefined,
  ),
  onColumns('add a required column', breaks('callers do not send it'), (columns, draws, named) =>
    named
      ? [column(columns, draws, true, drawType(draws, 1)), ...columns]
      : [...columns, { kind: 'column', required: true, type: drawType(draws, 1) }],
  ),
  onColumns('remove a column', 'either', (columns, draws) => {
    const gone = draws.pick(columns);
    return columns.filter((each) => each !== gone);
  }),
  onColumn(
    'rename a column',
    'either',
    (_column, named) => named,
    ({ kind, required, type }, draws) => ({ kind, name: freshName(draws, []), required, type }),
  ),
  onColumns(
    'give a column a name that counts as false in Python, or a number',
    'either',
    (columns, draws, named) => {
      if (!named) return undefined;
      const chosen = draws.pick(columns);
      const { kind, required, type } = chosen;
      const others = columns.filter((column) => column !== chosen);
      return columns.map((column) =>
        column === chosen ? { kind, ...oddName(draws, others), required, type } : column,
      );
    },
    withOddNames,
  ),
  onColumns(
    'add an optional column of such a name',
    'either',
    (columns, draws, named) =>
      named
        ? columns.toSpliced(draws.below(columns.length + 1), 0, {
            kind: 'column',
            ...oddName(draws, columns),
            required: false,
            type: drawType(draws, 0),
          })
        : undefined,
    withOddNames,
  ),
  onColumns(
    'put columns of such names into another order',
    'either',
    (columns, draws, named) => {
      if (!named || columns.length < 2) return undefined;
      const at = draws.below(columns.length - 1);
      const [first, second] = columns.slice(at, at + 2);
      if (first === undefined || second === undefined) return undefined;
      return columns.toSpliced(at, 2, second, first);
    },
    withOddNames,
  ),
  onColumn(
    'widen a column',
    fine('MLflow converts it'),
    ({ type }) => type.kind === 'scalar' && ['integer', 'float'].includes(type.type),
    (each, draws) => {
      const edges = COLUMN_WIDER.filter(([from]) => each.type.kind === 'scalar' && from === each.type.type);
      return { ...each, type: { kind: 'scalar', type: draws.pick(edges)[1] } };
    },
  ),
  onColumn(
    'change a scalar type',
    'either',
    ({ type }) => type.kind === 'scalar',
    (each, draws) => ({
      ...each,
      type: { kind: 'scalar', type: draws.pick(SCALARS) },
    }),
  ),
  onColumn(
    'replace a type',
    'either',
    () => true,
    (each, draws) => ({ ...each, type: drawType(draws, 2) }),
  ),
  onColumn(
    'make a column any',
    fine('any value is accepted'),
    () => true,
    (each) => ({ ...each, type: { kind: 'any' } }),
  ),
  onColumn(
    'make a column an array',
    breaks('one value is no list'),
    () => true,
    (each) => ({
      ...each,
      type: { kind: 'array', items: each.type },
    }),
  ),
  onColumn(
    'make a column optional',
    fine('who sends it may go on'),
    ({ required }, named) => required && named,
    (each) => ({
      ...each,
      required: false,
    }),
  ),
  onColumn(
    'make a column required',
    breaks('callers may leave it out'),
    ({ required }) => !required,
    (each) => ({
      ...each,
      required: true,
    }),
  ),
  onColumns('put columns into another order', 'either', (columns) =>
    columns.length > 1 ? [...columns].reverse() : undefined,
  ),
  onColumns('declare a column twice', 'either', (columns, draws, named) => {
    const twice = draws.pick(columns);
    if (!named) return undefined;
    return [...columns, twice];
  }),
  onColumns('drop the names', breaks('callers send columns in any order'), (columns, _draws, named) =>
    named && columns.every(({ type }) => type.kind !== 'any')
      ? columns.map(({ type }) => ({ kind: 'column', required: true, type }))
      : undefined,
  ),
  onColumns('give names', breaks('callers send no names'), (columns, _draws, named) =>
    named ? undefined : columns.map((each, index) => ({ ...each, name: `n${index}` })),
  ),
  onColumns('columns to tensors', breaks('a column is no tensor'), (columns, draws, named) =>
    named ? columns.map(({ name }) => drawTensor(draws, name)) : [drawTensor(draws, undefined)],
  ),
  ...KIND_EDITS,
  ...nestedEdits(inColumn, ''),
  ...replacingEdits(inColumn, ''),
  onColumn(
    'an array of double becomes a vector',
    fine('to MLflow both are the same'),
    ({ type }) => type.kind === 'array' && type.items.kind === 'scalar' && type.items.type === 'double',
    (column) => ({ ...column, type: VECTOR }),
    (draws) => withColumn(draws, arrayOf({ kind: 'scalar', type: 'double' })),
  ),
];
