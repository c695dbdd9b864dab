import type { ChangeTarget } from '../../domain/change-target.ts';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import { foreignHold, MISMATCH_HOLD, UNVERIFIED_HOLD } from '../../domain/hold.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { show } from '../../domain/printable.ts';
import type { ApplyContext } from '../context.ts';
import type { OwnVersion } from './own-version.ts';
import { makeWrite, type Look } from '../write.ts';

/** A version that is put on hold, or freed. */
export type VersionTarget = Extract<ChangeTarget, { readonly kind: 'version' }>;

/** Puts a copy of this run on hold that nobody has verified. Throws when somebody else's hold is on it. */
export async function holdUntilVerified(own: OwnVersion, context: ApplyContext): Promise<void> {
  await changeHold(own.target, UNVERIFIED_HOLD, context, () => own.look(context.snapshot));
}

/** Takes our own hold from a copy, and never another. Throws when somebody else's hold is on it. */
export async function liftOwnHold(target: VersionTarget, context: ApplyContext): Promise<void> {
  await changeHold(target, null, context);
}

/** Puts a copy that is not what was sent on hold; one that somebody else holds stays as it is. */
export async function holdMismatch(target: VersionTarget, context: ApplyContext): Promise<void> {
  try {
    await changeHold(target, MISMATCH_HOLD, context);
  } catch (error) {
    if (!(error instanceof HeldMeanwhile)) throw error;
  }
}

/** Somebody put the version on hold while this run was at it. */
class HeldMeanwhile extends PromoteError {
  constructor({ name, version }: VersionTarget, hold: string) {
    super(`${formatModelUri(name, version)} was put on hold in the meantime: ${show(hold, 300)}.`, {
      code: 'requirement',
      outcome: 'blocked',
      fix: `Remove the tag ${TAG_KEYS.hold} once its reason is resolved, then run the step again.`,
    });
  }
}

/** Before every try the version is read: people set holds too, and theirs is never written over. */
async function changeHold(
  target: VersionTarget,
  to: string | null,
  context: ApplyContext,
  read = () => context.snapshot.registry.getModelVersion(target.name, target.version),
): Promise<void> {
  const look = async (): Promise<Look<void>> => {
    const version = await read();
    refuseHeld(target, version);
    const hold = tagValue(version?.tags ?? [], TAG_KEYS.hold) ?? null;
    return hold === to ? { done: undefined } : 'open';
  };
  const send = async (): Promise<void> => {
    if (to !== null) return context.writer.setTag(target, TAG_KEYS.hold, to);
    try {
      await context.writer.deleteTag(target, TAG_KEYS.hold);
    } catch (error) {
      if (!hasCode(error, 'not-found')) throw error;
    }
  };
  await makeWrite({ look, send }, context, { isLookedAt: false });
}

/** Throws when somebody else's hold is on a version. */
export function refuseHeld(target: VersionTarget, version: ModelVersion | undefined): void {
  const hold = version === undefined ? undefined : foreignHold(version);
  if (hold !== undefined) throw new HeldMeanwhile(target, hold);
}
