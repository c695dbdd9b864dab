import * as z from 'zod';

/** A full name, as files hold it. */
export const fullName = z.object({ catalog: z.string(), schema: z.string(), model: z.string() });

/** The number of a version. */
export const version = z.int();

/** A version that a plan names: by its number, or as the copy that it is about to make. */
export const versionRef = z.union([version, z.literal('copy')]);

/** The object that a change touches. */
export const changeTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model'), name: fullName }),
  z.object({ kind: z.literal('version'), name: fullName, version: versionRef }),
]);

/** The number of a version that is there. */
export const madeVersion = z.int().positive();

/** The name of a model that is there; a registry without levels leaves the first two empty. */
export const modelName = z.object({ catalog: z.string(), schema: z.string(), model: z.string().min(1) });

/** The object that a change touches, where no version can be the copy that is still to be made. */
export const numberedTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model'), name: modelName }),
  z.object({ kind: z.literal('version'), name: modelName, version: madeVersion }),
]);
