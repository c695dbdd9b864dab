import { tagValue } from '../../domain/model.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import { heldObject, holdText, readHold } from '../../policy/model-hold.ts';
import { gone, type ValueWriter } from './value-writer.ts';

/** Sets and lifts holds, tags of the model. One that somebody else has set meanwhile stops the version as well. */
export const holdWriter: ValueWriter<HoldChange> = {
  nameOf: ({ name }) => name,
  objectOf: ({ name }) => ({ kind: 'extras', name }),
  async current({ name, key }, snapshot) {
    const extras = await snapshot.freshExtras(name);
    const text = tagValue(extras?.tags ?? [], key);
    return text === undefined ? null : readHold(key, text).reason;
  },
  isMade: ({ to }, value) => (to === null) === (value === null),
  isReadBack: ({ to }, value) => (to === null) === (value === null),
  isAsDecided: ({ from }, value) => value === from,
  write({ name, version, key, to, stops = {} }, _seen, { writer, author, clock }) {
    const target = { kind: 'model', name } as const;
    if (to === null) return gone(writer.deleteTag(target, key));
    const { origin, ...digests } = stops;
    const held = heldObject(version, origin, digests);
    return writer.setTag(target, key, holdText(held, { ...author, at: clock.now(), reason: to }));
  },
};
