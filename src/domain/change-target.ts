import type { FullName } from './full-name.ts';

/** The object that a change touches. */
export type ChangeTarget =
  | { readonly kind: 'model'; readonly name: FullName }
  | { readonly kind: 'version'; readonly name: FullName; readonly version: number };
