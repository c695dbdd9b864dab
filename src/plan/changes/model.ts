import type { FullName } from '../../domain/full-name.ts';

/** A registered model created; `owner` is set right after, where given. */
export interface CreateModelChange {
  readonly kind: 'create-model';
  readonly name: FullName;
  readonly owner?: string;
}
