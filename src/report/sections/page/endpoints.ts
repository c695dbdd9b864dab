import { show } from '../../../domain/printable.ts';
import type { Change } from '../../../plan/change.ts';
import type { Effect, EndpointEffect } from '../../../plan/effect.ts';
import type { Alert, ReportedChange } from '../../document.ts';

/** What of a run decides what is said of endpoints. */
export interface EndpointsEnd {
  readonly action: string;
  readonly changes: readonly ReportedChange[];
  /** What is left for `apply` to change. */
  readonly left?: readonly Change[];
  readonly effects?: readonly Effect[];
}

/** Codes of findings on what a move sets off: nothing of it happens where nothing moves. */
const OF_MOVES: ReadonlySet<string> = new Set(['endpoint-stays', 'job-starts']);

/** Whether a finding on a move needs no line of its own: the alert has it, or nothing moved and nothing is about to. */
export function isSaidOfEndpoints(code: string, end: EndpointsEnd): boolean {
  if (!OF_MOVES.has(code)) return false;
  const moves = end.changes.some(
    ({ change, state }) =>
      ['alias', 'copy', 'register', 'create-model'].includes(change.kind) &&
      state !== 'not-done' &&
      state !== 'not-needed',
  );
  return (
    (!moves && end.left === undefined) || (code === 'endpoint-stays' && endpointsAlert(end) !== undefined)
  );
}

/** What is not over once an alias was moved: endpoints that still serve the version which it left. */
export function endpointsAlert({ action, changes, effects = [] }: EndpointsEnd): Alert | undefined {
  if (!changes.some(({ change, state }) => change.kind === 'alias' && state === 'done')) return undefined;
  const behind = effects.flatMap((each) =>
    each.kind === 'endpoint' && each.state === 'former' ? [each] : [],
  );
  if (behind.length === 0) return undefined;
  const text = `${behind.map(stillText).join(' ')} Endpoints do not follow aliases: update them with update-serving.`;
  return action === 'rollback'
    ? { kind: 'warning', text: `Not over yet. ${text}` }
    : { kind: 'important', text };
}

function stillText({ endpoint, versions }: EndpointEffect): string {
  const subject = `The endpoint ${show(endpoint, 80)}`;
  if (versions.length === 0)
    return `${subject} serves a version that it does not state, perhaps the former one.`;
  return `${subject} still serves ${versions.length === 1 ? 'version' : 'versions'} ${versions.join(' and ')}.`;
}
