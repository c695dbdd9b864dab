import type { FullName } from '../../domain/full-name.ts';

/** An unfinished version of ours deleted. */
export interface DeleteVersionChange {
  readonly kind: 'delete-version';
  readonly name: FullName;
  readonly version: number;
}
