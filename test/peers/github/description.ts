import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const description = z.looseObject({
  openapi: z.string(),
  info: z.unknown(),
  paths: z.record(z.string(), z.unknown()),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** GitHub's own description of its REST API, or that of a GitHub Enterprise Server (`ghes-3.19`). */
export type Description = z.infer<typeof description>;

/** Reads a description out of `@octokit/openapi`. */
export async function readDescription(packages: string, name: string): Promise<Description> {
  const file = join(packages, '@octokit/openapi/generated', `${name}.json`);
  return description.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** The description with a few paths only, and what they refer to: a server of the whole takes long to start. */
export function trimmed(whole: Description, paths: readonly string[]): unknown {
  const kept = Object.fromEntries(
    paths.map((path) => {
      if (whole.paths[path] === undefined) throw new Error(`GitHub's description has no ${path}`);
      return [path, whole.paths[path]] as const;
    }),
  );
  const components: Record<string, Record<string, unknown>> = {};
  const pending = [...referencesIn(kept)];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [, , kind = '', name = ''] = next.split('/');
    if (components[kind]?.[name] !== undefined) continue;
    const found = whole.components[kind]?.[name];
    (components[kind] ??= {})[name] = found;
    pending.push(...referencesIn(found));
  }
  const { openapi, info } = whole;
  return { openapi, info, paths: judgeable(kept), components: judgeable(components) };
}

/** Prism judges nothing of a response whose schema has `nullable` without a type somewhere: the same in a form that it reads. */
function judgeable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(judgeable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...schema } = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, judgeable(each)] as const),
  );
  if (nullable === undefined) return schema;
  if (nullable !== true || 'type' in schema) return { ...schema, nullable };
  return { anyOf: [schema, { type: 'string', nullable: true, maxLength: 0 }] };
}

function referencesIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"([^"]+)"/gu)].map((match) => match[1] ?? '');
}
