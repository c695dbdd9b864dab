import { originOf } from '../../policy/equal-versions.ts';
import type { LiveAlias } from '../../policy/sync/decide.ts';
import type { PinChange } from '../../policy/sync/pin-changes.ts';
import { howNamed } from '../parts/alias-move.ts';
import type { SyncContext } from './sync.ts';

/** Reads what a pinned alias names now, and how it came to. */
export async function readLive(context: SyncContext, { name, alias }: PinChange): Promise<LiveAlias> {
  const { destination: snapshot } = context;
  if ((await snapshot.model(name)) === undefined) return { now: null, origin: undefined, history: '' };
  const [now, tags] = await Promise.all([snapshot.alias(name, alias), snapshot.tagsOf(name)]);
  const version = now === null ? undefined : await snapshot.version(name, now);
  return {
    now,
    origin: version === undefined ? undefined : originOf(version),
    history: howNamed(context, alias, tags, now).text,
  };
}
