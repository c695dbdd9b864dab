import { groupsOf } from '../../metastore/access.ts';
import { ApiError } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { Group, Principal } from '../../metastore/state.ts';
import type { Input } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { page } from '../paging.ts';
import { family, ok, type RouteResponse, type Context, type Route } from '../route.ts';

const scim = family('/api/2.0', { from: 'client code', section: 'who am I' });

const selection = { attributes: 'string', excludedAttributes: 'string' } as const;

function me({ session }: Context): RouteResponse {
  const { state, switches, caller } = session;
  const principal = state.principals.get(caller);
  if (!principal) throw new ApiError(404, 'SCIM_404', `User ${caller} not found.`, 'scim');
  const all = groupsOf(state, caller);
  const service = principal.kind === 'service-principal';
  const groups = [...state.groups.values()]
    .filter((group) => all.has(group.name))
    .flatMap((group) => {
      const direct = group.members.has(caller);
      if (!direct && !switches.groupsComplete) return [];
      return [
        {
          display: group.name,
          value: group.id,
          type: direct ? 'direct' : 'indirect',
          $ref: `Groups/${group.id}`,
        },
      ];
    });
  const local = state.localGroups
    .filter((group) => group.members.has(caller))
    .map(({ id, name }) => ({ display: name, value: id, type: 'direct', $ref: `Groups/${id}` }));
  const userName =
    service && switches.servicePrincipalUserName === 'displayName' ? principal.displayName : principal.name;
  return {
    status: 200,
    json: {
      id: principal.id,
      userName,
      displayName: principal.displayName,
      active: true,
      ...(service
        ? { applicationId: principal.name }
        : { emails: [{ type: 'work', value: principal.name, primary: true }] }),
      groups: [...groups, ...local],
      roles: [],
      entitlements: [{ value: 'workspace-access' }],
      schemas: [`urn:ietf:params:scim:schemas:core:2.0:${service ? 'ServicePrincipal' : 'User'}`],
    },
  };
}

/** Members and ids of others: shown to everybody, or to admins only. */
function requireDirectoryReader(session: CallContext): void {
  if (session.switches.groupMembers === 'readable' || session.access.isMetastoreAdmin()) return;
  throw new ApiError(403, '403', 'Only admins may read the members of groups.', 'scim');
}

/** The value that a filter of one equality asks for; undefined without a filter. */
function wantedBy(input: Input, field: string): string | undefined {
  return new RegExp(`^${field}\\s+eq\\s+"?((?:[^"\\\\]|\\\\.)*)"?$`, 'i')
    .exec(input.maybeText('filter') ?? '')?.[1]
    ?.replaceAll(/\\(.)/g, '$1');
}

/** A page of a list: `startIndex` counts from 1, and one below is 1; without `count` all the rest (RFC 7644 §3.4.2.4). */
function scimList(resources: readonly Record<string, unknown>[], input: Input): RouteResponse {
  const startIndex = Math.max(1, input.maybeInteger('startIndex') ?? 1);
  const count = Math.max(0, input.maybeInteger('count') ?? resources.length);
  const shown = resources.slice(startIndex - 1, startIndex - 1 + count);
  return ok({
    totalResults: resources.length,
    startIndex,
    itemsPerPage: shown.length,
    ...list('Resources', shown),
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  });
}

function people(kind: Principal['kind'], field: 'userName' | 'applicationId') {
  return (input: Input, { session }: Context): RouteResponse => {
    requireDirectoryReader(session);
    const wanted = wantedBy(input, field)?.toLowerCase();
    const found = [...session.state.principals.values()].filter(
      (each) => each.kind === kind && (wanted === undefined || each.name.toLowerCase() === wanted),
    );
    return scimList(
      found.map(({ id, name, displayName }) => ({ id, displayName, [field]: name, active: true })),
      input,
    );
  };
}

function scimGroup(session: CallContext, group: Group): Record<string, unknown> {
  const { state } = session;
  return {
    id: group.id,
    displayName: group.name,
    meta: { resourceType: state.localGroups.includes(group) ? 'WorkspaceGroup' : 'Group' },
    members: [...group.members].map((member) => {
      const principal = state.principals.get(member);
      const nested = state.groups.get(member);
      const person = principal?.kind === 'service-principal' ? 'ServicePrincipals' : 'Users';
      const kind = principal === undefined && nested !== undefined ? 'Groups' : person;
      const id = principal?.id ?? nested?.id ?? '0';
      return { display: principal?.displayName ?? member, value: id, $ref: `${kind}/${id}` };
    }),
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  };
}

function allGroups({ state }: CallContext): Group[] {
  return [...state.localGroups, ...state.groups.values()];
}

function groupOf(session: CallContext, id: string): Group {
  const group = allGroups(session).find((candidate) => candidate.id === id);
  if (!group) throw new ApiError(404, 'SCIM_404', `Group with id ${id} not found.`, 'scim');
  return group;
}

/** The caller and the groups of the workspace. */
export const identityRoutes: readonly Route[] = [
  scim({
    method: 'GET',
    template: '/preview/scim/v2/Me',
    write: false,
    fields: selection,
    handle: (_input, context) => me(context),
  }),
  scim({
    method: 'GET',
    template: '/preview/scim/v2/Groups',
    write: false,
    source: { from: 'assumed', section: 'groups of the workspace' },
    fields: { ...selection, filter: 'string', count: 'int', startIndex: 'int' },
    handle: (input, { session }) => {
      requireDirectoryReader(session);
      const wanted = wantedBy(input, 'displayName');
      const groups = allGroups(session).filter((group) => wanted === undefined || group.name === wanted);
      return scimList(
        groups.map((group) => scimGroup(session, group)),
        input,
      );
    },
  }),
  scim({
    method: 'GET',
    template: '/preview/scim/v2/Groups/{id}',
    write: false,
    source: { from: 'assumed', section: 'groups of the workspace' },
    fields: selection,
    handle: (input, { session }) => {
      requireDirectoryReader(session);
      return ok(scimGroup(session, groupOf(session, input.text('id'))));
    },
  }),
  scim({
    method: 'GET',
    template: '/preview/scim/v2/Users',
    write: false,
    source: { from: 'assumed', section: 'people of the workspace' },
    fields: { ...selection, filter: 'string', count: 'int', startIndex: 'int' },
    handle: people('user', 'userName'),
  }),
  scim({
    method: 'GET',
    template: '/preview/scim/v2/ServicePrincipals',
    write: false,
    source: { from: 'assumed', section: 'people of the workspace' },
    fields: { ...selection, filter: 'string', count: 'int', startIndex: 'int' },
    handle: people('service-principal', 'applicationId'),
  }),
  scim({
    method: 'GET',
    template: '/identity/groups/{id}/direct-members',
    write: false,
    source: { from: 'docs', section: 'group members (beta)' },
    fields: { page_size: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const group = groupOf(session, input.text('id'));
      const cut = page(session, [...group.members], (member) => member, {
        size: input.maybeInteger('page_size'),
        token: input.maybeText('page_token'),
        normal: 100,
        most: 1000,
      });
      const members = cut.items.map((member) => ({
        principal_id: session.state.principals.get(member)?.id ?? session.state.groups.get(member)?.id ?? '0',
        display_name: session.state.principals.get(member)?.displayName ?? member,
      }));
      return ok({ direct_group_members: members, ...(cut.token ? { next_page_token: cut.token } : {}) });
    },
  }),
];
