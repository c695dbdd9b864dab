import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the harness. */
export const peersFolder = fileURLToPath(new URL('../../test/peers', import.meta.url));

/** Root of the project. */
export const root = join(peersFolder, '..', '..');
