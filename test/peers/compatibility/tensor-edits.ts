import type { ColumnSpec, TensorSpec } from '../../../src/domain/model-signature.ts';
import { breaks, fine, type Edit } from './edit.ts';
import { drawTensor, freshName, withTensors, type Draws } from './random.ts';

type Tensors = readonly TensorSpec[];

function onTensors(
  name: string,
  alone: Edit['alone'],
  change: (tensors: Tensors, draws: Draws) => readonly (ColumnSpec | TensorSpec)[] | undefined,
  start: Edit['start'] = withTensors,
): Edit {
  return {
    name,
    alone,
    start,
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

/** Edits of tensors. */
export const TENSOR_EDITS: readonly Edit[] = [
  onTensor('another dtype', 'either', (tensor, draws) => ({
    ...tensor,
    dtype: draws.chance(0.3) ? 'object' : drawTensor(draws, '').dtype,
  })),
  onTensor('another rank', 'either', (tensor, draws) => ({
    ...tensor,
    shape: draws.chance(0.5) && tensor.shape.length > 1 ? tensor.shape.slice(0, -1) : [...tensor.shape, -1],
  })),
  onTensor('fix a length', breaks('callers send any length there'), (tensor, draws) =>
    withLength(
      tensor,
      lengths(tensor.shape, (length) => length === -1),
      3,
      draws,
    ),
  ),
  onTensor('open a length', fine('every length is taken, of data frames a warning tells'), (tensor, draws) =>
    withLength(
      tensor,
      lengths(tensor.shape, (length) => length !== -1),
      -1,
      draws,
    ),
  ),
  onTensor('change a length', breaks('callers send another length there'), (tensor, draws) =>
    withLength(
      tensor,
      lengths(tensor.shape, (length) => length !== -1),
      7,
      draws,
    ),
  ),
  onTensor('take any array', 'either', (tensor) => ({ ...tensor, dtype: 'object', shape: [-1] })),
  onTensors('add a tensor', breaks('callers do not send it, and no tensor is optional'), (tensors, draws) =>
    tensors[0]?.name === undefined ? undefined : [...tensors, drawTensor(draws, freshName(draws, tensors))],
  ),
  onTensors('remove a tensor', fine('MLflow drops what it does not know'), (tensors) => tensors.slice(1)),
  onTensors('name the tensor', 'either', (tensors) =>
    tensors[0]?.name === undefined ? tensors.map((tensor) => ({ ...tensor, name: 'only' })) : undefined,
  ),
  onTensors('drop the name of the tensor', breaks('callers send a dict of tensors'), (tensors) => {
    const [tensor] = tensors;
    if (tensor?.name === undefined || tensors.length > 1) return undefined;
    return [{ kind: 'tensor', dtype: tensor.dtype, shape: tensor.shape }];
  }),
  onTensors(
    'rename a tensor',
    breaks('callers do not send it, and no tensor is optional'),
    (tensors, draws) => {
      const [tensor, ...others] = tensors;
      if (tensor?.name === undefined) return undefined;
      return [{ ...tensor, name: freshName(draws, tensors) }, ...others];
    },
  ),
  onTensors('put tensors into another order', fine('tensors go by name'), (tensors) =>
    [...tensors].reverse(),
  ),
  onTensors('tensors to columns', breaks('a tensor is no column'), (tensors) =>
    tensors.map(({ name }) => ({
      kind: 'column',
      ...(name === undefined ? {} : { name }),
      required: true,
      type: { kind: 'scalar', type: 'double' },
    })),
  ),
];
