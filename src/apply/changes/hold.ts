import { tagValue } from '../../domain/model.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import { heldObject, holdText, readHold, stopsAll } from '../../policy/hold/model-hold.ts';
import type { ApplyContext } from '../context.ts';
import { gone, type Value, type ValueWriter } from './value-writer.ts';

/** Sets and lifts holds, tags of the model. One that somebody else has set meanwhile on the same stops the version as well. */
export const holdWriter: ValueWriter<HoldChange> = {
  nameOf: ({ name }) => name,
  objectOf: ({ name }) => ({ kind: 'extras', name }),
  async current({ name, key }, snapshot) {
    const extras = await snapshot.freshExtras(name);
    return tagValue(extras?.tags ?? [], key) ?? null;
  },
  isMade: holds,
  isReadBack: holds,
  isAsDecided: ({ found }, value) => value === (found ?? null),
  write(change, _seen, context) {
    const target = { kind: 'model', name: change.name } as const;
    const text = textOf(change, context);
    return text === null
      ? gone(context.writer.deleteTag(target, change.key))
      : context.writer.setTag(target, change.key, text);
  },
};

/** Whether a value stops all that the change is to stop, as far as a tag has room for it; of a lifted hold nothing is left. */
function holds(change: HoldChange, value: Value, context: ApplyContext): boolean {
  const text = textOf(change, context);
  if (text === null || value === null) return text === null && value === null;
  const wanted = readHold(change.key, text).held;
  return wanted !== undefined && stopsAll(readHold(change.key, String(value)), wanted);
}

/** The value that the tag gets; null where it is taken away. */
function textOf({ version, to, stops = {} }: HoldChange, { author, clock }: ApplyContext): string | null {
  if (to === null) return null;
  const { origin, ...digests } = stops;
  return holdText(heldObject(version, origin, digests), { ...author, at: clock.now(), reason: to });
}
