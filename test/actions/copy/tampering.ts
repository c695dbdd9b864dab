import type { Metastore } from '../../../emulator/index.ts';
import { PROD } from '../../../emulator/seeds/demo-models.ts';

/** Why a copy is put on hold whose files somebody else changed. */
export const MISMATCH = 'the copy does not equal its source';

/** The files of a version of the prod model; default: the copy that the demo makes. */
export function filesOf(metastore: Metastore, version = 2) {
  const files = metastore.state.models.get(PROD)?.versions.get(version)?.files;
  if (files === undefined) throw new Error('There is no copy.');
  return files;
}

/** Other bytes in the place of a file, as many as before, written at the same moment. */
export function exchange(metastore: Metastore, path: string): void {
  const file = filesOf(metastore).get(path);
  if (file?.content.kind !== 'memory') throw new Error(`${path} is not in memory.`);
  file.content.bytes = Uint8Array.from(file.content.bytes).fill(0);
  delete file.sha256;
}

/** Another large file in the place of one. */
export function exchangeLarge(metastore: Metastore): void {
  const file = filesOf(metastore).get('weights/0.bin');
  if (file === undefined) throw new Error('There is no large file.');
  file.content = { kind: 'generated', size: file.content.size, seed: 99, offset: 0 };
  delete file.sha256;
}
