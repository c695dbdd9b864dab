import type { ChangeTarget } from '../../domain/change-target.ts';
import type { Resting } from '../basis.ts';

/** A description changed. */
export interface DescriptionChange extends Resting {
  readonly kind: 'description';
  readonly target: ChangeTarget;
  readonly from: string;
  readonly to: string;
}
