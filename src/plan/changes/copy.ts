import type { FullName } from '../../domain/full-name.ts';

/** A version copied, with all that belongs to it. */
export interface CopyChange {
  readonly kind: 'copy';
  readonly source: { readonly name: FullName; readonly version: number };
  readonly destination: FullName;
}
