/** A data type of MLflow's schema language (uc-protocol §8.3; MLflow `types/schema.py`). */
export type DataType =
  | { readonly kind: 'scalar'; readonly type: string }
  | { readonly kind: 'array'; readonly items: DataType }
  | { readonly kind: 'object'; readonly properties: readonly ObjectProperty[] }
  | { readonly kind: 'map'; readonly values: DataType }
  | { readonly kind: 'any' }
  | { readonly kind: 'sparkml-vector' };

/** A property of an object type. */
export interface ObjectProperty {
  readonly name: string;
  readonly required: boolean;
  readonly type: DataType;
}

/** The name of a column or tensor; one without goes by position. */
interface Named {
  /** As people read it. */
  readonly name?: string;
  /** The name as the file has it where it is no text: a number for a column of a data frame without names. */
  readonly rawName?: unknown;
}

/** A column of a signature. */
export interface ColumnSpec extends Named {
  readonly kind: 'column';
  /** As the file format reads it when the key is absent: scalars are required, other kinds are not. */
  readonly required: boolean;
  readonly type: DataType;
}

/** A tensor of a signature; `-1` in a shape matches any length. */
export interface TensorSpec extends Named {
  readonly kind: 'tensor';
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** A parameter of a signature: a scalar, a list of scalars (shape `[-1]`) or an object. */
export interface ParamSpec {
  readonly name: string;
  readonly type: DataType;
  /** In plain values; a whole number beyond 2^53 is a bigint. */
  readonly default: unknown;
  readonly shape: readonly number[] | null;
}

/**
 * How the type hints of a Python model take part: `checked`, they check the input instead of the signature (MLflow skips
 * its own enforcement); `from-example`, the signature is enforced, and the input then put into the form of the example.
 */
export type TypeHints = 'checked' | 'from-example';

/** A model signature: what a model takes, gives and can be told; null for a part that is not declared. */
export interface ModelSignature {
  readonly inputs: readonly (ColumnSpec | TensorSpec)[] | null;
  readonly outputs: readonly (ColumnSpec | TensorSpec)[] | null;
  readonly params: readonly ParamSpec[] | null;
  /** Absent where type hints take no part. */
  readonly typeHints?: TypeHints;
  /** The releases of MLflow that load it, where the newest one does not. */
  readonly onlyReadBy?: string;
}

/** What the `MLmodel` file of a version says about its signature. */
export type SignatureFacts =
  | { readonly state: 'declared'; readonly signature: ModelSignature; readonly flavors: readonly string[] }
  | { readonly state: 'absent'; readonly flavors: readonly string[] }
  | { readonly state: 'missing-file' }
  | {
      readonly state: 'unreadable';
      readonly problem: string;
      /** Set where nothing is wrong with the file, but it has more than we read. */
      readonly isLimit?: true;
      readonly flavors: readonly string[];
    };
