import type { Metastore } from '../../../emulator/index.ts';
import { GOOD_FILES, STAGING } from '../../../emulator/seeds/demo-models.ts';

/** A file of the emulator's generator, with content that names its place. */
export function bigFile(mebibytes: number, seed = 7): { generated: true; size: number; seed: number } {
  return { generated: true, size: mebibytes * 1024 * 1024, seed };
}

/** Version 2 of the demo's staging model: the good files, and large ones of so many MiB under `weights/`. */
export function addLargeVersion(metastore: Metastore, ...mebibytes: number[]): string {
  const weights = mebibytes.map((size, index) => [`weights/${index}.bin`, bigFile(size, index + 1)] as const);
  const version = metastore.addVersion(STAGING, { files: { ...GOOD_FILES, ...Object.fromEntries(weights) } });
  return `models:/${STAGING}/${version}`;
}
