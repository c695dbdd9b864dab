import { tagValue } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { checkPrivileges } from '../../facts/grants/check.ts';
import { mayExist } from '../../facts/grants/read.ts';
import { originOf } from '../../policy/equal-versions.ts';
import { requiredRights } from '../../policy/grants/required.ts';
import { isOfEarlierAttempt } from '../../policy/run/marker.ts';
import { subjectOf, type LiveAlias } from '../../policy/sync/decide.ts';
import type { PinChange } from '../../policy/sync/pin-changes.ts';
import { historyOf, howNamed } from '../parts/alias/move.ts';
import { withPrivileges } from '../parts/checks.ts';
import type { SyncContext } from './sync.ts';

/**
 * Reads what a pinned alias names now, and how it came to. What the caller may not see is not taken for what is not there: the
 * rights to see it are looked at beside.
 */
export async function readLive(context: SyncContext, change: PinChange): Promise<LiveAlias> {
  const { inputs, destination: snapshot } = context;
  const { name } = change;
  const record = context.record.part(subjectOf(change));
  const mode = inputs['check-privileges'];
  const rights = mayExist(name, snapshot).then((exists) =>
    requiredRights('read', name, { modelExists: true }).filter(
      ({ securable }) => exists || securable.type !== 'function',
    ),
  );
  const decision = rights.then((needed) => checkPrivileges(needed, snapshot, mode));
  const [live] = await withPrivileges(
    record,
    mode,
    [{ name: 'Privileges', decision }],
    [readNamed(context, change)],
  );
  record.requireAllowed(subjectOf(change));
  // What is planned for it checks more.
  context.record.forgetPart(subjectOf(change));
  return live;
}

async function readNamed(context: SyncContext, { name, alias }: PinChange): Promise<LiveAlias> {
  const { destination: snapshot, run } = context;
  if ((await snapshot.model(name)) === undefined) return NOT_THERE;
  const [now, tags] = await Promise.all([snapshot.alias(name, alias), snapshot.tagsOf(name)]);
  const version = now === null ? undefined : await snapshot.version(name, now);
  const { kind } = historyOf(context, alias, tags, version);
  return {
    now,
    origin: version === undefined ? undefined : originOf(version),
    history: howNamed(context, alias, tags, now).text,
    isRecorded: kind === 'trusted' || kind === 'interrupted',
    isOwnCopy: isOfEarlierAttempt(tagValue(version?.tags ?? [], TAG_KEYS.run) ?? '', run),
  };
}

/** The alias of a model that does not exist. */
const NOT_THERE: LiveAlias = {
  now: null,
  origin: undefined,
  history: '',
  isRecorded: false,
  isOwnCopy: false,
};
