import { dictKey, type NameKey } from '../../../src/domain/column-name.ts';
import type {
  ColumnSpec,
  DataType,
  ModelSignature,
  ParamSpec,
  TensorSpec,
} from '../../../src/domain/model-signature.ts';

/** The scalar types of MLflow. */
export const SCALARS = [
  'boolean',
  'integer',
  'long',
  'float',
  'double',
  'string',
  'binary',
  'datetime',
] as const;

const NAMES = ['amount', 'größe', 'x', 'a.b', 'country code', 'ﬁ', '名前', 'y'];
const DTYPES = ['float32', 'float64', 'int64', 'int32', 'str', 'bool', 'object'];

/** Draws that repeat for the same seed. */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }
}

/** A scalar type, or a nested one down to `depth`. */
export function drawType(draws: Draws, depth: number): DataType {
  const kind = draws.next();
  if (depth <= 0 || kind < 0.5) return { kind: 'scalar', type: draws.pick(SCALARS) };
  if (kind < 0.65) return { kind: 'array', items: drawType(draws, depth - 1) };
  if (kind < 0.75) return { kind: 'map', values: drawType(draws, depth - 1) };
  if (kind < 0.94) {
    const count = 1 + draws.below(3);
    return {
      kind: 'object',
      properties: ['city', 'p.q', 'zip']
        .slice(0, count)
        .map((name) => ({ name, required: draws.chance(0.6), type: drawType(draws, depth - 1) })),
    };
  }
  return draws.chance(0.5) ? { kind: 'any' } : { kind: 'array', items: { kind: 'scalar', type: 'double' } };
}

/** An object, whose first property is required. */
export function drawObject(draws: Draws, depth: number): DataType {
  return {
    kind: 'object',
    properties: ['city', 'p.q', 'zip'].slice(0, 1 + draws.below(3)).map((name, index) => ({
      name,
      required: index === 0 || draws.chance(0.5),
      type: drawType(draws, depth),
    })),
  };
}

/** What stands for a name in a column or tensor. */
type Name = Pick<ColumnSpec, 'name' | 'rawName'>;

/** Names that Python calls false, and those with which MLflow confuses them. */
const ODD_NAMES: readonly Name[] = [
  { name: '' },
  { name: '0' },
  { name: '1' },
  ...[0, 1, 2, 1.5, false, true].map((rawName) => ({ name: String(rawName), rawName })),
];

/** A name of those that Python calls false or that are numbers, and not taken. */
export function oddName(draws: Draws, taken: readonly ColumnSpec[]): Name {
  const keys = new Set(taken.map(dictKey));
  // A data frame whose only columns are truth values does not find 0 or 1 among them.
  const isAlone = taken.every(({ rawName }) => typeof rawName === 'boolean');
  const free = ODD_NAMES.filter(
    (name) => !keys.has(keyOf(name)) && !(isAlone && typeof name.rawName === 'boolean'),
  );
  return free.length > 0 ? draws.pick(free) : { name: freshName(draws, taken) };
}

function keyOf(name: Name): NameKey | undefined {
  return dictKey({ kind: 'column', ...name, required: true, type: { kind: 'any' } });
}

/** A signature some of whose columns have odd names. */
export function withOddNames(draws: Draws): ModelSignature {
  const isNumbered = draws.chance(0.4);
  const columns: ColumnSpec[] = [];
  for (let index = 0; index < 1 + draws.below(3); index += 1) {
    const odd = draws.chance(0.6);
    const name = isNumbered
      ? { name: String(index), rawName: index }
      : odd
        ? oddName(draws, columns)
        : { name: freshName(draws, columns) };
    columns.push({ kind: 'column', ...name, required: draws.chance(0.7), type: drawType(draws, 1) });
  }
  return { ...drawSignature(draws), inputs: columns };
}

/** A name that is not taken. */
export function freshName(draws: Draws, taken: readonly { readonly name?: string }[]): string {
  const free = NAMES.filter((name) => taken.every((spec) => spec.name !== name));
  return free.length > 0 ? draws.pick(free) : `c${draws.below(1_000_000)}`;
}

function drawColumns(draws: Draws): ColumnSpec[] {
  const named = draws.chance(0.8);
  const columns: ColumnSpec[] = [];
  for (let index = 1 + draws.below(3); index > 0; index -= 1) {
    columns.push({
      kind: 'column',
      ...(named ? { name: freshName(draws, columns) } : {}),
      required: !named || draws.chance(0.65),
      type: draws.chance(0.05) ? { kind: 'sparkml-vector' } : drawType(draws, 2),
    });
  }
  return columns;
}

