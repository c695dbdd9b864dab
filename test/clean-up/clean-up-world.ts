import { createHash } from 'node:crypto';
import type { Metastore } from '../../emulator/index.ts';
import { GOOD_FILES, PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';

/** A day, in milliseconds. */
export const DAY = 24 * 3_600_000;

/** The tag that records the moves of an alias, as docs/tags.md has it. */
export function recordTag(alias: string): string {
  const digest = createHash('sha256').update(alias.toLowerCase()).digest('hex');
  return `uc_promote_moves_${digest.slice(0, 12)}`;
}

/** A move of an alias, so many days ago. */
export function moveOf(
  alias: string,
  from: number | null,
  to: number | null,
  daysAgo: number,
  now = Date.now(),
) {
  const at = new Date(now - daysAgo * DAY).toISOString();
  return { alias, from, to, run: 'acme/models/4242', attempt: '1', who: 'ada', at };
}

/** Records the moves of an alias, newest first, and sets it to where the newest led. */
export function recordMoves(metastore: Metastore, moves: readonly ReturnType<typeof moveOf>[]): void {
  const [newest] = moves;
  if (newest === undefined) throw new RangeError('No move.');
  if (newest.to !== null) metastore.setAlias(PROD, newest.alias, newest.to);
  const { tags } = metastore.model(PROD);
  tags.set(recordTag(newest.alias), JSON.stringify(moves));
}

/** What each version of the model is for, by its number. */
export const VERSIONS = {
  champion: 1,
  rejected: 2,
  pending: 3,
  failed: 4,
  abandoned: 5,
  old: 6,
  ofOthers: 7,
  held: 8,
  served: 9,
  rollback: 10,
  named: 11,
  blueBefore: 12,
  blue: 13,
  newest: 14,
} as const;

const REJECTED = { validation_status: 'rejected' };

/** A model with a version for each rule, and one for each protection. */
export function cleanUpWorld(metastore: Metastore): void {
  const now = Date.now();
  const add = (seed: Parameters<Metastore['addVersion']>[1] = {}) =>
    metastore.addVersion(PROD, {
      files: { ...GOOD_FILES, 'own.txt': String(metastore.model(PROD).nextVersion) },
      createdBy: PROMOTER,
      createdAt: now - 100 * DAY,
      ...seed,
    });
  const marker = `acme/models/17/1/${(now - 90 * DAY).toString(36)}-nonce`;
  add({ tags: REJECTED });
  add({ status: 'PENDING_REGISTRATION' });
  add({ status: 'FAILED_REGISTRATION' });
  add({ status: 'PENDING_REGISTRATION', tags: { uc_promote_run: marker } });
  add({ createdAt: now - 400 * DAY });
  add({ tags: REJECTED, createdBy: 'ada@example.com' });
  add({ tags: { ...REJECTED, uc_promote_hold: 'incident 7' } });
  for (let count = 0; count < 5; count += 1) add({ tags: REJECTED });
  add();
  metastore.workspace.addEndpoint('fraud-rt', {
    creator: PROMOTER,
    served: [{ entity_name: PROD, entity_version: String(VERSIONS.served) }],
  });
  recordMoves(metastore, [moveOf('Champion', 10, 1, 40), moveOf('Champion', null, 10, 60)]);
  recordMoves(metastore, [
    moveOf('Blue', 12, 13, 5),
    moveOf('Blue', 11, 12, 10),
    moveOf('Blue', null, 11, 50),
  ]);
}

/** The inputs of a clean-up of that model which keeps one version for being new. */
export const CLEAN_UP = { model: PROD, keep: '1', 'older-than-days': '365' };
