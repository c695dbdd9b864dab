import { lineage } from '../../metastore/access.ts';
import { denied } from '../../metastore/api-error.ts';
import { kindOf, requireSecurable } from '../../metastore/permissions.ts';
import type { GrantPolicy } from '../../metastore/state.ts';
import { list } from '../legacy/shapes.ts';
import { page } from '../paging.ts';
import { securableType } from './permissions.ts';
import { family, ok, type Route } from '../route.ts';

const native = family('/api/2.1/unity-catalog', { from: 'docs', section: 'attribute-based policies' });

/** A policy as the API shows it (databricks-sdk-py `PolicyInfo`, as far as it concerns grants). */
function shape({ name, onType, onName, to, privileges, whenTag: [key, value] }: GrantPolicy): unknown {
  return {
    name,
    policy_type: 'POLICY_TYPE_GRANT',
    on_securable_type: onType.toUpperCase(),
    on_securable_fullname: onName,
    for_securable_type: 'MODEL',
    to_principals: to,
    grant: { privileges },
    when_condition: `has_tag_value('${key}', '${value}')`,
  };
}

/** Policies that grant. Only who may manage the securable sees them (databricks-sdk-py `PoliciesAPI`). */
export const policyRoutes: readonly Route[] = [
  native({
    method: 'GET',
    template: '/policies/{securable_type}/{full_name}',
    write: false,
    fields: { include_inherited: 'bool', max_results: 'int', page_token: 'string' },
    handle: (input, { session }) => {
      const type = securableType(session, input.text('securable_type'));
      const name = input.text('full_name');
      requireSecurable(session, type, name);
      if (session.switches.policiesShown === 'managers' && !session.access.manages(type, name)) {
        throw denied(`User does not have MANAGE on ${kindOf(type)} '${name}'.`);
      }
      const levels = input.maybeText('include_inherited') === 'true' ? lineage(type, name) : [{ type, name }];
      const policies = session.state.policies.filter(({ onType, onName }) =>
        levels.some((level) => level.type === onType && level.name.toLowerCase() === onName.toLowerCase()),
      );
      const cut = page(session, policies, (policy) => policy.name, {
        size: input.maybeInteger('max_results'),
        token: input.maybeText('page_token'),
        normal: 100,
        most: 1000,
      });
      return ok({
        ...list('policies', cut.items.map(shape)),
        ...(cut.token ? { next_page_token: cut.token } : {}),
      });
    },
  }),
];
