import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where runs of download-version that are measured or tested put the files of a version: nobody else uses it. */
export const DOWNLOAD_FOLDER = join(tmpdir(), `uc-promote-download-${randomUUID()}`);

/** Removes what an earlier run left there, so that the next one downloads every file. */
export function clearDownload(): void {
  rmSync(DOWNLOAD_FOLDER, { recursive: true, force: true });
}

process.on('exit', clearDownload);
