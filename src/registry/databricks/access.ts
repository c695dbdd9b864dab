import type * as z from 'zod';
import { hasCode, PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import type { Caller, Securable, SecurableType } from '../../domain/privilege.ts';
import { isAbsent } from '../../http/errors.ts';
import { protocolError, header } from '../../http/failed-response.ts';
import type { HttpClient, JsonResponse } from '../../http/client.ts';
import type { HttpRequest } from '../../http/request.ts';
import type { Registry } from '../port.ts';
import { findJson, rows, type Page } from '../call.ts';
import { requireOwnParent } from '../own-name.ts';
import * as wire from './wire/access.ts';

type AccessCalls = Pick<
  Registry,
  'getCaller' | 'getParent' | 'listNames' | 'getEffectiveGrants' | 'getMetastore' | 'listPolicies'
>;

/** Calls about who may do what: the caller, owners of parents, effective grants (uc-protocol §10). */
export function accessCalls(http: HttpClient): AccessCalls {
  return {
    getCaller: () => getCaller(http),
    async getParent(securable) {
      const collection = securable.type === 'catalog' ? 'catalogs' : 'schemas';
      const request: HttpRequest = {
        method: 'GET',
        template: `/api/2.1/unity-catalog/${collection}/{name}`,
        params: { name: securable.name },
        retry: 'safe',
      };
      const found = await findJson(http, request, wire.parent);
      if (found === undefined) return undefined;
      requireOwnParent(securable, found, `GET ${request.template}`);
      return wire.toParent(securable, found);
    },
    listNames: (above) => listNames(http, above),
    getEffectiveGrants: grantsReader(http),
    async getMetastore() {
      const template = '/api/2.1/unity-catalog/metastore_summary';
      const found = await findJson(http, { method: 'GET', template, retry: 'safe' }, wire.metastore);
      return found === undefined ? undefined : wire.toMetastore(found);
    },
    listPolicies: policiesReader(http),
  };
}

/** Catalogs and schemas that the caller may use (databricks-sdk-py `CatalogsAPI.list`, `SchemasAPI.list`). */
async function* listNames(http: HttpClient, above: Securable): AsyncGenerator<string> {
  const isMetastore = above.type === 'metastore';
  const request: HttpRequest = {
    method: 'GET',
    template: `/api/2.1/unity-catalog/${isMetastore ? 'catalogs' : 'schemas'}`,
    query: { ...(isMetastore ? {} : { catalog_name: above.name }), max_results: 1000 },
    retry: 'safe',
  };
  for await (const { name } of rows(http, request, wire.parentPage, (page) => page.catalogs ?? page.schemas))
    if (name != null) yield name;
}

type TypedRequest = (type: string) => HttpRequest;

/**
 * Reads the rows of requests whose path names a type of securable. Its case there is not confirmed (uc-protocol §10.1:
 * documented lower, the SDKs' enumeration upper): lower is sent, and upper once lower was refused.
 */
function typedRows<T extends Page, R>(
  http: HttpClient,
  schema: z.ZodType<T>,
  rowsOf: (page: T) => readonly R[],
): (type: SecurableType, request: TypedRequest) => Promise<R[]> {
  let upper = false;
  const read = async (request: HttpRequest): Promise<R[]> => {
    const found: R[] = [];
    for await (const row of rows(http, request, schema, rowsOf)) found.push(row);
    return found;
  };
  return async (type, request) => {
    const asked = upper;
    try {
      return await read(request(asked ? type.toUpperCase() : type));
    } catch (error) {
      if (asked || !(error instanceof PromoteError) || error.details.serverCode !== 'INVALID_PARAMETER_VALUE')
        throw error;
      upper = true;
      return read(request(type.toUpperCase()));
    }
  };
}

function grantsReader(http: HttpClient): Registry['getEffectiveGrants'] {
  const read = typedRows(http, wire.grantsPage, wire.toAssignments);
  return (securable, principal) =>
    read(securable.type, (type) => ({
      method: 'GET',
      template: '/api/2.1/unity-catalog/effective-permissions/{type}/{name}',
      params: { type, name: securable.name },
      query: { principal, max_results: 0 },
      retry: 'safe',
    }));
}

function policiesReader(http: HttpClient): NonNullable<Registry['listPolicies']> {
  const read = typedRows(http, wire.policyPage, wire.toPolicies);
  return async (schema) => {
    try {
      return await read(schema.type, (type) => ({
        method: 'GET',
        template: '/api/2.1/unity-catalog/policies/{type}/{name}',
        params: { type, name: schema.name },
        query: { include_inherited: true },
        retry: 'safe',
      }));
    } catch (error) {
      // A workspace without this interface has no such policies.
      if (!isAbsent(error)) throw error;
      return [];
    }
  };
}

function inactive(principal: string): PromoteError {
  return new PromoteError(`The principal ${show(principal)} is inactive in this workspace.`, {
    code: 'unauthenticated',
    outcome: 'denied',
    fix: 'Have an administrator activate it in the settings of the account or of the workspace. No grant helps while it is inactive.',
  });
}

/** Who the caller is: open to everybody who is signed in, and the response names the workspace (auth-and-http §3.5). */
export const ME: HttpRequest = {
  method: 'GET',
  template: '/api/2.0/preview/scim/v2/Me',
  query: { excludedAttributes: 'entitlements' },
  retry: 'safe',
};

/** Nothing but who the caller is, is asked here: no grant gives it. */
const ME_FIX =
  'The workspace does not identify this principal (SCIM Me). Assign it to the workspace and activate it there. If its token has scopes, include scim or all-apis.';

async function askWhoIAm(http: HttpClient): Promise<JsonResponse> {
  try {
    return await http.json(ME);
  } catch (error) {
    if (!hasCode(error, 'permission-denied')) throw error;
    throw new PromoteError(error.message, { ...error.details, fix: ME_FIX, cause: error });
  }
}

async function getCaller(http: HttpClient): Promise<Caller> {
  const response = await askWhoIAm(http);
  const parsed = wire.me.safeParse(response.body);
  const row = parsed.success ? parsed.data : undefined;
  const principal = row?.applicationId ?? row?.userName;
  if (row === undefined || principal == null || principal === '') {
    throw protocolError('does not identify the caller', `GET ${ME.template}`);
  }
  if (row.active === false) throw http.named(inactive(principal));
  const isService =
    row.applicationId != null || (row.schemas ?? []).some((schema) => schema.endsWith('ServicePrincipal'));
  const spellings = [
    principal,
    row.userName,
    row.applicationId,
    ...(row.emails ?? []).map((email) => email.value),
  ];
  const workspaceId = header(response.headers, 'x-databricks-org-id');
  return {
    principal,
    alsoKnownAs: [...new Set(spellings.filter((spelling) => spelling != null && spelling !== ''))].map(
      String,
    ),
    kind: isService ? 'service-principal' : 'user',
    groups: (row.groups ?? []).flatMap((group) => (group.display == null ? [] : [group.display])),
    groupIds: (row.groups ?? []).flatMap((group) => (group.value == null ? [] : [group.value])),
    // One indirect group shows that nested ones are listed; whether they always are is not confirmed (uc-protocol §10.4).
    ...((row.groups ?? []).length === 0 || row.groups?.some((group) => group.type === 'indirect') === true
      ? {}
      : { groupsIncomplete: true as const }),
    ...(row.id == null ? {} : { id: row.id }),
    ...(row.displayName == null ? {} : { displayName: row.displayName }),
    ...(workspaceId === '' ? {} : { workspaceId }),
  };
}
