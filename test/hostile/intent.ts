import * as z from 'zod';
import type { EndpointSnapshot, MetastoreSnapshot, VersionSnapshot } from '../../emulator/index.ts';

/** A model version by its full name and number. */
export interface VersionName {
  readonly model: string;
  readonly version: number;
}

/** What a run was asked for, as far as it decides which writes are right. Read off the inputs, apart from the product. */
export interface Intent {
  /** The only model that may change. */
  readonly model: string;
  readonly alias?: {
    readonly name: string;
    /** Null deletes it; `copy` is whatever version holds the source's bytes. */
    readonly to: number | null | 'copy';
    /** What the alias has to name before; left out: what the run reads first. */
    readonly expected?: number | null;
    /** Tags that the version must carry when the alias is moved to it. */
    readonly needs?: Readonly<Record<string, string>>;
  };
  /** The version that is copied, and the tags that it must carry for that. */
  readonly source?: VersionName & { readonly needs?: Readonly<Record<string, string>> };
  /** Labels that are set (null: removed) on a version, or on the copy. */
  readonly labels?: {
    readonly on: number | 'copy';
    readonly tags: Readonly<Record<string, string | null>>;
    readonly description?: string;
  };
  /** The hold on a version that its model gets, or loses where the reason is null. */
  readonly hold?: { readonly version: number; readonly reason: string | null };
  /** The endpoint that follows an alias of the model. */
  readonly endpoint?: { readonly name: string; readonly alias: string };
  /** The owner of a model that is made. */
  readonly owner?: string;
}

/** A hold that a person set: no run may touch it. */
export const PERSONS_HOLD = 'incident 7: a person looks at it';

/** How the keys of holds begin that are tags of a model. */
export const MODEL_HOLDS = 'uc_promote_hold_';

/** The key of the hold on version 2: the SHA-256 of the number, 12 digits. */
export const HOLD_OF_2 = 'uc_promote_hold_d4735e3a265e';

/** A hold that is a tag of a model, as far as it is judged here; read apart from the product. */
const heldVersion = z.object({ version: z.int(), reason: z.string() });

/** What a value of such a tag holds; undefined for one that says nothing. */
export function readHeld(value: string | null | undefined): z.infer<typeof heldVersion> | undefined {
  try {
    return heldVersion.safeParse(JSON.parse(value ?? '')).data;
  } catch {
    return undefined;
  }
}

/** Why the model of an intent holds a version in a state; null where it does not. */
export function heldReason(state: MetastoreSnapshot, { model }: Intent, version: number): string | null {
  const tags = Object.entries(state.models[model]?.tags ?? {});
  const held = tags.filter(([key]) => key.startsWith(MODEL_HOLDS)).map(([, value]) => readHeld(value));
  return held.find((each) => each?.version === version)?.reason ?? null;
}

/** What the alias of a intent names in a state. */
export function aliasOf(state: MetastoreSnapshot, { model, alias, endpoint }: Intent): number | null {
  const wanted = (alias?.name ?? endpoint?.alias)?.toLowerCase();
  const entries = Object.entries(state.models[model]?.aliases ?? {});
  return entries.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;
}

/** The entities by which an endpoint serves the model of an intent. */
export function servedBy(endpoint: EndpointSnapshot | undefined, { model }: Intent) {
  return Object.values(endpoint?.served ?? {}).filter(({ fields }) => fields['entity_name'] === model);
}

/** The version of the model that gets requests of an endpoint; undefined for none, or for several. */
export function liveVersion(endpoint: EndpointSnapshot | undefined, intent: Intent): number | undefined {
  const live = servedBy(endpoint, intent).filter(({ percentage }) => percentage > 0);
  return live.length === 1 ? Number(live[0]?.fields['entity_version']) : undefined;
}

/** A version of the model of a intent, in a state. */
export function versionOf(
  state: MetastoreSnapshot,
  { model }: Intent,
  version: number,
): VersionSnapshot | undefined {
  return state.models[model]?.versions[String(version)];
}

/** The paths and bytes of the source in a state, as one text; undefined where nothing is copied. */
export function sourceFiles(state: MetastoreSnapshot, { source }: Intent): string | undefined {
  if (source === undefined) return undefined;
  return JSON.stringify(state.models[source.model]?.versions[String(source.version)]?.files);
}
