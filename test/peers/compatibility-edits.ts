import type { ColumnSpec, ModelSignature, ParamSpec, TensorSpec } from '../../src/domain/model-signature.ts';
import {
  drawParam,
  drawTensor,
  drawType,
  freshName,
  retyped,
  SCALARS,
  type Draws,
} from './compatibility-random.ts';
import { nestedEdits } from './compatibility-nested-edits.ts';

/** One edit of a signature; undefined where it does not apply. */
export interface Edit {
  readonly name: string;
  /** What it always is, alone or among others; `either` where that depends on the types. */
  readonly alone: 'breaking' | 'compatible' | 'either';
  readonly apply: (signature: ModelSignature, draws: Draws) => ModelSignature | undefined;
}

type Columns = readonly ColumnSpec[];
type Tensors = readonly TensorSpec[];

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

function onTensors(
  name: string,
  alone: Edit['alone'],
  change: (tensors: Tensors, draws: Draws) => readonly (ColumnSpec | TensorSpec)[] | undefined,
): Edit {
  return {
    name,
    alone,
    apply(signature, draws) {
      const tensors = (signature.inputs ?? []).filter((spec) => spec.kind === 'tensor');
      if (tensors.length === 0) return undefined;
      const inputs = change(tensors, draws);
      return inputs === undefined || inputs.length === 0 ? undefined : { ...signature, inputs };
    },
  };
}

function onTensor(
  name: string,
  alone: Edit['alone'],
  change: (tensor: TensorSpec, draws: Draws) => TensorSpec | undefined,
): Edit {
  return onTensors(name, alone, (tensors, draws) => {
    const chosen = draws.pick(tensors);
    const changed = change(chosen, draws);
    return changed && tensors.map((tensor) => (tensor === chosen ? changed : tensor));
  });
}

function onParam(
  name: string,
  alone: Edit['alone'],
  change: (param: ParamSpec, draws: Draws) => ParamSpec | undefined,
): Edit {
  return {
    name,
    alone,
    apply(signature, draws) {
      if (signature.params === null) return undefined;
      const chosen = draws.pick(signature.params);
      const changed = change(chosen, draws);
      if (changed === undefined) return undefined;
      return { ...signature, params: signature.params.map((param) => (param === chosen ? changed : param)) };
    },
  };
}

const COLUMN_WIDER = [
  ['integer', 'long'],
  ['integer', 'double'],
  ['float', 'double'],
] as const;
const PARAM_WIDER = [...COLUMN_WIDER, ['integer', 'float'], ['long', 'float'], ['long', 'double']] as const;

const lengths = (shape: readonly number[], wanted: (length: number) => boolean): number[] =>
  shape.flatMap((length, index) => (wanted(length) ? [index] : []));

function withLength(
  tensor: TensorSpec,
  indices: readonly number[],
  to: number,
  draws: Draws,
): TensorSpec | undefined {
  if (indices.length === 0) return undefined;
  const at = draws.pick(indices);
  return { ...tensor, shape: tensor.shape.map((length, index) => (index === at ? to : length)) };
}

function column(columns: Columns, draws: Draws, required: boolean, type: ColumnSpec['type']): ColumnSpec {
  return { kind: 'column', name: freshName(draws, columns), required, type };
}

