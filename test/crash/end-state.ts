import { createHash } from 'node:crypto';
import type { MetastoreSnapshot, ModelSnapshot, VersionSnapshot } from '../../emulator/index.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import type { Ended } from './scenario.ts';

/** Worlds before a run and after the last one. */
export interface Worlds {
  readonly before: MetastoreSnapshot;
  readonly after: MetastoreSnapshot;
}

/** What a run may have touched in the prod model; all else must be as it was. */
export interface Touched {
  /** Versions that were not there before. */
  readonly newVersions?: boolean;
  readonly alias?: string;
  /** Keys of tags on a version that was there. */
  readonly tags?: { readonly version: number; readonly keys: readonly string[] };
  /** The version that was there and whose description is written. */
  readonly description?: number;
  /** Endpoints that are updated; what of them must stay is judged apart. */
  readonly endpoints?: readonly string[];
}

/** Every record of moves, on the model. */
const RECORD = /^uc_promote_moves_[0-9a-f]{12}$/u;

/** Versions of the prod model that were not there before. */
export function newVersions({ before, after }: Worlds): VersionSnapshot[] {
  const known = before.models[PROD]?.versions ?? {};
  return Object.entries(after.models[PROD]?.versions ?? {})
    .filter(([number]) => known[number] === undefined)
    .map(([, version]) => version);
}

/** READY copies without hold of a version of the staging model. */
export function goodCopies(worlds: Worlds, source: number): VersionSnapshot[] {
  return newVersions(worlds).filter(
    ({ status, tags }) =>
      tags['uc_promote_origin'] === `models:/${STAGING}/${source}` &&
      status === 'READY' &&
      tags['uc_promote_hold'] === undefined,
  );
}

/** What is wrong with the one copy that there has to be; `status` is what it was asked to carry. */
export function faultsOfCopy(worlds: Worlds, source: number, status?: string): string[] {
  const faults: string[] = [];
  const wanted = worlds.before.models[STAGING]?.versions[String(source)];
  const good = goodCopies(worlds, source);
  if (good.length !== 1) faults.push(`There are ${good.length} READY copies without hold.`);
  for (const version of good) {
    if (JSON.stringify(version.files) !== JSON.stringify(wanted?.files))
      faults.push(`Version ${version.version} has other files than the source.`);
    if (version.tags['uc_promote_digest'] === undefined)
      faults.push(`Version ${version.version} has no digest.`);
    if (version.description !== wanted?.description)
      faults.push(`Version ${version.version} has another description.`);
    if (version.tags['dataset'] !== wanted?.tags['dataset'])
      faults.push(`Version ${version.version} lacks a tag.`);
    if (version.tags['validation_status'] !== status)
      faults.push(`Version ${version.version} carries the status ${version.tags['validation_status']}.`);
  }
  const pending = newVersions(worlds).filter(({ status: state }) => state !== 'READY');
  if (pending.length > 0)
    faults.push(`Versions are left behind: ${pending.map(({ version }) => version).join(', ')}.`);
  return faults;
}

/** What is wrong with an alias of the prod model that had to be moved, and with the record of that move. */
export function faultsOfMove(worlds: Worlds, alias: string, to: number | undefined): string[] {
  const from = worlds.before.models[PROD]?.aliases[alias] ?? null;
  const model = worlds.after.models[PROD];
  const now = model?.aliases[alias];
  if (now !== to) return [`${alias} names ${now}, not ${to}.`];
  if (model !== undefined && newestMove(model, alias) === JSON.stringify([from, to ?? null])) return [];
  return [`The newest record of ${alias} is not that it went from ${from} to ${to}.`];
}

/** The newest move in the record of an alias on its model, as the text of its two versions. */
export function newestMove(model: ModelSnapshot, alias: string): string | undefined {
  const digits = createHash('sha256').update(alias.toLowerCase()).digest('hex').slice(0, 12);
  const [newest] = JSON.parse(model.tags[`uc_promote_moves_${digits}`] ?? '[]') as Record<string, unknown>[];
  return newest === undefined ? undefined : JSON.stringify([newest['from'], newest['to']]);
}

/** Whatever a run was not asked to touch must be as it was. */
export function faultsOfOthers({ before, after }: Worlds, touched: Touched): string[] {
  const known = before.models[PROD]?.versions ?? {};
  const rest = (state: MetastoreSnapshot) => JSON.stringify(untouched(state, known, touched));
  return rest(before) === rest(after) ? [] : ['Something else has changed than what was asked for.'];
}

/** A second run that finds nothing to do must say so. */
export function faultsOfAgain(again: Ended): string[] {
  return again.outcome === 'noop' && again.changed ? ['Nothing was to do, and it says changed.'] : [];
}

/** The state without what may be touched. */
function untouched(
  state: MetastoreSnapshot,
  known: Readonly<Record<string, VersionSnapshot>>,
  touched: Touched,
): MetastoreSnapshot {
  const model = state.models[PROD];
  if (model === undefined) return state;
  const versions = Object.entries(model.versions)
    .filter(([number]) => touched.newVersions !== true || number in known)
    .map(([number, version]): [string, VersionSnapshot] => [number, untouchedVersion(version, touched)]);
  const aliases = Object.entries(model.aliases).filter(([alias]) => alias !== touched.alias);
  const kept: ModelSnapshot = {
    ...model,
    tags: withoutRecords(model.tags),
    aliases: Object.fromEntries(aliases),
    versions: Object.fromEntries(versions),
  };
  const endpoints = Object.entries(state.endpoints).filter(
    ([name]) => touched.endpoints?.includes(name) !== true,
  );
  return {
    ...state,
    models: { ...state.models, [PROD]: kept },
    endpoints: Object.fromEntries(endpoints),
  };
}

function untouchedVersion(version: VersionSnapshot, { tags, description }: Touched): VersionSnapshot {
  const keys = tags?.version === version.version ? tags.keys : [];
  const kept = Object.entries(version.tags).filter(([key]) => !keys.includes(key));
  return {
    ...version,
    tags: Object.fromEntries(kept),
    description: description === version.version ? null : version.description,
  };
}

function withoutRecords(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !RECORD.test(key)));
}
