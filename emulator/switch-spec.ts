/** One switch: a point on which Databricks' behaviour is not confirmed, or a liberty that its API takes. */
export interface SwitchSpec {
  readonly values: readonly (string | number | boolean)[];
  readonly default: string | number | boolean;
  /** The open point behind it, or the documented liberty. */
  readonly about: string;
}
