import { refuseWhenCancelled } from '../../domain/cancelled.ts';
import { counted } from '../../domain/count.ts';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import type { FileEntry } from '../../domain/file-entry.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import { explainShared } from '../../facts/copy/workspaces.ts';
import { modelFiles } from '../../policy/copy.ts';
import { caseFaults, folderNameFaults, requireFolderNames } from '../../policy/folder-names.ts';
import { digestsOf, listingDigest } from '../../transfer/digest.ts';
import { folderPlace } from '../../transfer/folder/fault.ts';
import { IS_WINDOWS, STAGING, TargetFolder } from '../../transfer/folder/target.ts';
import type { FileSource } from '../../transfer/port.ts';
import { sizeOf } from '../../transfer/progress.ts';
import { explainGone, versionParty } from '../copy/gone.ts';
import { FolderFill } from './fill.ts';
import type { Download, DownloadContext, DownloadRequest } from './request.ts';

/** How the files of a shared model are had that cannot be read where it is shared. */
const DOWNLOAD_SHARED = 'Download it in the workspace that shares it: name that workspace in host.';

/**
 * Puts the files of a version into a folder that holds nothing else: streamed as a copy is, and verified before the first of them
 * gets its name there. A later run goes on with what an interrupted one left.
 */
export async function downloadVersion(request: DownloadRequest, context: DownloadContext): Promise<Download> {
  refuseWhenCancelled(context.signal);
  const { version } = request;
  const { registry } = context.snapshot;
  try {
    const source = registry.openSource(version.name, version.version);
    const files = await listFiles(version, source, context);
    return await fillFolder(request, { source, files }, context);
  } catch (error) {
    throw await explainGone(error, [versionParty('version', version, registry)]);
  }
}

async function listFiles(
  { name, version, tags }: ModelVersion,
  source: FileSource,
  { snapshot }: DownloadContext,
): Promise<FileEntry[]> {
  const listed = await source.list().catch(async (error: unknown) => {
    throw await explainShared(error, name, snapshot, DOWNLOAD_SHARED);
  });
  const uri = formatModelUri(name, version);
  const files = modelFiles(listed);
  if (files.length === 0) throw noFiles(uri);
  requireFolderNames(uri, folderNameFaults(files, { isWindows: IS_WINDOWS, reserved: STAGING }));
  const recorded = tagValue(tags, TAG_KEYS.listing);
  if (recorded !== undefined && recorded !== listingDigest(files))
    throw notRecorded(uri, TAG_KEYS.listing, { recorded, found: listingDigest(files) });
  return files;
}

async function fillFolder(
  { version, folder, input }: DownloadRequest,
  { source, files }: { readonly source: FileSource; readonly files: readonly FileEntry[] },
  context: DownloadContext,
): Promise<Download> {
  const uri = formatModelUri(version.name, version.version);
  const recorded = tagValue(version.tags, TAG_KEYS.digest);
  const place = folderPlace(folder, input);
  const target = await TargetFolder.open(place, files);
  try {
    if (target.ignoresCase) requireFolderNames(uri, caseFaults(files));
    const fill = new FolderFill({ uri, place, source, target, files }, context);
    const got = await fill.run(recorded);
    const digests = digestsOf(got.files);
    if (recorded !== undefined && recorded !== digests.content) {
      await target.discard();
      throw notRecorded(uri, TAG_KEYS.digest, { recorded, found: digests.content });
    }
    refuseWhenCancelled(context.signal);
    await target.finish(files);
    return {
      ...got,
      path: place.path,
      bytes: sizeOf(files),
      digests,
      verified: recorded === undefined ? 'sizes' : 'digest',
    };
  } catch (error) {
    const left = await target.leave();
    if (left > 0 && !hasCode(error, 'verification'))
      context.log.info(
        `${counted(left, 'file')} of ${files.length} stay in ${place.path} under ${STAGING}; run the step again to download the rest.`,
      );
    throw error;
  }
}

function noFiles(uri: string): PromoteError {
  return new PromoteError(`${uri} has no files.`, {
    code: 'not-found',
    outcome: 'blocked',
    fix: 'Log and register the model again.',
  });
}

function notRecorded(
  uri: string,
  key: string,
  { recorded, found }: { readonly recorded: string; readonly found: string },
): PromoteError {
  return new PromoteError(
    `The files of ${uri} are not those that were recorded: its tag ${key} says ${recorded}, and they are ${found}. Nothing was added to the folder.`,
    {
      code: 'verification',
      outcome: 'error',
      fix: 'Find out who changed the files or the tag. Until then, put the version on hold.',
    },
  );
}