const SHAPES: readonly (readonly number[])[] = [
  [-1],
  [-1, 3],
  [-1, -1],
  [2],
  [-1, 2, 2],
  [-1, 1],
  [-1, -1, 3],
  [4, 2],
];

/** A tensor; only one alone may be without a name. */
export function drawTensor(draws: Draws, name: string | undefined): TensorSpec {
  return {
    kind: 'tensor',
    ...(name === undefined ? {} : { name }),
    dtype: draws.pick(DTYPES),
    shape: draws.pick(SHAPES),
  };
}

function drawTensors(draws: Draws): TensorSpec[] {
  if (draws.chance(0.35)) return [drawTensor(draws, undefined)];
  const tensors: TensorSpec[] = [];
  for (let index = 1 + draws.below(2); index > 0; index -= 1) {
    tensors.push(drawTensor(draws, freshName(draws, tensors)));
  }
  return tensors;
}

const DEFAULTS: Readonly<Record<string, readonly unknown[]>> = {
  boolean: [true, false],
  integer: [1, 7],
  long: [2, 2 ** 40],
  float: [0.5, 1.25],
  double: [0.1, 1e300],
  string: ['a', ''],
  datetime: ['2024-01-01T10:00:00', '1999-12-31T00:00:00'],
};

/** A JSON value of a type, without what is optional in it. */
export function exampleOf(type: DataType): unknown {
  switch (type.kind) {
    case 'scalar':
      return DEFAULTS[type.type]?.[0] ?? null;
    case 'array':
      return [];
    case 'sparkml-vector':
      return [0.5];
    case 'map':
      return {};
    case 'any':
      return 'anything';
    case 'object':
      return Object.fromEntries(
        type.properties
          .filter(({ required }) => required)
          .map(({ name, type: inner }) => [name, exampleOf(inner)]),
      );
  }
}

/** A param that is an object. */
export function objectParam(name: string, type: DataType): ParamSpec {
  return { name, type, default: exampleOf(type), shape: null };
}

/** A param of a scalar type, a list of one, or now and then an object. */
export function drawParam(draws: Draws, name: string): ParamSpec {
  if (draws.chance(0.12)) return objectParam(name, drawObject(draws, 1));
  const scalar = draws.pick(Object.keys(DEFAULTS));
  const value = draws.pick(DEFAULTS[scalar] ?? [null]);
  const list = draws.chance(0.25);
  return {
    name,
    type: { kind: 'scalar', type: scalar },
    default: list ? [value] : value,
    shape: list ? [-1] : null,
  };
}

/** A param of another scalar type, with a default that fits. */
export function retyped(draws: Draws, param: ParamSpec, scalar: string): ParamSpec {
  const value = draws.pick(DEFAULTS[scalar] ?? [null]);
  return {
    ...param,
    type: { kind: 'scalar', type: scalar },
    default: param.shape === null ? value : [value],
  };
}

/** A signature that MLflow can load: columns or tensors, sometimes params, and outputs. */
export function drawSignature(draws: Draws): ModelSignature {
  const tensors = draws.chance(0.25);
  const params: ParamSpec[] = [];
  if (draws.chance(0.5)) params.push(drawParam(draws, 'top_k'));
  if (draws.chance(0.2)) params.push(drawParam(draws, 'stop'));
  return {
    inputs: draws.chance(0.03) ? null : tensors ? drawTensors(draws) : drawColumns(draws),
    outputs: [
      { kind: 'column', name: 'score', required: true, type: { kind: 'scalar', type: 'double' } },
      { kind: 'column', name: 'label', required: draws.chance(0.5), type: drawType(draws, 1) },
    ],
    params: params.length === 0 ? null : params,
  };
}

/** A signature one of whose columns has the type. */
export function withColumn(draws: Draws, type: DataType): ModelSignature {
  const signature = drawSignature(draws);
  const columns = drawColumns(draws);
  const at = draws.below(columns.length);
  return {
    ...signature,
    inputs: columns.map((column, index) => (index === at ? { ...column, type } : column)),
  };
}

/** A signature of tensors. */
export function withTensors(draws: Draws): ModelSignature {
  return { ...drawSignature(draws), inputs: drawTensors(draws) };
}

/** A signature with the param as its only one, and seldom with inputs, which have data of their own. */
export function withParam(draws: Draws, param: ParamSpec): ModelSignature {
  const signature = drawSignature(draws);
  return { ...signature, params: [param], inputs: draws.chance(0.7) ? null : signature.inputs };
}
