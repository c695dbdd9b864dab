import type { Digests } from '../domain/file-entry.ts';
import { hasCode, PromoteError } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion, type Tag } from '../domain/model.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { HoldChange } from '../plan/changes/hold.ts';
import { originOf } from '../policy/equal-versions.ts';
import type { FoundHold } from '../policy/hold/findings.ts';
import {
  holdsBytes,
  matchHold,
  readHolds,
  type HoldCandidate,
  type HoldMatch,
} from '../policy/hold/model-hold.ts';
import { versionBytes, type Bytes, type ReadContext } from './equal-versions.ts';
import type { Snapshot } from './snapshot.ts';

/** The model whose holds are looked at, with its tags. */
export interface HoldingModel {
  readonly name: FullName;
  readonly tags: readonly Tag[];
}

/** Something that may be on hold, whose files are read only where nothing that is recorded shows that it is. */
export interface HeldCandidate extends HoldCandidate {
  readonly bytes: Bytes;
}

/** The holds of a model that stop a candidate. */
export async function findHolds(
  { name, tags }: HoldingModel,
  candidate: HeldCandidate,
  { registry }: Pick<Snapshot, 'registry'>,
): Promise<FoundHold[]> {
  const naming = registry.capabilities.names;
  const found: FoundHold[] = [];
  for (const hold of readHolds(tags)) {
    const recorded = matchHold(hold, candidate, (version) => formatModelUri(name, version), naming);
    // What is recorded shows equality alone: that it differs is believed of no tag, but of the files.
    const by: HoldMatch | undefined =
      recorded ?? ((await holdsBytes(hold, candidate.bytes)) ? 'bytes' : undefined);
    if (by !== undefined) found.push({ name, hold, by });
  }
  return found;
}

/** The holds of its own model that stop a version. */
export async function findHoldsOf(
  version: ModelVersion,
  tags: readonly Tag[],
  context: ReadContext,
): Promise<FoundHold[]> {
  // Where there is none nothing is opened: a registry may have neither tags nor files.
  if (readHolds(tags).length === 0) return [];
  const candidate = candidateOf(version, versionBytes(version, context));
  return findHolds({ name: version.name, tags }, candidate, context.snapshot);
}

/** Holds of a version, where those of its source are compared by its files: of its bytes where they are equal. */
export async function comparedByBytes(
  found: readonly FoundHold[],
  version: ModelVersion,
  context: ReadContext,
): Promise<FoundHold[]> {
  const bytes = versionBytes(version, context);
  const compared = async (each: FoundHold): Promise<FoundHold> => {
    if (each.by !== 'source') return each;
    const isEqual = await holdsBytes(each.hold, bytes).catch((error: unknown) => {
      if (!(error instanceof PromoteError) || hasCode(error, 'cancelled')) throw error;
      return false;
    });
    return isEqual ? { ...each, by: 'bytes' } : each;
  };
  return Promise.all(found.map(compared));
}

/** A version as its own model may hold it. */
export function candidateOf(version: ModelVersion, bytes: Bytes): HeldCandidate {
  const origin = originOf(version);
  const content = tagValue(version.tags, TAG_KEYS.digest);
  return {
    version: version.version,
    origins: [formatModelUri(version.name, version.version), ...(origin === undefined ? [] : [origin])],
    ...(content === undefined ? {} : { content }),
    bytes,
  };
}

/** Files whose digests are known. */
export function knownBytes({ listing, content }: Digests): Bytes {
  return { listing: async () => listing, content: async () => content };
}

/** What a hold of a version stops beside it, and why its bytes are not among that, where they could not be read. */
export interface ReadStops {
  readonly stops: NonNullable<HoldChange['stops']>;
  readonly unread?: PromoteError;
}

/** Reads what a hold of a version stops, by its files whatever is recorded of them. */
export async function readStops(version: ModelVersion, bytes: Bytes): Promise<ReadStops> {
  const origin = originOf(version);
  const source = origin === undefined ? {} : { origin };
  try {
    const listing = await bytes.listing();
    return { stops: { ...source, listing, content: await bytes.content() } };
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled')) throw error;
    const content = tagValue(version.tags, TAG_KEYS.digest);
    return { stops: { ...source, ...(content === undefined ? {} : { content }) }, unread: error };
  }
}
