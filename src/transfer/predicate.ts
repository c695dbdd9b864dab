import { writeFile } from 'node:fs/promises';
import nodePath, { type PlatformPath } from 'node:path';
import type { HashedFile } from '../domain/file-entry.ts';
import { signedFiles, UNSIGNED_PATHS } from './digest.ts';

/** The predicate of a model signature by `model_signing` 1.x, whose subject digest is our `content` digest. */
export const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';

/** Every file with its sha256, as `model_signing` 1.x writes it (PyPI model-signing 1.1.1, `_signing/signing.py`). */
export function modelSignaturePredicate(files: readonly HashedFile[]): Record<string, unknown> {
  return {
    serialization: {
      method: 'files',
      hash_type: 'sha256',
      allow_symlinks: false,
      ignore_paths: [...UNSIGNED_PATHS],
    },
    resources: signedFiles(files).map(({ path, sha256 }) => ({
      name: path,
      algorithm: 'sha256',
      digest: sha256,
    })),
  };
}

/** Where the predicate of a name stands in a folder. */
export function predicatePath(
  folder: string,
  name: string,
  path: Pick<PlatformPath, 'join'> = nodePath,
): string {
  return path.join(folder, `uc-promote-predicate-${name}.json`);
}

/** Writes the predicate into a folder; returns its path. Rejects with the system's error. */
export async function writePredicate(
  files: readonly HashedFile[],
  folder: string,
  name: string,
): Promise<string> {
  const path = predicatePath(folder, name);
  await writeFile(path, `${JSON.stringify(modelSignaturePredicate(files), null, 2)}\n`, { mode: 0o600 });
  return path;
}
