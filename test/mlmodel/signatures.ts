import fc from 'fast-check';
import type {
  ColumnSpec,
  DataType,
  ModelSignature,
  ParamSpec,
  TensorSpec,
} from '../../src/domain/model-signature.ts';

const SCALARS = ['boolean', 'integer', 'long', 'float', 'double', 'string', 'binary', 'datetime'];

/** Names with everything that a text may hold; property names may not be `cls`, which MLflow cannot read. */
const anyName = fc.string({ unit: 'binary', maxLength: 8 });
const propertyName = anyName.filter((name) => name !== 'cls');

const { type: anyDataType } = fc.letrec<{ type: DataType }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...SCALARS).map((type): DataType => ({ kind: 'scalar', type })),
    fc.constant<DataType>({ kind: 'any' }),
    tie('type').map((items): DataType => ({ kind: 'array', items })),
    tie('type').map((values): DataType => ({ kind: 'map', values })),
    fc
      .uniqueArray(fc.record({ name: propertyName, required: fc.boolean(), type: tie('type') }), {
        selector: ({ name }) => name,
        minLength: 1,
        maxLength: 4,
      })
      .map((properties): DataType => ({ kind: 'object', properties })),
  ),
}));

const columnType = fc.oneof(anyDataType, fc.constant<DataType>({ kind: 'sparkml-vector' }));

const namedColumns = fc.array(
  fc.record<ColumnSpec>({
    kind: fc.constant('column'),
    name: anyName,
    required: fc.boolean(),
    type: columnType,
  }),
  { minLength: 1, maxLength: 5 },
);

const unnamedColumns = fc.array(
  columnType.map((type): ColumnSpec => ({ kind: 'column', required: true, type })),
  { minLength: 1, maxLength: 5 },
);

const tensors = fc.array(
  fc.record<TensorSpec>({
    kind: fc.constant('tensor'),
    name: anyName,
    dtype: fc.constantFrom('float32', 'int64', 'str', 'object', 'datetime64[ns]'),
    shape: fc.array(fc.integer({ min: -1, max: 512 }), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 3 },
);

const anySchema: fc.Arbitrary<(ColumnSpec | TensorSpec)[]> = fc.oneof(namedColumns, unnamedColumns, tensors);

const scalarParams: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ['boolean', fc.boolean()],
  ['long', fc.integer()],
  ['double', fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)],
  ['string', anyName],
  ['datetime', fc.constantFrom('2024-02-29', '2024-01-01T10:00:00.5')],
];

const anyParam: fc.Arbitrary<ParamSpec> = fc
  .tuple(
    anyName,
    fc.oneof(
      ...scalarParams.map(([type, value]) =>
        fc.oneof(
          value.map((item) => ({ type, default: item, shape: null })),
          fc.array(value, { maxLength: 3 }).map((items) => ({ type, default: items, shape: [-1] })),
        ),
      ),
    ),
  )
  .map(([name, { type, default: fallback, shape }]) => ({
    name,
    type: { kind: 'scalar', type },
    default: fallback,
    shape,
  }));

/** Signatures that MLflow would load: inputs and outputs of every kind, params with defaults that fit. */
export const anySignature: fc.Arbitrary<ModelSignature> = fc.record({
  inputs: fc.option(anySchema),
  outputs: fc.option(anySchema),
  params: fc.option(fc.uniqueArray(anyParam, { selector: ({ name }) => name, maxLength: 3 })),
});
