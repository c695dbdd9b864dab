import type { FileEntry } from '../domain/file-entry.ts';
import type { Naming } from '../domain/full-name.ts';
import { foreignHold } from '../domain/hold.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../domain/model.ts';
import type { Clock, Logger } from '../domain/ports.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import { modelFiles } from '../policy/copy.ts';
import { equalsOf, type EqualVersion } from '../policy/equal-versions.ts';
import { holdsBytes } from '../policy/hold/model-hold.ts';
import { contentDigest, listingDigest } from '../transfer/digest.ts';
import type { FileSource } from '../transfer/port.ts';
import { hashFiles } from '../transfer/read-files.ts';
import { BufferWindow } from '../transfer/window.ts';
import { refuseWhenCancelled } from '../domain/cancelled.ts';
import { withReadProgress } from '../transfer/progress.ts';
import type { Snapshot } from './snapshot.ts';

/** What reading files works with. */
export interface ReadContext {
  readonly snapshot: Snapshot;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The digests of a version's files, each found out when it is asked for. */
export interface Bytes {
  listing(this: void): Promise<string>;
  content(this: void): Promise<string>;
}

/** What is compared with the versions on hold of a model. */
export interface Candidate {
  readonly origin: string | undefined;
  /** Its number, where it is a version of that model itself. */
  readonly version?: number;
  /** Its digest as its tags record it. */
  readonly recorded: string | undefined;
  readonly bytes: Bytes;
}

/**
 * Versions on hold that are a candidate's equals: by what they were copied from, by the digest that was recorded when they were
 * verified, or by their files. What is recorded shows equality alone: that one differs is believed of no tag, but of the files, whose
 * bytes are read only where paths and sizes of all of them are the same.
 */
export async function findEqualHolds(
  candidate: Candidate,
  versions: readonly ModelVersion[],
  context: ReadContext,
): Promise<EqualVersion[]> {
  const naming: Naming = context.snapshot.registry.capabilities.names;
  const held = versions.filter((version) => foreignHold(version) !== undefined);
  const { origin, recorded, version: except = 0 } = candidate;
  const found = equalsOf(held, { origin, content: recorded, except }, naming);
  for (const version of held) {
    const isKnown = found.some((each) => each.version === version) || version.version === except;
    if (isKnown) continue;
    const isEqual =
      (await hasBytesOf(version, candidate.bytes)) || (await hasFilesOf(version, candidate.bytes, context));
    if (isEqual) found.push({ version, by: 'bytes' });
  }
  return found;
}

/** Versions as they are right now; those that are gone are left out. */
export async function readAgain(
  equals: readonly EqualVersion[],
  snapshot: Snapshot,
): Promise<EqualVersion[]> {
  const read = await Promise.all(
    equals.map(async ({ version: { name, version }, by }) => {
      const now = await snapshot.freshVersion(name, version);
      return now === undefined ? [] : [{ version: now, by }];
    }),
  );
  return read.flat();
}

/** Whether a copy was recorded to have these bytes; without a record of their list the digest alone decides. */
async function hasBytesOf({ tags }: ModelVersion, bytes: Bytes): Promise<boolean> {
  const content = tagValue(tags, TAG_KEYS.digest);
  const listing = tagValue(tags, TAG_KEYS.listing);
  if (content === undefined) return false;
  return holdsBytes({ held: { content, ...(listing === undefined ? {} : { listing }) } }, bytes);
}

/** Whether the files of a version are these; one that never became READY has none that are complete. */
async function hasFilesOf(version: ModelVersion, bytes: Bytes, context: ReadContext): Promise<boolean> {
  if (version.status !== 'READY' || !context.snapshot.registry.capabilities.files) return false;
  const own = versionBytes(version, context);
  return (
    (await own.listing()) === (await bytes.listing()) && (await own.content()) === (await bytes.content())
  );
}

/** The bytes of a version by its files: a tag of it may have been written by anybody, and shows no difference. */
export function versionBytes(
  { name, version }: Pick<ModelVersion, 'name' | 'version'>,
  context: ReadContext,
  comparedWith?: string,
): Bytes {
  const source = context.snapshot.registry.openSource(name, version);
  const files = { list: () => source.list(), bytes: source };
  return bytesOf(formatModelUri(name, version), files, context, comparedWith);
}

/** The bytes of files that are read: their list once, and themselves once when that is asked for. */
export function bytesOf(
  what: string,
  files: { readonly list: () => Promise<readonly FileEntry[]>; readonly bytes: FileSource },
  context: Omit<ReadContext, 'snapshot'>,
  comparedWith = 'a version on hold',
): Bytes {
  let listed: Promise<readonly FileEntry[]> | undefined;
  let hashed: Promise<string> | undefined;
  const list = () => (listed ??= files.list().then(modelFiles));
  const hash = async () => {
    const entries = await list();
    const tools = withReadProgress(
      { window: new BufferWindow(), refuseWhenCancelled: () => refuseWhenCancelled(context.signal) },
      `Comparing ${what} with ${comparedWith}`,
      { files: entries, sides: 1 },
      context,
    );
    return contentDigest(await hashFiles(entries, files.bytes, tools));
  };
  return { listing: async () => listingDigest(await list()), content: () => (hashed ??= hash()) };
}
