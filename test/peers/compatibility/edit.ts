import type { ModelSignature } from '../../../src/domain/model-signature.ts';
import type { Draws } from './random.ts';

/** What an edit comes to as the only one: either verdict, by the types it meets, or always the same one, and why. */
export type Alone = 'either' | { readonly always: 'breaking' | 'compatible'; readonly because: string };

/** One edit of a signature; undefined where it does not apply. */
export interface Edit {
  readonly name: string;
  readonly alone: Alone;
  readonly apply: (signature: ModelSignature, draws: Draws) => ModelSignature | undefined;
  /** Draws a signature that the edit applies to, where one drawn blindly seldom is. */
  readonly start?: (draws: Draws) => ModelSignature;
}

/** An edit that no caller stands, whatever else the signature declares. */
export function breaks(because: string): Alone {
  return { always: 'breaking', because };
}

/** An edit that every caller stands. */
export function fine(because: string): Alone {
  return { always: 'compatible', because };
}
