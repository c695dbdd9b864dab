import type { ChangeTarget } from '../domain/change.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import { foreignHold, MISMATCH_HOLD, UNVERIFIED_HOLD } from '../domain/hold.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { show } from '../domain/text.ts';
import { OUTAGES, REWRITE, type ApplyContext } from './apply.ts';

type VersionTarget = Extract<ChangeTarget, { readonly kind: 'version' }>;

/** Puts a copy on hold that nobody has verified. Throws when somebody else's hold is on it. */
export async function holdUntilVerified(target: VersionTarget, context: ApplyContext): Promise<void> {
  await changeHold(target, UNVERIFIED_HOLD, context);
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
    super(`${formatModelUri(name, version)} was put on hold meanwhile: ${show(hold, 300)}.`, {
      code: 'requirement',
      outcome: 'blocked',
      fix: `Remove the tag ${TAG_KEYS.hold} once its reason is gone, then run again.`,
    });
  }
}

/** Before every try the version is read: people set holds too, and theirs is never written over. */
async function changeHold(target: VersionTarget, to: string | null, context: ApplyContext): Promise<void> {
  const { snapshot, clock, signal } = context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const version = await snapshot.registry.getModelVersion(target.name, target.version);
      refuseHeld(target, version);
      if ((tagValue(version?.tags ?? [], TAG_KEYS.hold) ?? null) === to) return;
      if (to === null) await snapshot.registry.deleteTag(target, TAG_KEYS.hold);
      else await snapshot.registry.setTag(target, TAG_KEYS.hold, to);
      return;
    } catch (error) {
      if (to === null && hasCode(error, 'not-found')) return;
      if (!hasCode(error, ...OUTAGES) || attempt >= REWRITE.tries || signal.aborted) throw error;
      await clock.sleep(Math.max(error.details.retryAfter ?? 0, REWRITE.pause * attempt), signal);
    }
  }
}

function refuseHeld(target: VersionTarget, version: ModelVersion | undefined): void {
  const hold = version === undefined ? undefined : foreignHold(version);
  if (hold !== undefined) throw new HeldMeanwhile(target, hold);
}
