import { samePrincipal } from '../domain/principal.ts';
import { formatSecurable, securablePath, type Securable } from '../domain/privilege.ts';
import { metastoresOf, ownerOf, type Evidence } from './grants-evidence.ts';

/**
 * Why direct rows of others than the caller may be lacking, as a clause; undefined where they are all there, or where the
 * registry answers effective ones. They are shown to who owns the object, what is above it, or the metastore.
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
    : `this registry shows the grants of ${formatSecurable(securable)} only to who owns it or what is above it`;
}
