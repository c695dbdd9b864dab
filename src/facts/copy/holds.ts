import type { ModelVersion, Tag } from '../../domain/model.ts';
import type { FoundHold } from '../../policy/hold/findings.ts';
import type { OriginMark } from '../../policy/origin.ts';
import type { Bytes } from '../equal-versions.ts';
import { candidateOf, findHolds, type HoldingModel } from '../holds.ts';
import type { Snapshot } from '../snapshot.ts';

/** The version that is copied. */
export interface HeldSource {
  readonly version: ModelVersion;
  readonly bytes: Bytes;
  /** What its copy is marked with. */
  readonly mark: OriginMark;
}

/** Where it comes from, and the model that it goes to. */
export interface HoldSides {
  readonly from: Snapshot;
  readonly to: HoldingModel & { readonly snapshot: Snapshot };
}

/** The holds that stop the source of a copy: those of its own model, and those of the destination. */
export async function findSourceHolds(
  { version, bytes, mark }: HeldSource,
  tagsOfSource: readonly Tag[],
  { from, to }: HoldSides,
): Promise<FoundHold[]> {
  const own = candidateOf(version, bytes);
  // In another metastore the same name means another model.
  const isHere = mark.text === mark.uri;
  const { origins, content } = own;
  const there = {
    origins: [mark.text, ...(isHere ? origins.slice(1) : [])],
    ...(content === undefined ? {} : { content }),
    bytes,
  };
  const [ofSource, ofDestination] = await Promise.all([
    findHolds({ name: version.name, tags: tagsOfSource }, own, from),
    findHolds(to, there, to.snapshot),
  ]);
  return [...ofSource, ...ofDestination];
}
