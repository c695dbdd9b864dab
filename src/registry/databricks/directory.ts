import { samePrincipal } from '../../domain/principal.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpRequest } from '../../http/request.ts';
import { callJson, findJson } from '../call.ts';
import type { Directory } from '../port.ts';
import * as wire from './wire/access.ts';

const SCIM = '/api/2.0/preview/scim/v2';

/**
 * People and groups of the workspace, by SCIM (databricks-sdk-py `GroupsAPI`, `UsersAPI`, `ServicePrincipalsAPI`).
 * Principals of the account that are not assigned to the workspace are not among them.
 */
export function directoryCalls(http: HttpClient): Directory {
  return {
    async findGroup(name) {
      const found = await callJson(http, listed('Groups', 'displayName', name), wire.groups);
      const group = (found.Resources ?? []).find((each) => each.displayName === name && !isLocal(each));
      return group === undefined ? undefined : wire.toGroup(group);
    },
    async getGroup(id) {
      const request: HttpRequest = {
        method: 'GET',
        template: `${SCIM}/Groups/{id}`,
        params: { id },
        retry: 'safe',
      };
      const found = await findJson(http, request, wire.group);
      return found === undefined || isLocal(found) ? undefined : wire.toGroup(found);
    },
    async findPerson(name) {
      const [list, field] = name.includes('@')
        ? (['Users', 'userName'] as const)
        : (['ServicePrincipals', 'applicationId'] as const);
      const found = await callJson(http, listed(list, field, name), wire.people);
      return found.Resources?.find((each) => samePrincipal(each[field] ?? '', name))?.id;
    },
  };
}

/**
 * Whether a group is of the workspace alone: Unity Catalog grants to groups of the account, and one of the workspace, which
 * its admins fill, may have the same name (docs.databricks.com, "Groups", legacy workspace-local groups).
 */
function isLocal({ meta }: wire.GroupRow): boolean {
  return meta?.resourceType === 'WorkspaceGroup';
}

/** A list with a filter of one equality (RFC 7644 §3.4.2.2: the value is a JSON string). */
function listed(list: 'Groups' | 'Users' | 'ServicePrincipals', field: string, value: string): HttpRequest {
  return {
    method: 'GET',
    template: `${SCIM}/${list}`,
    query: { filter: `${field} eq ${JSON.stringify(value)}` },
    retry: 'safe',
  };
}
