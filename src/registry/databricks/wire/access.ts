import * as z from 'zod';
import {
  canonicalPrivilege,
  type AccessPolicy,
  type PrivilegeAssignment,
  type Securable,
  type SecurableType,
} from '../../../domain/privilege.ts';
import type { PrincipalGroup } from '../../../domain/principal.ts';
import type { Metastore, ParentSecurable } from '../../port.ts';
import { given } from '../../wire-values.ts';

// Who may do what, in the registry's spelling: as in wire.ts, unknown fields pass, and one that decides something must fit.

const text = z.string();
const optionalText = z.string().nullish();

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
  active: z.boolean().nullish(),
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

/** A page of policies (databricks-sdk-py 0.162 `PolicyInfo`). */
export const policyPage = z.looseObject({
  policies: z
    .array(
      z.looseObject({
        name: optionalText,
        policy_type: text,
        for_securable_type: optionalText,
        to_principals: z.array(text).nullish(),
        except_principals: z.array(text).nullish(),
        grant: z.looseObject({ privileges: z.array(text).nullish() }).nullish(),
        deny: z.looseObject({ privileges: z.array(text).nullish() }).nullish(),
      }),
    )
    .nullish(),
  next_page_token: optionalText,
});

/** Catalog or schema: CatalogInfo, SchemaInfo (databricks-sdk-py 0.156.0, `service/catalog.py`, as `catalog_type`). */
export const parent = z.looseObject({
  name: optionalText,
  catalog_name: optionalText,
  full_name: optionalText,
  owner: optionalText,
  metastore_id: optionalText,
  catalog_type: optionalText,
});

/** A page of catalogs or of schemas. */
export const parentPage = z.looseObject({
  catalogs: z.array(parent).nullish(),
  schemas: z.array(parent).nullish(),
  next_page_token: optionalText,
});

/** A catalog or schema in domain words. */
export function toParent(securable: Securable, row: z.output<typeof parent>): ParentSecurable {
  return {
    securable,
    ...given('owner', row.owner),
    ...given('metastoreId', row.metastore_id),
    ...(row.catalog_type === 'DELTASHARING_CATALOG' ? { isShared: true } : {}),
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

/** Policies of these kinds, and those about objects of these types, bear on no model (workspace-apis §6). */
const OTHER_KINDS: readonly string[] = ['POLICY_TYPE_ROW_FILTER', 'POLICY_TYPE_COLUMN_MASK'];
const OTHER_TYPES: readonly string[] = ['TABLE', 'VOLUME'];

/** The policies of a page that may bear on models and what they are in. */
export function toPolicies(page: z.output<typeof policyPage>): AccessPolicy[] {
  return (page.policies ?? [])
    .filter((row) => !OTHER_KINDS.includes(row.policy_type))
    .filter((row) => !OTHER_TYPES.includes(row.for_securable_type ?? ''))
    .map((row): AccessPolicy => {
      const kind =
        row.policy_type === 'POLICY_TYPE_GRANT'
          ? 'grants'
          : row.policy_type === 'POLICY_TYPE_DENY'
            ? 'denies'
            : 'unknown';
      const privileges = (kind === 'grants' ? row.grant : row.deny)?.privileges ?? [];
      return {
        name: row.name ?? '',
        kind,
        privileges: privileges.map(canonicalPrivilege),
        to: row.to_principals ?? [],
        except: row.except_principals ?? [],
      };
    });
}

/** A group in domain words. */
export function toGroup(row: GroupRow): PrincipalGroup {
  return {
    id: row.id,
    name: row.displayName ?? '',
    // A response may leave out members, so that none named is not none there (RFC 7643 §2.5).
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
