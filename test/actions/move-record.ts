import { createHash } from 'node:crypto';
import type { ModelSnapshot } from '../../emulator/index.ts';

/** An entry of a record of moves, as docs/tags.md describes it. */
export interface RecordedMove {
  readonly alias?: string;
  readonly from?: number | null;
  readonly to?: number | null;
  readonly run?: string;
  readonly attempt?: string;
  readonly who?: string;
  readonly at?: string;
  readonly plan?: string;
  readonly approver?: string;
  readonly dropped?: number;
}

/** The key of the tag that records the moves of an alias, where the registry compares aliases without case. */
export function recordKeyOf(alias: string): string {
  const digest = createHash('sha256').update(alias.toLowerCase()).digest('hex');
  return `uc_promote_moves_${digest.slice(0, 12)}`;
}

/** What the model has recorded of an alias, newest first; nothing where there is no record. */
export function recordOf(model: ModelSnapshot | undefined, alias = 'Champion'): RecordedMove[] {
  return JSON.parse(model?.tags[recordKeyOf(alias)] ?? '[]') as RecordedMove[];
}
