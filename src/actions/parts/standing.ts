import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { uriOf } from '../../facts/version.ts';
import type { ActionRecord } from '../contract/record.ts';

/** Notes the status of a version that an alias will name, and where it was copied from. */
export function noteStanding(record: Pick<ActionRecord, 'see'>, version: ModelVersion): void {
  for (const key of [TAG_KEYS.status, TAG_KEYS.origin]) {
    const value = tagValue(version.tags, key);
    if (value !== undefined) record.see({ kind: 'tag', of: uriOf(version), key, value });
  }
}
