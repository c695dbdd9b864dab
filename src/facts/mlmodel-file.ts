import { isTooLarge } from '../domain/errors.ts';
import { type Mlmodel, MAX_MLMODEL_BYTES, oversizedMlmodel, parseMlmodel } from '../mlmodel/mlmodel.ts';
import { sha256Of } from '../transfer/digest.ts';
import type { FileSource } from '../transfer/port.ts';

/** What an `MLmodel` says, and the sha256 in hex of the bytes that said it; absent where it was not read. */
export interface ReadMlmodel {
  readonly mlmodel: Mlmodel;
  readonly sha256?: string;
}

/** What the `MLmodel` among files says; one that is too large to be read is as one that cannot be read, and no error. */
export async function readMlmodelOf(files: Pick<FileSource, 'read'>): Promise<Mlmodel> {
  return (await readHashedMlmodel(files)).mlmodel;
}

/** As {@link readMlmodelOf}, with which bytes it was. */
export async function readHashedMlmodel(files: Pick<FileSource, 'read'>): Promise<ReadMlmodel> {
  try {
    const bytes = await files.read('MLmodel', MAX_MLMODEL_BYTES);
    const mlmodel = parseMlmodel(bytes);
    return bytes === undefined ? { mlmodel } : { mlmodel, sha256: sha256Of(bytes) };
  } catch (error) {
    if (isTooLarge(error)) return { mlmodel: oversizedMlmodel() };
    throw error;
  }
}
