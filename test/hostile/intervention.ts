import type { ForeignWrite } from './foreign-write.ts';
import type { GatewayResponse } from './gateway-response.ts';

/** Before the registry saw the request, or after it dealt with it. */
export type When = 'before' | 'after';

/** Signals that end a run: a cancelled job sends the first two, the out-of-memory killer the last. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;

/** What is done to one request. */
export type Intervention =
  | { readonly kind: 'delay'; readonly ms: number; readonly when: When }
  /** The connection ends without a response, or in the middle of it. */
  | { readonly kind: 'cut'; readonly when: When | 'during' }
  /** The network sends it twice; the action gets the second response. */
  | { readonly kind: 'double' }
  /** A copy of it arrives later. */
  | { readonly kind: 'replay'; readonly when: 'after the next write' | 'at the end' }
  | { readonly kind: 'respond'; readonly with: GatewayResponse; readonly when: When }
  | { readonly kind: 'foreign'; readonly write: ForeignWrite; readonly when: When }
  /** Another run of the same repository, of the same inputs, runs from its start to its end. */
  | { readonly kind: 'second-run'; readonly when: When }
  | { readonly kind: 'signal'; readonly signal: (typeof SIGNALS)[number]; readonly when: When }
  /** No response ever comes. */
  | { readonly kind: 'silence' };

/** Which request: so many that fit before it are let through. */
export interface Place {
  readonly method: string;
  readonly path: string | RegExp;
  readonly body?: RegExp;
  readonly skip?: number;
}

/** A request, and all that is done to it, in order. */
export interface Strike {
  readonly at: Place;
  readonly interventions: readonly Intervention[];
}

/** A strike in words. */
export function strikeText({ at, interventions }: Strike): string {
  const { method, path, body, skip = 0 } = at;
  const which = skip === 0 ? '' : ` (${skip + 1})`;
  const about = body === undefined ? '' : ` with ${body.source}`;
  return `${method} ${typeof path === 'string' ? path : path.source}${about}${which}: ${interventions.map(interventionText).join(', ')}`;
}

function interventionText(intervention: Intervention): string {
  switch (intervention.kind) {
    case 'delay':
      return `${intervention.when === 'before' ? 'the request' : 'the response'} comes ${intervention.ms} ms late`;
    case 'cut':
      return {
        before: 'cut before it arrives',
        during: 'its response is cut',
        after: 'its response is lost',
      }[intervention.when];
    case 'double':
      return 'sent twice by the network';
    case 'replay':
      return `a copy arrives ${intervention.when}`;
    case 'respond':
      return `${intervention.with.name} ${intervention.when === 'before' ? 'in place of the registry' : 'after it was processed'}`;
    case 'foreign':
      return `${intervention.write.what} ${intervention.when === 'before' ? 'before' : 'right after'} it`;
    case 'second-run':
      return `another run of ours, whole, ${intervention.when === 'before' ? 'before' : 'right after'} it`;
    case 'signal':
      return `${intervention.signal} ${intervention.when === 'before' ? 'before it arrives' : 'when it was processed'}`;
    case 'silence':
      return 'no response ever comes';
  }
}
