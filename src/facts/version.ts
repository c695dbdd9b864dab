import { absentInput, hasCode } from '../domain/errors.ts';
import { formatFullName, type FullName } from '../domain/full-name.ts';
import { formatModelUri, type ModelReference } from '../domain/model-uri.ts';
import type { ModelVersion, RegisteredModel, ListedVersion } from '../domain/model.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import { show } from '../domain/printable.ts';
import { hint, modelNotFound } from './names.ts';
import type { Snapshot } from './snapshot.ts';

/** The inputs that name a version: its model, and its number or alias. */
export interface VersionInputs {
  readonly model: string;
  readonly version: string;
}

/** One input that names all of a version, as a model URI does. */
export function byOneInput(input: string): VersionInputs {
  return { model: input, version: input };
}

/** The number that a reference means now; an alias is resolved. Throws `not-found` when nothing carries it. */
export async function resolveVersion(
  reference: ModelReference,
  snapshot: Snapshot,
  inputs: VersionInputs,
): Promise<number> {
  const { name, selector } = reference;
  if (selector.kind === 'version') return selector.version;
  const found = await snapshot.alias(name, selector.alias);
  if (found !== null) return found;
  const model = await requireModel(name, snapshot, inputs.model);
  throw absentInput({
    input: inputs.version,
    problem: `${formatFullName(name)} has no alias "${show(selector.alias, 60)}".`,
    fix: aliasesText(model, selector.alias),
  });
}

/** A version that must exist. Throws `not-found`, naming the input and what was looked for. */
export async function requireVersion(
  name: FullName,
  version: number,
  snapshot: Snapshot,
  inputs: VersionInputs,
): Promise<ModelVersion> {
  const found = await snapshot.version(name, version);
  if (found !== undefined) return found;
  await requireModel(name, snapshot, inputs.model);
  throw absentInput({
    input: inputs.version,
    problem: `version ${version} of ${formatFullName(name)} does not exist.`,
    fix: versionsText(await hint(listVersions(name, snapshot))),
  });
}

/** A model that must exist. Throws `not-found`, naming the input. */
export async function requireModel(
  name: FullName,
  snapshot: Snapshot,
  input: string,
): Promise<RegisteredModel> {
  const model = await snapshot.model(name);
  if (model === undefined) throw await modelNotFound(name, input, snapshot);
  return model;
}

function aliasesText({ aliases }: RegisteredModel, wanted: string): string {
  if (aliases.length === 0) return 'The model has no aliases; give a version number.';
  const known = aliases.map((row) => `${row.alias} → ${row.version}`).join(', ');
  const near = nearestWord(
    wanted,
    aliases.map(({ alias }) => alias),
  );
  const meant = near === undefined ? '' : `Did you mean ${show(near, 60)}? `;
  return `${meant}Its aliases: ${show(known, 300)}.`;
}

/** As many versions as a message names, newest first. */
const NAMED_VERSIONS = 10;

function versionsText(rows: readonly ListedVersion[] | undefined): string {
  if (rows === undefined) return 'List the versions with find-version.';
  if (rows.length === 0) return 'The model has no version yet.';
  const numbers = rows.map(({ version }) => version).sort((a, b) => b - a);
  const named = numbers.slice(0, NAMED_VERSIONS).join(', ');
  const [newest] = numbers;
  if (numbers.length === 1) return `Its only version is ${newest}.`;
  const all = numbers.length <= NAMED_VERSIONS;
  return all
    ? `Its versions are ${named}.`
    : `The model has ${numbers.length} versions; the newest are ${named}.`;
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
