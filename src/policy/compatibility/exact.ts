import { canonicalJson } from '../../domain/canonical-json.ts';
import type { ModelSignature } from '../../domain/model-signature.ts';
import type { SignatureChange } from '../../domain/signature-change.ts';
import { signatureToJson } from '../signature/json.ts';
import type { Note } from './types.ts';

/**
 * Notes a part whose normalized JSON differs although no change of it was noted, so that `exact` misses none: elements in
 * another order, or declared another number of times.
 */
export function compareExactly(
  before: ModelSignature,
  after: ModelSignature,
  found: readonly SignatureChange[],
  note: Note,
): void {
  const [old, now] = [signatureToJson(before), signatureToJson(after)];
  for (const part of ['inputs', 'outputs', 'params'] as const) {
    const was = (old[part] ?? []).map(canonicalJson);
    const is = (now[part] ?? []).map(canonicalJson);
    if (was.join('\n') === is.join('\n')) continue;
    if (
      found.some(({ path }) => path === part || path.startsWith(`${part}.`) || path.startsWith(`${part}[`))
    ) {
      continue;
    }
    const moved = was.sort().join('\n') === is.sort().join('\n');
    note({
      path: part,
      kind: moved ? 'order-changed' : 'name-repeated',
      before: null,
      after: null,
      class: 'compatible',
      reason: moved
        ? 'The same is declared in another order.'
        : 'A repeated name is declared a different number of times or differently.',
    });
  }
}
