import type { FullName } from '../../domain/full-name.ts';
import type { Resting } from '../basis.ts';

/** An alias set, moved (`from` a number) or deleted (`to` null). */
export interface AliasChange extends Resting {
  readonly kind: 'alias';
  readonly name: FullName;
  readonly alias: string;
  readonly from: number | null;
  readonly to: number | null;
}
