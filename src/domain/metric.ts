/** A metric of a version, as it was logged; a value that is no finite number is kept as its text. */
export interface Metric {
  readonly key: string;
  readonly value: number | string;
  /** The dataset that it was measured on; absent where none was logged with it. */
  readonly dataset?: { readonly name: string; readonly digest: string };
}
