import type { ColumnSpec, TensorSpec } from '../../src/domain/model-signature.ts';
import type { Edit } from './compatibility-edit.ts';
import { nestedEdits } from './compatibility-nested-edits.ts';
import { drawTensor, drawType, freshName, SCALARS, type Draws } from './compatibility-random.ts';

type Columns = readonly ColumnSpec[];

function onColumns(
  name: string,
  alone: Edit['alone'],
  change: (
    columns: Columns,
    draws: Draws,
    named: boolean,
  ) => readonly (ColumnSpec | TensorSpec)[] | undefined,
): Edit {
  return {
    name,
    alone,
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
): Edit {
  return onColumns(name, alone, (columns, draws, named) => {
    const fit = columns.filter((column) => pick(column, named));
    if (fit.length === 0) return undefined;
    const chosen = draws.pick(fit);
    return columns.map((column) => (column === chosen ? change(column, draws) : column));
  });
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

/** Edits of columns. */
export const COLUMN_EDITS: readonly Edit[] = [
  onColumns('add an optional scalar column', 'either', (columns, draws, named) =>
    named ? [...columns, column(columns, draws, false, drawType(draws, 0))] : undefined,
  ),
  onColumns('add an optional nested column', 'either', (columns, draws, named) =>
    named ? [...columns, column(columns, draws, false, drawType(draws, 2))] : undefined,
  ),
  onColumns('add a required column', 'breaking', (columns, draws, named) =>
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
    (each, draws) => ({
      ...each,
      name: freshName(draws, [each]),
    }),
  ),
  onColumn(
    'widen a column',
    'either',
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
    'either',
    () => true,
    (each) => ({ ...each, type: { kind: 'any' } }),
  ),
  onColumn(
    'make a column an array',
    'either',
    () => true,
    (each) => ({
      ...each,
      type: { kind: 'array', items: each.type },
    }),
  ),
  onColumn(
    'make a column optional',
    'either',
    ({ required }, named) => required && named,
    (each) => ({
      ...each,
      required: false,
    }),
  ),
  onColumn(
    'make a column required',
    'breaking',
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
  onColumns('drop the names', 'breaking', (columns, _draws, named) =>
    named && columns.every(({ type }) => type.kind !== 'any')
      ? columns.map(({ type }) => ({ kind: 'column', required: true, type }))
      : undefined,
  ),
  onColumns('give names', 'breaking', (columns, _draws, named) =>
    named ? undefined : columns.map((each, index) => ({ ...each, name: `n${index}` })),
  ),
  onColumns('columns to tensors', 'breaking', (columns, draws, named) =>
    named ? columns.map(({ name }) => drawTensor(draws, name)) : [drawTensor(draws, undefined)],
  ),
  ...nestedEdits(onColumn),
];
