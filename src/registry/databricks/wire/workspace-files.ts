import * as z from 'zod';

const text = z.string().nullish();

/** What stands in a folder (databricks-sdk-py 0.162.0 `WorkspaceAPI.list`). */
export const folder = z.looseObject({
  objects: z.array(z.looseObject({ path: z.string(), object_type: text })).nullish(),
});

/** A file as JSON (`WorkspaceAPI.export`). */
export const exported = z.looseObject({ content: text });

/** What stands at a path (`WorkspaceAPI.get_status`); `resource_id` is the same id as text. */
export const status = z.looseObject({
  object_id: z.union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/u)]).transform(String),
});

/** The names of the folders in a folder. */
export function folderNames({ objects }: z.output<typeof folder>): string[] {
  return names({ objects: (objects ?? []).filter(({ object_type: type }) => type === 'DIRECTORY') });
}

/** The names of everything in a folder. */
export function names({ objects }: z.output<typeof folder>): string[] {
  return (objects ?? []).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
}
