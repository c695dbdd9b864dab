import type { CreateModelChange } from '../domain/change.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { isNamed } from '../domain/principal.ts';
import { show } from '../domain/text.ts';
import { refuseWhenCancelled, type ApplyContext } from './apply.ts';
import { explainLimit } from './limit.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Creates a registered model, sets its owner where one is wanted, and reads it back. A model that is there meanwhile
 * was made by somebody else: `conflict`, unless the answer of our own creation was lost.
 */
export async function createModel(change: CreateModelChange, context: ApplyContext): Promise<void> {
  const { snapshot, journal, signal } = context;
  const { registry } = snapshot;
  refuseWhenCancelled(signal);
  await requireReachableOwner(change, snapshot);
  journal.begin(change);
  try {
    await registry.createRegisteredModel(change.name);
  } catch (error) {
    if (hasCode(error, 'interrupted')) throw error;
    if (!hasCode(error, 'unavailable', 'protocol')) {
      journal.end(change, 'not-done');
      throw hasCode(error, 'already-exists') ? appeared(change) : await explainLimit(error, change, snapshot);
    }
    const made = await registry.getRegisteredModel(change.name);
    if (made === undefined) throw error;
    if (!isNamed((await snapshot.caller()).alsoKnownAs, made.owner ?? '')) throw appeared(change);
  }
  if (change.owner !== undefined) await registry.setOwner(change.name, change.owner);
  snapshot.forget(change.name);
  const created = await snapshot.model(change.name);
  if (
    created === undefined ||
    (change.owner !== undefined && !sameName([change.owner], created.owner ?? ''))
  ) {
    throw new PromoteError(
      `${formatFullName(change.name)} was created, and reading it back does not show it so.`,
      {
        code: 'conflict',
        outcome: 'conflict',
        fix: 'Look at the model and its owner, then run again.',
      },
    );
  }
  journal.end(change, 'done');
}

/** An owner that the caller does not belong to would leave a model behind that nothing can be copied into. */
async function requireReachableOwner(change: CreateModelChange, snapshot: Snapshot): Promise<void> {
  const { owner } = change;
  if (owner === undefined) return;
  const caller = await snapshot.caller();
  if (sameName([...caller.alsoKnownAs, ...caller.groups], owner)) return;
  throw new PromoteError(
    `destination-owner: ${show(owner, 80)} is neither the caller nor one of the caller's groups, so that nobody here could copy into ${formatFullName(change.name)} afterwards.`,
    {
      code: 'invalid-input',
      outcome: 'invalid',
      fix: 'Name a group that the caller is a member of, or leave it out and change the owner after the promotion.',
    },
  );
}

/** E-mails compare without case; so do the names of groups. */
function sameName(names: readonly string[], name: string): boolean {
  return names.some((each) => each.toLowerCase() === name.toLowerCase());
}

function appeared(change: CreateModelChange): PromoteError {
  return new PromoteError(
    `${formatFullName(change.name)} did not exist and was created by somebody else meanwhile.`,
    {
      code: 'already-exists',
      outcome: 'conflict',
      fix: 'Look at who created it; if it is the right one, run again.',
    },
  );
}
