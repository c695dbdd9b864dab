import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * Writes the predicate into a folder of its own within another; returns its path. No two copies share one, whatever their
 * names, and what another step left in its place, a link perhaps, is never followed. Rejects with the system's error.
 */
export async function writePredicate(files: readonly HashedFile[], folder: string): Promise<string> {
  const own = await mkdtemp(join(folder, 'uc-promote-predicate-'));
  const path = join(own, 'model-signature.json');
  const text = `${JSON.stringify(modelSignaturePredicate(files), null, 2)}\n`;
  await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  return path;
}
