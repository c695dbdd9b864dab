import { samePrincipal } from '../../domain/principal.ts';
import { show } from '../../domain/printable.ts';
import { formatSecurable, type Securable, securablePath } from '../../domain/privilege.ts';
import { factsOf, type Evidence, metastoresOf, ownerOf } from './evidence.ts';
import { pathsByGrant, pathsByOwnership, ownersThatHold } from './held.ts';
import type { Right } from './right.ts';
import { mayContain, throughWhat } from './subject.ts';

/**
 * Whether the rows of an object are those of everybody. A caller who neither owns it or a parent nor has MANAGE on it may
 * be shown their own rows only, untold (users' reports; not confirmed: switch `grantsOfOthers`); one row of a stranger
 * proves the contrary.
 */
export function showsOthers(evidence: Evidence, on: Securable): boolean {
  const shown = { ...evidence, subject: evidence.caller };
  const managing: Right = { securable: on, privilege: 'MANAGE' };
  const rows = factsOf(evidence, on)?.assignments ?? [];
  return (
    pathsByOwnership(shown, ownersThatHold(shown, managing)).length > 0 ||
    pathsByGrant(shown, managing).length > 0 ||
    ('length' in rows &&
      rows.some(
        ({ principal }) =>
          principal !== '' &&
          throughWhat(shown.subject, principal) === undefined &&
          !mayContain(shown.subject, principal),
      ))
  );
}

/** That {@link showsOthers} is not so, as a clause. */
export function partText({ caller }: Evidence, on: Securable): string {
  const who = show(caller.principal);
  return `the grants of ${formatSecurable(on)} may be incomplete: ${who} does not appear to manage it, and no row belongs to another principal`;
}

/**
 * Why direct rows of others than the caller may be lacking, as a clause; undefined where they are all there, or where the
 * registry returns effective ones. They are shown to who owns the object, what is above it, or the metastore.
 */
export function hiddenRows(evidence: Evidence, securable: Securable): string | undefined {
  const { facts } = evidence;
  if (facts.grants !== 'direct') return undefined;
  const names = [facts.caller.principal, ...facts.caller.alsoKnownAs];
  const isOurs = [...securablePath(securable), ...metastoresOf(evidence)].some((step) => {
    const owner = ownerOf(evidence, step);
    return owner !== undefined && names.some((name) => samePrincipal(name, owner));
  });
  return isOurs
    ? undefined
    : `this registry shows the grants of ${formatSecurable(securable)} only to the owner of it or of a parent`;
}
