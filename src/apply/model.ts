import type { CreateModelChange } from '../plan/changes/model.ts';
import type { OwnerChange } from '../plan/changes/owner.ts';
import { hasCode, invalidInputs, PromoteError } from '../domain/errors.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { isNamed, samePrincipal } from '../domain/principal.ts';
import { show } from '../domain/printable.ts';
import type { ApplyContext } from './context.ts';
import { refuseWhenCancelled } from '../domain/cancelled.ts';
import { explainLimit } from './limit.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { makeWrite, notBegun, type Look, type WriteState } from './write.ts';

/**
 * Creates a registered model, sets its owner where one is wanted, and reads it back. A model that is there meanwhile
 * was made by somebody else: `conflict`, unless the response to our own creation was lost.
 */
export async function createModel(change: CreateModelChange, context: ApplyContext): Promise<void> {
  const { snapshot, journal, signal } = context;
  refuseWhenCancelled(signal);
  if (change.owner !== undefined) await requireReachableOwner(change.name, change.owner, snapshot);
  journal.begin(change);
  const creation = notBegun();
  try {
    await create(change, context, creation);
  } catch (error) {
    if (!creation.mayBeDone) journal.end(change, 'not-done');
    throw await explainLimit(error, change, snapshot);
  }
  // Right after an undisturbed creation nobody else has changed the owner.
  if (change.owner !== undefined) await setOwner(change.name, change.owner, context, !creation.hasFailed);
  snapshot.forget(change.name);
  const created = await snapshot.model(change.name);
  if (
    created === undefined ||
    (change.owner !== undefined && !samePrincipal(change.owner, created.owner ?? ''))
  ) {
    throw new PromoteError(
      `${formatFullName(change.name)} was created, but reading it back shows another state.`,
      {
        code: 'conflict',
        outcome: 'conflict',
        fix: 'Check the model and its owner, then run the step again.',
      },
    );
  }
  journal.end(change, 'done');
}

/** Gives a model to the owner that it was created for, as {@link createModel} would have; it still belongs to the caller. */
export async function repairOwner(change: OwnerChange, context: ApplyContext): Promise<void> {
  const { snapshot, journal, signal } = context;
  const { name, to } = change;
  refuseWhenCancelled(signal);
  await requireReachableOwner(name, to, snapshot);
  const state = notBegun();
  journal.begin(change);
  try {
    await setOwner(name, to, context, false, state);
  } catch (error) {
    if (!state.mayBeDone) journal.end(change, 'not-done');
    throw error;
  }
  snapshot.forget(name);
  const found = (await snapshot.model(name))?.owner ?? '';
  if (!samePrincipal(to, found)) throw ownerMoved(name, to, found);
  journal.end(change, 'done');
}

/** The registry takes a name once, so that the first try needs no look; what is there before another is ours only after a lost response. */
async function create(change: CreateModelChange, context: ApplyContext, state: WriteState): Promise<void> {
  const { snapshot } = context;
  const { registry } = snapshot;
  const look = async (): Promise<Look<void>> => {
    const made = await registry.getRegisteredModel(change.name);
    if (made === undefined) return 'open';
    if (!state.wasDoubtful || !isNamed((await snapshot.caller()).alsoKnownAs, made.owner ?? ''))
      throw appeared(change);
    return { done: undefined };
  };
  const send = async (): Promise<void> => {
    try {
      await context.writer.createRegisteredModel(change.name);
    } catch (error) {
      if (!hasCode(error, 'already-exists')) throw error;
      if ((await look()) === 'open') throw error;
    }
  };
  await makeWrite({ look, send }, context, { isLookedAt: true, state });
}

/** Sets the owner of a model that was just created: while it is still the caller's, and of nobody else meanwhile. */
async function setOwner(
  name: FullName,
  owner: string,
  context: ApplyContext,
  isLookedAt: boolean,
  state = notBegun(),
): Promise<void> {
  const { snapshot } = context;
  const { registry } = snapshot;
  const look = async (): Promise<Look<void>> => {
    const found = (await registry.getRegisteredModel(name))?.owner;
    if (found !== undefined && samePrincipal(owner, found)) return { done: undefined };
    if (found !== undefined && isNamed((await snapshot.caller()).alsoKnownAs, found)) return 'open';
    throw ownerMoved(name, owner, found);
  };
  const send = () => context.writer.setOwner(name, owner);
  await makeWrite({ look, send }, context, { isLookedAt, state });
}

/** An owner that the caller does not belong to would leave a model behind that nothing can be copied into. */
export async function requireReachableOwner(
  name: FullName,
  owner: string,
  snapshot: Snapshot,
  input = 'destination-owner',
): Promise<void> {
  const caller = await snapshot.caller();
  const names = [...caller.alsoKnownAs, ...caller.groups];
  if (isNamed(names, owner)) return;
  const alike = names.find((each) => each.toLowerCase() === owner.toLowerCase());
  const problem = `"${show(owner, 80)}" is neither the caller nor a group that the caller is in, so the caller could not ${input === 'owner' ? 'manage' : 'copy into'} ${formatFullName(name)} afterwards.`;
  const fix =
    alike === undefined
      ? `Run the step as a member of ${show(owner, 80)}, or name the group of the principals that promote, with the caller as a member. Never name a group of the people who train.`
      : `Write ${show(alike, 80)}: group names are case-sensitive.`;
  throw invalidInputs([{ input, problem, fix }]);
}

function appeared(change: CreateModelChange): PromoteError {
  return new PromoteError(
    `${formatFullName(change.name)} did not exist and was created by someone else in the meantime.`,
    {
      code: 'already-exists',
      outcome: 'conflict',
      fix: 'Find out who created it. If it is the right model, run the step again.',
    },
  );
}

function ownerMoved(name: FullName, owner: string, found: string | undefined): PromoteError {
  const now = found === undefined ? 'not visible' : show(found, 80);
  return new PromoteError(
    `The owner of the new model ${formatFullName(name)} was not set to ${show(owner, 80)}: right before writing it, the owner was ${now} instead of the caller.`,
    { code: 'conflict', outcome: 'conflict', fix: 'Find out who changed it, then run the step again.' },
  );
}
