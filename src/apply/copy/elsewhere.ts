import { PromoteError } from '../../domain/errors.ts';
import type { Digests, FileEntry, HashedFile } from '../../domain/file-entry.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { show } from '../../domain/printable.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { SourceFiles } from '../../facts/copy/source.ts';
import { digestsOf, listingDigest, signedFiles } from '../../transfer/digest.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import { hashFile, PARALLEL_FILES } from '../../transfer/read-files.ts';
import { BufferWindow } from '../../transfer/window.ts';
import type { ApplyContext } from '../context.ts';
import type { CopyResult } from './request.ts';
import { SeenSource } from './seen-source.ts';

/** What a run elsewhere says of the copy that it made. */
export interface ReportedCopy {
  readonly version: ModelVersion;
  readonly digests: Digests;
  /** The raw sha256 of each file that a signature covers, one after the other in its order. */
  readonly hashes: Uint8Array;
  /** How the run compared source and copy. */
  readonly verified: CopyResult['verified'];
  /** Whether it was made now, and not by an earlier run. */
  readonly made: boolean;
}

/** A copy that was made elsewhere. */
export type CopyElsewhere = CopyResult & { readonly made: boolean };

/** Files up to this size are read here too, of source and copy. */
const SMALL = 1024 * 1024;

/** Bytes of a sha256. */
const HASH = 32;

/**
 * Checks a copy that was made elsewhere by what can be seen of it without its bytes going through here: its list of files is
 * that of the source, its record has the digests that were reported, these are those of the files, and small files and those that
 * no signature covers are the source's and what was reported of them.
 */
export async function checkReported(
  source: SourceFiles,
  reported: ReportedCopy,
  { snapshot, signal }: Pick<ApplyContext, 'snapshot' | 'signal'>,
): Promise<CopyElsewhere> {
  const { version, digests, verified } = reported;
  const { files } = source;
  const uri = formatModelUri(version.name, version.version);
  const target = new SeenSource(snapshot.registry.openSource(version.name, version.version));
  const listed = await target.list();
  if (version.status !== 'READY') throw differs(uri, `its status is ${version.status}`);
  if (listingDigest(listed) !== listingDigest(files)) throw differs(uri, 'its list of files is another one');
  const hashes = hashesByPath(files, reported.hashes);
  if (hashes === undefined) throw differs(uri, 'not every file has a digest in the report');
  const tools = { window: new BufferWindow(), refuseWhenCancelled: () => refuseWhenCancelled(signal) };
  const read = await inParallel([...files], PARALLEL_FILES, async (file): Promise<HashedFile> => {
    const said = hashes.get(file.path);
    if (said !== undefined && file.size > SMALL) return { ...file, sha256: said };
    const [seen, wanted] = await Promise.all([
      hashFile(file, target, tools),
      hashFile(file, source.bytes, tools),
    ]);
    if (seen !== wanted) throw differs(uri, `the file ${show(file.path)} is not that of the source`);
    if (said !== undefined && seen !== said)
      throw differs(uri, `the file ${show(file.path)} is not what was reported of it`);
    return { ...file, sha256: seen };
  });
  const own = digestsOf(read);
  if (own.content !== digests.content || own.listing !== digests.listing)
    throw differs(uri, 'its digests are not those of the reported files');
  const [digest, listing] = [TAG_KEYS.digest, TAG_KEYS.listing].map((key) => tagValue(version.tags, key));
  if (digest !== digests.content || listing !== digests.listing)
    throw differs(uri, 'its recorded digests are not those that were reported');
  const way = { route: 'run in the workspace', reason: 'engine: workspace' } as const;
  return {
    version,
    digests,
    files: read.map((file) => ({ ...file, read: way, write: way })),
    target,
    verified,
    comparedHere: 'size',
    takenOver: 0,
    made: reported.made,
  };
}

/** The sha256 of each file that a signature covers; undefined where there are more or fewer of them. */
function hashesByPath(
  files: readonly FileEntry[],
  hashes: Uint8Array,
): ReadonlyMap<string, string> | undefined {
  const signed = signedFiles(files);
  if (hashes.length !== signed.length * HASH) return undefined;
  const text = Buffer.from(hashes).toString('hex');
  return new Map(
    signed.map(({ path }, index) => [path, text.slice(index * 2 * HASH, (index + 1) * 2 * HASH)]),
  );
}

function differs(uri: string, why: string): PromoteError {
  return new PromoteError(
    `${uri}, which the run in the workspace reported as the copy, was not accepted: ${why}.`,
    {
      code: 'conflict',
      outcome: 'conflict',
      fix: 'Find out who else writes to this model, delete the version, and run the step again.',
    },
  );
}
