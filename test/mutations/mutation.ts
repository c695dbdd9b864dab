/** A wrong rule, as one exact replacement in one file. */
export interface Mutation {
  /** What becomes wrong. */
  readonly breaks: string;
  /** Path from the root of the project. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

/** The mutations of one file, out of rows of what breaks, from, to. */
export function mutationsOf(
  file: string,
  rows: readonly (readonly [breaks: string, from: string, to: string])[],
): Mutation[] {
  return rows.map(([breaks, from, to]) => ({ breaks, file, from, to }));
}
