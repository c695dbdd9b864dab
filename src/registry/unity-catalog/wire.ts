import * as z from 'zod';
import { given, toStatus, versionNumber } from '../wire-values.ts';
import { canonicalPrivilege, type PrivilegeAssignment } from '../../domain/privilege.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { ListedVersion, ModelVersion, ModelVersionStatus, RegisteredModel } from '../../domain/model.ts';

/*
 * The open-source Unity Catalog server's spelling (its `api/all.yaml` and `api/control.yaml`, seen on 0.6.0). Absent
 * values come as null; versions and times are numbers.
 */

const text = z.string();
const optionalText = z.string().nullish();
const nextPage = { next_page_token: optionalText };

/** RegisteredModelInfo. */
export const model = z.looseObject({
  name: text,
  catalog_name: text,
  schema_name: text,
  owner: optionalText,
  comment: optionalText,
});

/** A page of models; models that the caller may not see are left out. */
export const modelPage = z.looseObject({ registered_models: z.array(model).nullish(), ...nextPage });

/** ModelVersionInfo. */
export const version = z.looseObject({
  model_name: optionalText,
  catalog_name: optionalText,
  schema_name: optionalText,
  version: versionNumber,
  status: optionalText,
  source: optionalText,
  run_id: optionalText,
  comment: optionalText,
  created_by: optionalText,
  created_at: z.number().nullish(),
});

/** One version. */
export type VersionRow = z.output<typeof version>;

/** A page of versions. */
export const versionPage = z.looseObject({ model_versions: z.array(version).nullish(), ...nextPage });

/** Direct grants on one object; privileges are spelled with blanks. */
export const grants = z.looseObject({
  privilege_assignments: z
    .array(z.looseObject({ principal: optionalText, privileges: z.array(text).nullish() }))
    .nullish(),
});

/** Catalog or schema. */
export const parent = z.looseObject({
  name: optionalText,
  catalog_name: optionalText,
  full_name: optionalText,
  owner: optionalText,
});

/** A page of catalogs or of schemas. */
export const parentPage = z.looseObject({
  catalogs: z.array(parent).nullish(),
  schemas: z.array(parent).nullish(),
  ...nextPage,
});

/** SCIM `Me` of the control API. */
export const me = z.looseObject({
  userName: optionalText,
  displayName: optionalText,
  emails: z.array(z.looseObject({ value: optionalText })).nullish(),
});

const finalized = z.looseObject({ status: optionalText });

/** The status in the response of a finalization; `UNKNOWN` where it has none: it was finalized all the same. */
export function finalizedStatus(body: unknown): ModelVersionStatus {
  return toStatus(finalized.safeParse(body).data?.status);
}

/** A registered model in domain words. */
export function toRegisteredModel(name: FullName, row: z.output<typeof model>): RegisteredModel {
  return { name, ...given('owner', row.owner), ...given('description', row.comment), aliases: [] };
}

/** A model version in domain words. */
export function toModelVersion(name: FullName, row: VersionRow): ModelVersion {
  return {
    ...toListedVersion(name, row),
    ...given('description', row.comment),
    ...given('runId', row.run_id),
    ...(row.created_at == null ? {} : { createdAt: row.created_at }),
    aliases: [],
    tags: [],
    dependencies: [],
  };
}

/** A row of a list of versions in domain words. */
export function toListedVersion(name: FullName, row: VersionRow): ListedVersion {
  return {
    name,
    version: row.version,
    status: toStatus(row.status),
    ...given('source', row.source),
    ...given('createdBy', row.created_by),
  };
}

/** Grants in domain words, privileges in canonical spelling. */
export function toAssignments(response: z.output<typeof grants>): PrivilegeAssignment[] {
  return (response.privilege_assignments ?? []).map((row) => ({
    principal: row.principal ?? '',
    privileges: (row.privileges ?? []).map((privilege) => ({ privilege: canonicalPrivilege(privilege) })),
  }));
}
