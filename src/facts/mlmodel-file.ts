import { isTooLarge } from '../domain/errors.ts';
import { type Mlmodel, MAX_MLMODEL_BYTES, oversizedMlmodel, parseMlmodel } from '../mlmodel/mlmodel.ts';
import type { FileSource } from '../transfer/port.ts';

/** What the `MLmodel` among files says; one that is too large to be read is as one that cannot be read, and no error. */
export async function readMlmodelOf(files: Pick<FileSource, 'read'>): Promise<Mlmodel> {
  try {
    return parseMlmodel(await files.read('MLmodel', MAX_MLMODEL_BYTES));
  } catch (error) {
    if (isTooLarge(error)) return oversizedMlmodel();
    throw error;
  }
}
