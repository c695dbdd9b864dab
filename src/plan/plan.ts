import { canonicalJson } from '../domain/canonical-json.ts';
import { versionIn, withCopy, type Change, type PlannedChange } from './change.ts';
import type { Check } from './check.ts';
import type { Effect } from './effect.ts';
import type { Evidence } from './evidence.ts';

/** The stages that a plan may have, in the order in which they are applied. */
export const STAGE_NAMES = [
  'hold',
  'record',
  'model',
  'model-values',
  'copy',
  'leftovers',
  'deletions',
  'validation',
  'tags',
  'alias',
  'holds',
  'serving',
] as const;

/** One entry of {@link STAGE_NAMES}. */
export type StageName = (typeof STAGE_NAMES)[number];

/** Changes that are applied together: what they rest on is read right before, and they are read back before the next stage. */
export interface PlannedStage {
  readonly name: StageName;
  readonly changes: readonly PlannedChange[];
}

/** What an action decided on, as a value: what allowed it, all that it would write, what that sets off, and what was seen. */
export interface Plan<Stage extends PlannedStage = PlannedStage> {
  readonly checks: readonly Check[];
  readonly stages: readonly Stage[];
  readonly effects: readonly Effect[];
  readonly evidence: readonly Evidence[];
}

/** Everything that stages would write, in order. */
export function changesOf(stages: readonly PlannedStage[]): PlannedChange[] {
  return stages.flatMap(({ changes }) => changes);
}

/** Whether a plan that stops after one stage has another. */
export function isUntil(name: StageName, last: StageName): boolean {
  return STAGE_NAMES.indexOf(name) <= STAGE_NAMES.indexOf(last);
}

/** What became of a stage right before its first write. */
export interface ConfirmedStage {
  /** Each planned change and the one that is made of it; undefined where it already is so. */
  readonly pairs: readonly { readonly planned: PlannedChange; readonly made: Change | undefined }[];
  /** Changes that nobody planned. */
  readonly unplanned: readonly Change[];
}

/**
 * Compares what a stage is about to write with what was planned: the same objects get the same values. From which value is
 * compared by whoever writes.
 */
export function confirmStage(planned: readonly PlannedChange[], made: readonly Change[]): ConfirmedStage {
  const pairs = planned.map((each) => ({ planned: each, made: made.find((change) => isOf(each, change)) }));
  const known = new Set(pairs.map((pair) => pair.made));
  return { pairs, unplanned: made.filter((change) => !known.has(change)) };
}

function isOf(planned: PlannedChange, made: Change): boolean {
  const version = versionIn(made);
  const numbered = version === undefined ? planned : withCopy(planned, version);
  return identityOf(numbered) === identityOf(made);
}

/** What a change makes of what, whatever was there before. */
function identityOf(change: PlannedChange): string {
  return canonicalJson({
    ...change,
    from: undefined,
    basis: undefined,
    found: undefined,
    stops: undefined,
    approval: undefined,
  });
}
