/** How a copy is verified: every byte read back, or sizes and the small files. */
export type VerifyMode = 'full' | 'size';

/** Models over this are verified by size unless said otherwise: reading them back takes as long as sending them. Bytes. */
export const FULL_BYTES = 64 * 1024 ** 3;
