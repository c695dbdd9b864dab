import { PromoteError, hasCode } from '../domain/errors.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { formatModelUri, type ModelReference } from '../domain/model-uri.ts';
import type { ModelVersion, RegisteredModel, ListedVersion } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import type { Snapshot } from './snapshot.ts';

/** The number that a reference means now; an alias is resolved. Throws `not-found` when nothing carries it. */
export async function resolveVersion(
  reference: ModelReference,
  snapshot: Snapshot,
  input: string,
): Promise<number> {
  const { name, selector } = reference;
  if (selector.kind === 'version') return selector.version;
  const found = await snapshot.alias(name, selector.alias);
  if (found !== null) return found;
  const model = await requireModel(name, snapshot, input);
  const known = model.aliases.map((row) => `${row.alias} → ${row.version}`).join(', ');
  throw new PromoteError(`${input}: ${formatFullName(name)} has no alias "${show(selector.alias, 60)}".`, {
    code: 'not-found',
    outcome: 'invalid',
    fix:
      known === '' ? 'The model has no alias at all; give a version number.' : `It has: ${show(known, 300)}.`,
  });
}

/** A version that must exist. Throws `not-found`, naming the input and what was looked for. */
export async function requireVersion(
  name: FullName,
  version: number,
  snapshot: Snapshot,
  input: string,
): Promise<ModelVersion> {
  const found = await snapshot.version(name, version);
  if (found !== undefined) return found;
  await requireModel(name, snapshot, input);
  const others = await knownVersions(name, snapshot);
  throw new PromoteError(`${input}: version ${version} of ${formatFullName(name)} does not exist.`, {
    code: 'not-found',
    outcome: 'invalid',
    fix: others === undefined ? 'List the versions with find-version.' : versionsText(others),
  });
}

/** Versions in a sentence. */
const MAX_VERSIONS = 20;

/** Some versions of a model, for a message; undefined where they cannot be listed. */
async function knownVersions(name: FullName, snapshot: Snapshot): Promise<number[] | undefined> {
  const numbers: number[] = [];
  try {
    for await (const { version } of snapshot.registry.listModelVersions(name)) {
      numbers.push(version);
      if (numbers.length > MAX_VERSIONS) break;
    }
    return numbers;
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled')) throw error;
    return undefined;
  }
}

function versionsText(numbers: readonly number[]): string {
  if (numbers.length === 0) return 'The model has no version yet.';
  const shown = [...numbers.slice(0, MAX_VERSIONS)].sort((a, b) => b - a).join(', ');
  return `It has: ${shown}${numbers.length > MAX_VERSIONS ? ' and more' : ''}.`;
}

/** A model that must exist. Throws `not-found`, naming the input. */
export async function requireModel(
  name: FullName,
  snapshot: Snapshot,
  input: string,
): Promise<RegisteredModel> {
  const model = await snapshot.model(name);
  if (model === undefined) throw modelNotFound(name, input, snapshot);
  return model;
}

/** The error of a model that does not exist, or that the caller may not see: registries do not always tell which. */
export function modelNotFound(
  name: FullName,
  input: string,
  { registry: { capabilities } }: Snapshot,
): PromoteError {
  const check =
    capabilities.names === 'three-level'
      ? 'Check the three levels of the name.'
      : 'Check the name, and its case.';
  const rights = ' If it is right, the caller needs USE CATALOG, USE SCHEMA and EXECUTE.';
  return new PromoteError(
    `${input}: the model ${formatFullName(name)} does not exist, or the caller may not see it.`,
    {
      code: 'not-found',
      outcome: 'invalid',
      absentModel: name,
      fix: capabilities.grants === 'none' ? check : `${check}${rights}`,
    },
  );
}

/** `models:/name/7`, for messages and outputs: always by number. */
export function uriOf(version: Pick<ModelVersion, 'name' | 'version'>): string {
  return formatModelUri(version.name, version.version);
}

/** Every version of a model as lists show it, or those that are wanted, in the registry's order; none when the model does not exist. */
export async function listVersions(
  name: FullName,
  snapshot: Snapshot,
  isWanted: (row: ListedVersion) => boolean = () => true,
): Promise<ListedVersion[]> {
  const versions: ListedVersion[] = [];
  try {
    for await (const row of snapshot.registry.listModelVersions(name)) if (isWanted(row)) versions.push(row);
  } catch (error) {
    if (!hasCode(error, 'not-found')) throw error;
  }
  return versions;
}

/** Versions read one by one, since lists promise no tags; those that are gone meanwhile are left out. */
export async function readVersions(
  rows: readonly ListedVersion[],
  snapshot: Snapshot,
): Promise<ModelVersion[]> {
  const read = await Promise.all(rows.map(({ name, version }) => snapshot.version(name, version)));
  return read.filter((version) => version !== undefined);
}
