import * as z from 'zod';
import { given, int64, statedOf, toStatus, toTags, versionNumber } from '../../wire-values.ts';
import type { FullName } from '../../../domain/full-name.ts';
import type {
  Alias,
  ListedVersion,
  ModelDependency,
  ModelVersion,
  ModelVersionStatus,
  RegisteredModel,
} from '../../../domain/model.ts';

/*
 * Models and versions in the registry's spelling, which stands in the files called wire alone. Unknown fields pass; a field
 * that decides something and is absent or of another type fails. int64 arrives as number or string (uc-protocol §2,
 * auth-and-http §10).
 */

const text = z.string();
const optionalText = z.string().nullish();

const nativeAlias = z.looseObject({ alias_name: text, version_num: versionNumber });

/** RegisteredModelInfo of the native family (uc-protocol §3.2). */
export const registeredModel = z.looseObject({
  full_name: optionalText,
  owner: optionalText,
  comment: optionalText,
  aliases: z.array(nativeAlias).nullish(),
});

/** ModelVersionInfo of the native family (uc-protocol §4.2), as far as lists and aliases need it. */
export const nativeVersion = z.looseObject({
  model_name: optionalText,
  catalog_name: optionalText,
  schema_name: optionalText,
  version: versionNumber,
  status: optionalText,
  source: optionalText,
  created_by: optionalText,
});

/** One row of the native family. */
export type NativeVersion = z.output<typeof nativeVersion>;

/** A page of versions (uc-protocol §4.2). */
export const versionPage = z.looseObject({
  model_versions: z.array(nativeVersion).nullish(),
  next_page_token: optionalText,
});

/** A page of registered models (uc-protocol §3.2). */
export const modelPage = z.looseObject({
  registered_models: z.array(z.looseObject({ name: text, catalog_name: text, schema_name: text })).nullish(),
  next_page_token: optionalText,
});

const tag = z.looseObject({ key: text, value: optionalText });

/** `registered-models/get` of the legacy family (uc-protocol §3.1): tags and the deployment job are only here. */
export const legacyModel = z.looseObject({
  registered_model: z.looseObject({
    name: optionalText,
    aliases: z.array(z.looseObject({ alias: text, version: versionNumber })).nullish(),
    tags: z.array(tag).nullish(),
    deployment_job_id: z.union([text, z.number().transform(String)]).nullish(),
  }),
});

/** A model version of the legacy family (uc-protocol §4.1); the version is a string there. */
export const legacyVersion = z.looseObject({
  model_version: z.looseObject({
    name: optionalText,
    version: versionNumber,
    status: optionalText,
    status_message: optionalText,
    description: optionalText,
    source: optionalText,
    run_id: optionalText,
    run_tracking_server_id: optionalText,
    model_id: optionalText,
    user_id: optionalText,
    creation_timestamp: int64.nullish(),
    aliases: z.array(z.looseObject({ alias: text, version: versionNumber.nullish() })).nullish(),
    tags: z.array(tag).nullish(),
    model_version_dependencies: z.array(z.looseObject({ type: text, name: text })).nullish(),
  }),
});

/** Response of `model-versions/create`, as far as a copy needs it. */
export const created = z.looseObject({ model_version: z.looseObject({ version: versionNumber }) });

const finalized = z.looseObject({ model_version: z.looseObject({ status: optionalText }) });

/** The status in the response of `model-versions/finalize`; `UNKNOWN` where it has none: it was finalized all the same. */
export function finalizedStatus(body: unknown): ModelVersionStatus {
  const { data } = finalized.safeParse(body);
  return toStatus(data?.model_version.status);
}

/** A registered model in domain words. */
export function toRegisteredModel(name: FullName, wire: z.output<typeof registeredModel>): RegisteredModel {
  return {
    name,
    ...given('owner', wire.owner),
    ...given('description', wire.comment),
    aliases: (wire.aliases ?? []).map((row): Alias => ({ alias: row.alias_name, version: row.version_num })),
  };
}

/** The aliases of a model of the legacy family in domain words. */
export function toLegacyAliases({ registered_model: { aliases } }: z.output<typeof legacyModel>): Alias[] {
  return (aliases ?? []).map(({ alias, version }) => ({ alias, version }));
}

/** A model version in domain words. */
export function toModelVersion(name: FullName, wire: z.output<typeof legacyVersion>): ModelVersion {
  const row = wire.model_version;
  return {
    name,
    version: row.version,
    status: toStatus(row.status),
    ...statedOf(row),
    ...given('runWorkspaceId', row.run_tracking_server_id),
    ...(row.creation_timestamp == null ? {} : { createdAt: row.creation_timestamp }),
    aliases: (row.aliases ?? []).map((alias): Alias => ({
      alias: alias.alias,
      version: alias.version ?? row.version,
    })),
    tags: toTags(row.tags),
    dependencies: (row.model_version_dependencies ?? []).map((entry): ModelDependency => ({
      type: entry.type,
      name: entry.name,
    })),
  };
}

/** A row of a list of versions in domain words. */
export function toListedVersion(name: FullName, row: NativeVersion): ListedVersion {
  return {
    name,
    version: row.version,
    status: toStatus(row.status),
    ...given('source', row.source),
    ...given('createdBy', row.created_by),
  };
}
