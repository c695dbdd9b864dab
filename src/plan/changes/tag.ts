import type { ChangeTarget } from '../../domain/change-target.ts';
import type { Resting } from '../basis.ts';

/** A tag set, changed or removed (`to` null). */
export interface TagChange extends Resting {
  readonly kind: 'tag';
  readonly target: ChangeTarget;
  readonly key: string;
  readonly from: string | null;
  readonly to: string | null;
}
