/** A parsed value, or what was wrong with the text and how to fix it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly fix: string;
      /** The same fault in words of a registry that takes any name and is no Unity Catalog. */
      readonly atAnyNaming?: { readonly problem: string; readonly fix: string };
    };
