import * as z from 'zod';
import { given, int64, toStatus, toTags, versionNumber } from '../wire-values.ts';
import {
  canonicalPrivilege,
  type GrantPolicy,
  type PrivilegeAssignment,
  type Securable,
  type SecurableType,
} from '../../domain/privilege.ts';
import type { PrincipalGroup } from '../../domain/principal.ts';
import type { Metastore } from '../port.ts';
import type { FullName } from '../../domain/full-name.ts';
import type { ParentSecurable } from '../port.ts';
import type {
  Alias,
  ListedVersion,
  ModelDependency,
  ModelVersion,
  RegisteredModel,
} from '../../domain/model.ts';

/*
 * The only place with the registry's spelling. Unknown fields pass; a field that decides something and is absent or
 * of another type fails. int64 arrives as number or string (uc-protocol §2, auth-and-http §10).
 */

const text = z.string();
const optionalText = z.string().nullish();

const nativeAlias = z.looseObject({ alias_name: text, version_num: versionNumber });

/** RegisteredModelInfo of the native family (uc-protocol §3.2). */
export const registeredModel = z.looseObject({
  owner: optionalText,
  comment: optionalText,
  aliases: z.array(nativeAlias).nullish(),
});

/** ModelVersionInfo of the native family (uc-protocol §4.2), as far as lists and aliases need it. */
export const nativeVersion = z.looseObject({
  version: versionNumber,
  status: optionalText,
  source: optionalText,
  created_by: optionalText,
});

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
    tags: z.array(tag).nullish(),
    deployment_job_id: z.union([text, z.number().transform(String)]).nullish(),
  }),
});

