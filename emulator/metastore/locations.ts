import { ApiError } from './api-error.ts';
import type { Place } from './files.ts';
import type { CallContext } from './session.ts';
import type { Version } from './state.ts';

/** The account of every container. */
const AZURE_HOST = 'emulator.dfs.core.windows.net';

/** Where a version is stored, as its cloud writes it (uc-protocol §9.4). */
export function locationOf({ switches }: CallContext, version: Version): string {
  const [, bucket = '', path = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(version.storageLocation) ?? [];
  if (switches.filesMode === 's3') return version.storageLocation;
  if (switches.vendedCredentials === 'azure') return `abfss://${bucket}@${AZURE_HOST}/${path}`;
  if (switches.vendedCredentials === 'gcp') return `gs://${bucket}/${path}`;
  return version.storageLocation;
}

/** Folder of a version in its bucket. */
export function folderOf(version: Version): string {
  return version.storageLocation.replace(/^s3:\/\/[^/]+\//, '');
}

/** The file that a key of the bucket stands for; throws 404 `NoSuchKey` for a key of no version. */
export function placeOfKey({ state }: CallContext, key: string): Place {
  for (const model of state.models.values()) {
    for (const version of model.versions.values()) {
      const folder = `${folderOf(version)}/`;
      if (key.startsWith(folder)) return { model, version, path: key.slice(folder.length) };
    }
  }
  throw new ApiError(404, 'NoSuchKey', 'The specified key does not exist.', 'xml');
}
