import { canonicalPrivilege, type SecurableType } from '../domain/privilege.ts';
import type { GrantFacts } from './grants-facts.ts';
import type { Right } from './grants-rights.ts';

/**
 * A refusal that names the privilege that is lacking, as users reported it (uc-protocol §10.3):
 * `User does not have EXECUTE on Routine or Model 'a.b.c'.`
 */
const REFUSAL =
  /does not have ([A-Z][A-Z _]*[A-Z]) on (Catalog|Schema|Routine or Model|Function) '([^']+)'/gu;

const TYPES: Readonly<Record<string, SecurableType>> = {
  Catalog: 'catalog',
  Schema: 'schema',
  'Routine or Model': 'function',
  Function: 'function',
};

/**
 * The rights of which the registry itself said that the caller lacks them. It knows every group and policy, so such an
 * answer settles what lists of groups and grants leave open.
 */
export function refusedRights(facts: GrantFacts): Right[] {
  return facts.securables.flatMap(({ owner }) =>
    typeof owner === 'object'
      ? [...owner.refused.matchAll(REFUSAL)].flatMap(([, privilege = '', kind = '', name = '']) => {
          const type = TYPES[kind];
          return type === undefined
            ? []
            : [{ securable: { type, name }, privilege: canonicalPrivilege(privilege) }];
        })
      : [],
  );
}
