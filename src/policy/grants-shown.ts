import { formatSecurable, type Securable } from '../domain/privilege.ts';
import { show } from '../domain/text.ts';
import { factsOf, type Evidence } from './grants-evidence.ts';
import { grantHoldings, ownerHoldings, ownersThatHold } from './grants-holding.ts';
import { mayContain, throughWhat } from './grants-principal.ts';
import type { Right } from './grants-rights.ts';

/**
 * Whether the rows of an object are those of everybody. A caller who neither owns it or a parent nor has MANAGE on it may
 * be shown their own rows only, untold (users' reports; not confirmed: switch `grantsOfOthers`); one row of a stranger
 * proves the contrary.
 */
export function showsOthers(evidence: Evidence, on: Securable): boolean {
  const shown = { ...evidence, holder: evidence.caller };
  const managing: Right = { securable: on, privilege: 'MANAGE' };
  const rows = factsOf(evidence, on)?.assignments ?? [];
  return (
    ownerHoldings(shown, ownersThatHold(shown, managing)).length > 0 ||
    grantHoldings(shown, managing).length > 0 ||
    ('length' in rows &&
      rows.some(
        ({ principal }) =>
          principal !== '' &&
          throughWhat(shown.holder, principal) === undefined &&
          !mayContain(shown.holder, principal),
      ))
  );
}

/** That {@link showsOthers} is not so, as a clause. */
export function partText({ caller }: Evidence, on: Securable): string {
  const who = show(caller.principal);
  return `the grants of ${formatSecurable(on)} may have been shown in part: ${who} is not seen to manage it, and no row is of somebody else`;
}