/** The table of edits. */
export const EDITS: readonly Edit[] = [
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
  onTensor('another dtype', 'either', (tensor, draws) => ({ ...tensor, dtype: drawTensor(draws, '').dtype })),
  onTensor('another rank', 'either', (tensor, draws) => ({
    ...tensor,
    shape: draws.chance(0.5) && tensor.shape.length > 1 ? tensor.shape.slice(0, -1) : [...tensor.shape, -1],
  })),
  onTensor('fix a length', 'breaking', (tensor, draws) =>
    withLength(
      tensor,
      lengths(tensor.shape, (length) => length === -1),
      3,
      draws,
    ),
  ),
  onTensor('open a length', 'either', (tensor, draws) =>
    withLength(
      tensor,
      lengths(tensor.shape, (length) => length !== -1),
      -1,
      draws,
    ),
  ),
  onTensor('change a length', 'breaking', (tensor, draws) =>
    withLength(
      tensor,
      lengths(tensor.shape, (length) => length !== -1),
      7,
      draws,
    ),
  ),
  onTensor('take any array', 'either', (tensor) => ({ ...tensor, dtype: 'object', shape: [-1] })),
  onTensors('add a tensor', 'breaking', (tensors, draws) =>
    tensors[0]?.name === undefined ? undefined : [...tensors, drawTensor(draws, freshName(draws, tensors))],
  ),
  onTensors('remove a tensor', 'either', (tensors) => tensors.slice(1)),
  onTensors('name the tensor', 'either', (tensors) =>
    tensors[0]?.name === undefined ? tensors.map((tensor) => ({ ...tensor, name: 'only' })) : undefined,
  ),
  onTensors('drop the name of the tensor', 'breaking', (tensors) => {
    const [tensor] = tensors;
    if (tensor?.name === undefined || tensors.length > 1) return undefined;
    return [{ kind: 'tensor', dtype: tensor.dtype, shape: tensor.shape }];
  }),
  onTensors('tensors to columns', 'breaking', (tensors) =>
    tensors.map(({ name }) => ({
      kind: 'column',
      ...(name === undefined ? {} : { name }),
      required: true,
      type: { kind: 'scalar', type: 'double' },
    })),
  ),
  {
    name: 'add a param',
    alone: 'compatible',
    apply: (signature, draws) =>
      signature.params?.some(({ name }) => name === 'new') === true
        ? undefined
        : { ...signature, params: [...(signature.params ?? []), drawParam(draws, 'new')] },
  },
  {
    name: 'remove a param',
    alone: 'breaking',
    apply: ({ params, ...rest }) =>
      params === null ? undefined : { ...rest, params: params.length === 1 ? null : params.slice(1) },
  },
  onParam('widen a param', 'compatible', (param, draws) => {
    const edges = PARAM_WIDER.filter(([from]) => param.type.kind === 'scalar' && from === param.type.type);
    return edges.length === 0 ? undefined : retyped(draws, param, draws.pick(edges)[1]);
  }),
  onParam('change the type of a param', 'either', (param, draws) =>
    param.type.kind === 'scalar'
      ? retyped(draws, param, draws.pick(SCALARS.filter((type) => type !== 'binary')))
      : undefined,
  ),
  onParam('make a param a list or a value', 'breaking', (param) => {
    if (param.type.kind === 'object') return undefined;
    return param.shape === null
      ? { ...param, shape: [-1], default: [param.default] }
      : {
          ...param,
          shape: null,
          default: Array.isArray(param.default) ? (param.default[0] as unknown) : null,
        };
  }),
  onParam('change a default', 'compatible', (param, draws) =>
    param.type.kind === 'scalar' ? retyped(draws, param, param.type.type) : undefined,
  ),
  {
    name: 'declare no inputs',
    alone: 'compatible',
    apply: (signature) => (signature.inputs === null ? undefined : { ...signature, inputs: null }),
  },
  {
    name: 'declare inputs',
    alone: 'breaking',
    apply: (signature) =>
      signature.inputs === null
        ? {
            ...signature,
            inputs: [
              {
                kind: 'column',
                name: 'x',
                required: true,
                type: { kind: 'scalar', type: 'long' },
              },
            ],
          }
        : undefined,
  },
  {
    name: 'remove an output',
    alone: 'breaking',
    apply: (signature) => ({ ...signature, outputs: (signature.outputs ?? []).slice(0, 1) }),
  },
  {
    name: 'add an output',
    alone: 'compatible',
    apply: (signature) => ({
      ...signature,
      outputs: [
        ...(signature.outputs ?? []),
        { kind: 'column', name: 'why', required: true, type: { kind: 'scalar', type: 'string' } },
      ],
    }),
  },
];
