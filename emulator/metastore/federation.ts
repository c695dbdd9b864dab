import type { IdTokenClaims } from './issuer.ts';
import type { MetastoreState, FederationPolicy } from './state.ts';

/** Why an ID token signs nobody in, in the order in which it is looked at. */
export type FederationRefusal = 'expired' | 'no policy' | 'issuer' | 'subject' | 'audience' | 'principal';

/**
 * Who an ID token signs in, by the policies of the service principal `clientId` or else of the account; the refusal
 * names the claim that the nearest policy does not take.
 */
export function federate(
  state: MetastoreState,
  claims: IdTokenClaims,
  clientId: string | undefined,
  now: number,
): { principal: string } | { refusal: FederationRefusal } {
  if (claims.exp * 1000 <= now) return { refusal: 'expired' };
  const policies = state.federationPolicies.filter((policy) => policy.principal === clientId);
  if (policies.length === 0) return { refusal: 'no policy' };
  const refusals = policies.map((policy) => refusalOf(state, policy, claims));
  const order: FederationRefusal[] = ['audience', 'subject', 'issuer'];
  const nearest = order.find((refusal) => refusals.includes(refusal));
  if (!refusals.includes(undefined)) return { refusal: nearest ?? 'issuer' };
  const principal = clientId ?? claims.sub;
  return state.principals.has(principal) ? { principal } : { refusal: 'principal' };
}

function refusalOf(
  state: MetastoreState,
  policy: FederationPolicy,
  claims: IdTokenClaims,
): FederationRefusal | undefined {
  if (policy.issuer !== claims.iss) return 'issuer';
  if (policy.principal !== undefined && policy.subject !== claims.sub) return 'subject';
  const wanted = policy.audiences.length > 0 ? policy.audiences : [state.accountId];
  const sent = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  return sent.some((audience) => wanted.includes(audience)) ? undefined : 'audience';
}
