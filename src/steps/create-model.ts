import type { CreateModelChange } from '../domain/change.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { formatFullName } from '../domain/full-name.ts';
import { refuseWhenCancelled, type ApplyContext } from './apply.ts';

/**
 * Creates a registered model, sets its owner where one is wanted, and reads it back. A model that is there meanwhile
 * was made by somebody else: `conflict`, unless the answer of our own creation was lost.
 */
export async function createModel(change: CreateModelChange, context: ApplyContext): Promise<void> {
  const { snapshot, journal, signal } = context;
  const { registry } = snapshot;
  refuseWhenCancelled(signal);
  journal.begin(change);
  try {
    await registry.createRegisteredModel(change.name);
  } catch (error) {
    if (hasCode(error, 'already-exists')) throw appeared(change);
    if (
      !hasCode(error, 'unavailable', 'protocol') ||
      (await registry.getRegisteredModel(change.name)) === undefined
    )
      throw error;
  }
  if (change.owner !== undefined) await registry.setOwner(change.name, change.owner);
  snapshot.forget(change.name);
  const created = await snapshot.model(change.name);
  if (created === undefined || (change.owner !== undefined && created.owner !== change.owner)) {
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
