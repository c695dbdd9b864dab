import type * as z from 'zod';
import { hasCode } from '../../domain/errors.ts';
import type { Caller, Securable, SecurableType } from '../../domain/privilege.ts';
import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson, findJson, rows } from '../call.ts';
import { requireOwnParent } from '../own-name.ts';
import type { Registry } from '../port.ts';
import { PREFIX } from './models.ts';
import * as wire from './wire.ts';

type AccessCalls = Pick<
  Registry,
  'getCaller' | 'getParent' | 'listNames' | 'getEffectiveGrants' | 'getMetastore'
>;

/**
 * Who owns the metastore: the user that the server makes at its first start. No response names the owner, and no call makes
 * it anybody else (server 0.6.0, `UnityAccessUtil`).
 */
const METASTORE_OWNER = 'admin';

/** A model is a securable of its own here, and no function as on Databricks. */
export const TYPES: Readonly<Record<SecurableType, string>> = {
  metastore: 'metastore',
  catalog: 'catalog',
  schema: 'schema',
  function: 'registered_model',
};

/** What a server says whose authorization is off: it knows nobody, and lets everybody do everything (0.6.0, observed). */
const NO_CALLERS = /No user found\./u;

const NOBODY: Caller = { principal: '', alsoKnownAs: [], kind: 'unknown', groups: [] };

/**
 * Calls about who may do what: the caller, owners of parents, and direct grants. What is inherited is not in the
 * gives; the grants of the three levels together show it. Other principals' rows are shown to the owner of the
 * object, of what is above it, or of the metastore; to anybody else their own (server 0.6.0, `PermissionService`).
 */
export function accessCalls(http: HttpClient): AccessCalls {
  return {
    async getCaller() {
      try {
        return toCaller(await callJson(http, ME, wire.me));
      } catch (error) {
        if (hasCode(error, 'unavailable') && NO_CALLERS.test(error.message)) return NOBODY;
        throw error;
      }
    },
    async getParent(securable) {
      const collection = securable.type === 'catalog' ? 'catalogs' : 'schemas';
      const request = named(`/${collection}/{name}`, securable);
      const found = await findJson(http, request, wire.parent);
      if (found === undefined) return undefined;
      requireOwnParent(securable, found, `GET ${request.template}`);
      return found.owner == null || found.owner === '' ? { securable } : { securable, owner: found.owner };
    },
    listNames: (above) => listNames(http, above),
    getMetastore: async () => ({ owner: METASTORE_OWNER, inheritance: 'yes' }),
    async getEffectiveGrants(securable) {
      const request = named(`/permissions/${TYPES[securable.type]}/{name}`, securable);
      // A fault of this server comes again: a 500 is not asked for twice.
      const once: HttpRequest = { ...request, retry: 'if-unprocessed' };
      return wire.toAssignments(await callJson(http, once, wire.grants));
    },
  };
}

/** Catalogs and schemas that the caller may see (its `api/all.yaml`, `listCatalogs`, `listSchemas`). */
async function* listNames(http: HttpClient, above: Securable): AsyncGenerator<string> {
  const isMetastore = above.type === 'metastore';
  const request: HttpRequest = {
    method: 'GET',
    template: `${PREFIX}/${isMetastore ? 'catalogs' : 'schemas'}`,
    query: isMetastore ? {} : { catalog_name: above.name },
    retry: 'safe',
  };
  for await (const { name } of rows(http, request, wire.parentPage, (page) => page.catalogs ?? page.schemas))
    if (name != null) yield name;
}

const ME: HttpRequest = {
  method: 'GET',
  template: '/api/1.0/unity-control/scim2/Me',
  // To somebody who takes plain JSON only the server responds with 500, "Couldn't unwrap service." (0.6.0, observed).
  headers: { accept: 'application/scim+json, application/json' },
  retry: 'safe',
  permanent: NO_CALLERS,
};

function toCaller(row: z.output<typeof wire.me>): Caller {
  const spellings = [...(row.emails ?? []).map(({ value }) => value), row.userName];
  const alsoKnownAs = [...new Set(spellings)].filter((each) => each != null && each !== '').map(String);
  const [principal] = alsoKnownAs;
  if (principal === undefined) throw protocolError('does not identify the caller', `GET ${ME.template}`);
  return {
    principal,
    alsoKnownAs,
    kind: 'user',
    groups: [],
    ...(row.displayName == null || row.displayName === '' ? {} : { displayName: row.displayName }),
  };
}

function named(path: string, securable: Securable): HttpRequest {
  return { method: 'GET', template: `${PREFIX}${path}`, params: { name: securable.name }, retry: 'safe' };
}