/** A model version of the legacy family (uc-protocol §4.1); the version is a string there. */
export const legacyVersion = z.looseObject({
  model_version: z.looseObject({
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

/** A row of direct or effective grants (uc-protocol §10.1). */
export const grantsPage = z.looseObject({
  privilege_assignments: z
    .array(
      z.looseObject({
        principal: optionalText,
        privileges: z
          .array(
            z.union([
              text.transform((privilege) => ({
                privilege,
                inherited_from_type: undefined,
                inherited_from_name: undefined,
              })),
              z.looseObject({
                privilege: text,
                inherited_from_type: optionalText,
                inherited_from_name: optionalText,
              }),
            ]),
          )
          .nullish(),
      }),
    )
    .nullish(),
  next_page_token: optionalText,
});

/** SCIM `Me` (uc-protocol §10.4). */
export const me = z.looseObject({
  userName: optionalText,
  applicationId: optionalText,
  displayName: optionalText,
  schemas: z.array(text).nullish(),
  emails: z.array(z.looseObject({ value: optionalText })).nullish(),
  id: optionalText,
  groups: z
    .array(z.looseObject({ display: optionalText, type: optionalText, value: optionalText }))
    .nullish(),
});

/** A list of SCIM: users or service principals, by the name that grants use. */
export const people = z.looseObject({
  Resources: z
    .array(z.looseObject({ id: text, userName: optionalText, applicationId: optionalText }))
    .nullish(),
});

/**
 * A SCIM group (databricks-sdk-py 0.133 `Group`, `ComplexValue`, `ResourceMeta`); `$ref` says what a member is: `Users/1`,
 * `Groups/2`; `meta.resourceType` is `Group`, or `WorkspaceGroup` for one of the workspace alone.
 */
export const group = z.looseObject({
  id: text,
  displayName: optionalText,
  meta: z.looseObject({ resourceType: optionalText }).nullish(),
  members: z
    .array(z.looseObject({ value: optionalText, display: optionalText, $ref: optionalText }))
    .nullish(),
});

/** One SCIM group. */
export type GroupRow = z.output<typeof group>;

/** A list of SCIM groups. */
export const groups = z.looseObject({ Resources: z.array(group).nullish() });

/** `metastore_summary` (databricks-sdk-py `GetMetastoreSummaryResponse`). */
export const metastore = z.looseObject({ owner: optionalText, privilege_model_version: optionalText });

/** A page of policies (databricks-sdk-py `PolicyInfo`). */
export const policyPage = z.looseObject({
  policies: z
    .array(
      z.looseObject({
        name: optionalText,
        policy_type: text,
        to_principals: z.array(text).nullish(),
        grant: z.looseObject({ privileges: z.array(text).nullish() }).nullish(),
      }),
    )
    .nullish(),
  next_page_token: optionalText,
});

/** Catalog or schema: CatalogInfo, SchemaInfo (databricks-sdk-py 0.156.0, `service/catalog.py`, as `catalog_type`). */
export const parent = z.looseObject({
  owner: optionalText,
  metastore_id: optionalText,
  catalog_type: optionalText,
});

/** A page of a directory listing of the Files API (uc-protocol §9.2). */
export const directoryPage = z.looseObject({
  contents: z
    .array(
      z.looseObject({
        path: text,
        name: optionalText,
        is_directory: z.boolean().nullish(),
        file_size: int64.nullish(),
      }),
    )
    .nullish(),
  next_page_token: optionalText,
});

/** Answer of `model-versions/create`, as far as a copy needs it. */
export const created = z.looseObject({ model_version: z.looseObject({ version: versionNumber }) });

/** A catalog or schema in domain words. */
export function toParent(securable: Securable, row: z.output<typeof parent>): ParentSecurable {
  return {
    securable,
    ...given('owner', row.owner),
    ...given('metastoreId', row.metastore_id),
    ...(row.catalog_type === 'DELTASHARING_CATALOG' ? { isShared: true } : {}),
  };
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

/** A model version in domain words. */
export function toModelVersion(name: FullName, wire: z.output<typeof legacyVersion>): ModelVersion {
  const row = wire.model_version;
  return {
    name,
    version: row.version,
    status: toStatus(row.status),
    ...given('statusMessage', row.status_message),
    ...given('description', row.description),
    ...given('source', row.source),
    ...given('runId', row.run_id),
    ...given('runWorkspaceId', row.run_tracking_server_id),
    ...given('modelId', row.model_id),
    ...given('createdBy', row.user_id),
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
export function toListedVersion(name: FullName, row: z.output<typeof nativeVersion>): ListedVersion {
  return {
    name,
    version: row.version,
    status: toStatus(row.status),
    ...given('source', row.source),
    ...given('createdBy', row.created_by),
  };
}

/** Grants in domain words, privileges in canonical spelling. */
export function toAssignments(page: z.output<typeof grantsPage>): PrivilegeAssignment[] {
  return (page.privilege_assignments ?? []).map((row) => ({
    principal: row.principal ?? '',
    privileges: (row.privileges ?? []).map((entry) => {
      const inheritedFrom = toSecurable(entry.inherited_from_type, entry.inherited_from_name);
      const privilege = canonicalPrivilege(entry.privilege);
      return inheritedFrom === undefined ? { privilege } : { privilege, inheritedFrom };
    }),
  }));
}

/** A metastore in domain words; versions before 1.0 have no inheritance (Databricks, "Upgrade to privilege inheritance"). */
export function toMetastore(row: z.output<typeof metastore>): Metastore {
  const major = /^(\d+)(?:\.\d+)*$/u.exec(row.privilege_model_version?.trim() ?? '')?.[1];
  return {
    ...given('owner', row.owner),
    ...(major === undefined ? {} : { inheritance: Number(major) >= 1 ? ('yes' as const) : ('no' as const) }),
  };
}

/** The policies of a page that grant. */
export function toPolicies(page: z.output<typeof policyPage>): GrantPolicy[] {
  return (page.policies ?? [])
    .filter((row) => row.policy_type === 'POLICY_TYPE_GRANT')
    .map((row) => ({
      name: row.name ?? '',
      privileges: (row.grant?.privileges ?? []).map(canonicalPrivilege),
      to: row.to_principals ?? [],
    }));
}

/** A group in domain words. */
export function toGroup(row: GroupRow): PrincipalGroup {
  return {
    id: row.id,
    name: row.displayName ?? '',
    // An answer may leave out members, so that none told is not none there (RFC 7643 §2.5).
    ...(row.members == null
      ? {}
      : {
          members: row.members.map((member) => ({
            id: member.value ?? '',
            name: member.display ?? member.value ?? '',
            kind: /(?:^|\/)(?:Users|ServicePrincipals)\//u.test(member.$ref ?? '')
              ? ('person' as const)
              : ('group' as const),
          })),
        }),
  };
}

function toSecurable(
  type: string | null | undefined,
  name: string | null | undefined,
): Securable | undefined {
  const known = ['metastore', 'catalog', 'schema', 'function'] as const satisfies readonly SecurableType[];
  const found = known.find((candidate) => candidate === type?.toLowerCase());
  return found === undefined ? undefined : { type: found, name: name ?? '' };
}
