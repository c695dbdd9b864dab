import type { ModelSignature } from '../../src/domain/model-signature.ts';
import type { Draws } from './compatibility-random.ts';

/** One edit of a signature; undefined where it does not apply. */
export interface Edit {
  readonly name: string;
  /** What it always is, alone or among others; `either` where that depends on the types. */
  readonly alone: 'breaking' | 'compatible' | 'either';
  readonly apply: (signature: ModelSignature, draws: Draws) => ModelSignature | undefined;
}
