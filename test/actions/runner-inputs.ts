import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const manifestSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
});
const known = new Map<string, Readonly<Record<string, string>>>();

/** The variable by which a runner passes an input (GitHub documentation, metadata syntax, `inputs`). */
export function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}

/**
 * The variables of the inputs of which a step says nothing: the default of each in `action.yml`, and an empty text where
 * there is none (actions/runner `ActionRunner.cs`, `ActionManifestManager.cs`).
 */
export function variablesOfDefaults(action: string): Readonly<Record<string, string>> {
  const before = known.get(action);
  if (before !== undefined) return before;
  const file = join(action === 'promote' ? ROOT : join(ROOT, action), 'action.yml');
  // An action that a test declares has none.
  if (!existsSync(file)) return {};
  const manifest = manifestSchema.parse(parse(readFileSync(file, 'utf8')));
  const variables = Object.fromEntries(
    Object.entries(manifest.inputs).map(([name, input]) => [inputVariable(name), input.default ?? '']),
  );
  known.set(action, variables);
  return variables;
}
