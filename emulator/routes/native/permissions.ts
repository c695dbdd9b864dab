import { invalid } from '../../metastore/api-error.ts';
import {
  changeGrants,
  directGrants,
  effectiveGrants,
  type EffectivePrivilege,
} from '../../metastore/permissions.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { SecurableType } from '../../metastore/state.ts';
import { Input } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { page } from '../paging.ts';
import { family, ok, type RouteResponse, type Route } from '../route.ts';

const native = family('/api/2.1/unity-catalog', { from: 'docs', section: 'grants API' });

const types: readonly SecurableType[] = ['metastore', 'catalog', 'schema', 'function'];

/** Type of the path in the case that the switch wants. */
export function securableType({ switches }: CallContext, text: string): SecurableType {
  const found = types.find((type) => type === text.toLowerCase());
  const wanted = switches.permissionPathCase;
  const fits = wanted === 'either' || text === (wanted === 'lower' ? text.toLowerCase() : text.toUpperCase());
  if (!found || !fits) throw invalid(`SecurableType ${text} is not a valid securable type.`);
  return found;
}

const gets = { principal: 'string', max_results: 'int', page_token: 'string' } as const;
const pagedGets = { principal: 'string', page_size: 'int', page_token: 'string' } as const;

/** Rows cut into pages; without `max_results` everything comes at once. One principal's row is never split. */
function response(
  session: CallContext,
  input: Input,
  key: string,
  sizeField: string,
  rows: { principal: string }[],
): RouteResponse {
  const size = input.maybeInteger(sizeField);
  if (sizeField === 'max_results' && size !== undefined && size !== 0 && size < 150) {
    throw invalid('max_results must be 0 or at least 150.');
  }
  const unpaged = sizeField === 'max_results' && size === undefined && !input.has('page_token');
  if (unpaged) return ok(list(key, rows));
  const cut = page(session, rows, (row) => row.principal, {
    size,
    token: input.maybeText('page_token'),
    normal: 200,
    most: 1000,
  });
  return ok({ ...list(key, cut.items), ...(cut.token ? { next_page_token: cut.token } : {}) });
}

function direct(input: Input, session: CallContext): { principal: string; privileges: string[] }[] {
  const type = securableType(session, input.text('securable_type'));
  return directGrants(session, type, input.text('full_name'), input.maybeText('principal')).map(
    ([principal, privileges]) => ({ principal, privileges }),
  );
}

function effective(input: Input, session: CallContext): { principal: string; privileges: unknown[] }[] {
  const type = securableType(session, input.text('securable_type'));
  return effectiveGrants(session, type, input.text('full_name'), input.maybeText('principal')).map(
    ([principal, privileges]) => ({ principal, privileges: privileges.map(wirePrivilege) }),
  );
}

function wirePrivilege({ privilege, inheritedFrom }: EffectivePrivilege): unknown {
  if (!inheritedFrom) return { privilege };
  return {
    privilege,
    inherited_from_type: inheritedFrom.type.toUpperCase(),
    inherited_from_name: inheritedFrom.name,
  };
}

/** Grants: direct, effective, both in the older and the newer paged form, and their change. */
export const permissionRoutes: readonly Route[] = [
  native({
    method: 'GET',
    template: '/permissions/{securable_type}/{full_name}',
    write: false,
    fields: { ...gets, include_deleted_principals: 'bool' },
    handle: (input, { session }) =>
      response(session, input, 'privilege_assignments', 'max_results', direct(input, session)),
  }),
  native({
    method: 'GET',
    template: '/effective-permissions/{securable_type}/{full_name}',
    write: false,
    fields: gets,
    handle: (input, { session }) =>
      response(session, input, 'privilege_assignments', 'max_results', effective(input, session)),
  }),
  native({
    method: 'PATCH',
    template: '/permissions/{securable_type}/{full_name}',
    write: true,
    fields: { changes: 'array!' },
    handle: (input, { session }) => {
      const type = securableType(session, input.text('securable_type'));
      const changes = input.objects('changes').map((item) => {
        const change = new Input(item, {});
        return {
          principal: change.text('principal'),
          add: change.texts('add'),
          remove: change.texts('remove'),
        };
      });
      changeGrants(session, type, input.text('full_name'), changes);
      return response(
        session,
        new Input({}, {}),
        'privilege_assignments',
        'max_results',
        direct(input, session),
      );
    },
  }),
  native({
    method: 'GET',
    template: '/privilege-assignments/{securable_type}/{full_name}',
    write: false,
    fields: pagedGets,
    handle: (input, { session }) =>
      response(session, input, 'privilege_assignments', 'page_size', direct(input, session)),
  }),
  native({
    method: 'GET',
    template: '/effective-privilege-assignments/{securable_type}/{full_name}',
    write: false,
    fields: pagedGets,
    handle: (input, { session }) =>
      response(session, input, 'effective_privilege_assignments', 'page_size', effective(input, session)),
  }),
];
