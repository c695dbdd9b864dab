import { decide, type Decision, type Finding } from '../domain/decision.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import { decideHolds, type FoundHold } from './hold/findings.ts';
import { decideState, decideRequiredTags } from './version.ts';

/** What a promotion rests on of its source, as it was when that was decided and as it is now. */
export interface SourceBasis {
  readonly read: ModelVersion;
  /** Undefined when it does not exist any more. */
  readonly now: ModelVersion | undefined;
  /** The holds of its model that stop it now. */
  readonly holds: readonly FoundHold[];
  /** Key of the tag with the status. */
  readonly statusKey: string;
  /** Tags that the source must have. */
  readonly required: readonly Tag[];
}

/** Whether a source may still be promoted, and as what a refusal counts. */
export interface SourceDecision extends Decision {
  /** `conflict` when somebody changed what the run had decided on, `blocked` when a requirement is not met any more. */
  readonly refusal: 'conflict' | 'blocked';
}

/** Decides whether a source that was copied is still what the promotion was decided on: a copy may take hours. */
export function decideSource({ read, now, holds, statusKey, required }: SourceBasis): SourceDecision {
  const uri = formatModelUri(read.name, read.version);
  if (now === undefined) return { ...decide([gone(uri)]), refusal: 'conflict' };
  const unmet = [
    ...decideState(now).findings,
    ...decideHolds(holds).findings,
    ...decideRequiredTags(uri, now.tags, required).findings,
  ];
  if (unmet.length > 0) return { ...decide(unmet), refusal: 'blocked' };
  return { ...decide(statusFindings(uri, statusKey, read.tags, now.tags)), refusal: 'conflict' };
}

function gone(uri: string): Finding {
  return {
    code: 'source-gone',
    severity: 'error',
    message: `The source ${uri} was deleted after this run began.`,
    fix: 'Find out who deleted it and why, then promote another version.',
  };
}

function statusFindings(uri: string, key: string, before: readonly Tag[], after: readonly Tag[]): Finding[] {
  const [was, is] = [tagValue(before, key), tagValue(after, key)];
  if (was === is) return [];
  return [
    {
      code: 'source-status-moved',
      severity: 'error',
      message: `The source ${uri} had ${valueText(key, was)} when this run began and now has ${valueText(key, is)}.`,
      fix: 'Find out who changed it and why, then run the step again.',
    },
  ];
}

function valueText(key: string, value: string | undefined): string {
  return value === undefined ? `no tag ${show(key, 60)}` : `${show(key, 60)}=${show(value, 60)}`;
}
