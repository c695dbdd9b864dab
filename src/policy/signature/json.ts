import type {
  ColumnSpec,
  DataType,
  ModelSignature,
  ParamSpec,
  TensorSpec,
} from '../../domain/model-signature.ts';

/** A value as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A signature in MLflow's own spelling, its three parts as lists instead of texts. */
export interface SignatureJson {
  readonly inputs: readonly Json[] | null;
  readonly outputs: readonly Json[] | null;
  readonly params: readonly Json[] | null;
}

/**
 * The signature for the `signature` output and the report: keys and their order as MLflow writes them, `required`
 * always there (uc-protocol §8.3). JSON has no NaN, no infinity and no exact number beyond 2^53: a default of that
 * kind is written as text.
 */
export function signatureToJson(signature: ModelSignature): SignatureJson {
  return {
    inputs: signature.inputs?.map(specToJson) ?? null,
    outputs: signature.outputs?.map(specToJson) ?? null,
    params: signature.params?.map(paramToJson) ?? null,
  };
}

function specToJson(spec: ColumnSpec | TensorSpec): Json {
  const name =
    spec.name === undefined
      ? {}
      : { name: spec.rawName === undefined ? spec.name : valueToJson(spec.rawName) };
  return spec.kind === 'column'
    ? { ...typeToJson(spec.type), ...name, required: spec.required }
    : { ...name, type: 'tensor', 'tensor-spec': { dtype: spec.dtype, shape: spec.shape } };
}

function paramToJson(param: ParamSpec): Json {
  return {
    name: param.name,
    default: valueToJson(param.default),
    shape: param.shape,
    ...typeToJson(param.type),
  };
}

function typeToJson(type: DataType): { readonly [key: string]: Json } {
  switch (type.kind) {
    case 'scalar':
      return { type: type.type };
    case 'array':
      return { type: 'array', items: typeToJson(type.items) };
    case 'map':
      return { type: 'map', values: typeToJson(type.values) };
    case 'any':
      return { type: 'any' };
    case 'sparkml-vector':
      return { type: 'sparkml_vector' };
    case 'object':
      return {
        type: 'object',
        // From entries, since a property may be called __proto__.
        properties: Object.fromEntries(
          type.properties.map((property) => [
            property.name,
            { ...typeToJson(property.type), required: property.required },
          ]),
        ),
      };
  }
}

function valueToJson(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(valueToJson);
  if (typeof value !== 'object') return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, valueToJson(item)]));
}
