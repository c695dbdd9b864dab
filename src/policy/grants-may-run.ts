import { formatSecurable, METASTORE, securablePath, type Securable } from '../domain/privilege.ts';
import { show } from '../domain/text.ts';
import { ownerOf, type Evidence } from './grants-evidence.ts';

/** Who may change the grants or the owner of an object, in words. */
export function whoMayRun(securable: Securable, evidence: Evidence): string {
  if (evidence.facts.ownersReachDown === true) return ownersWhoMayRun(securable, evidence);
  const people = securablePath(securable).map((step, index) =>
    index === 0 ? `its owner${named(step, evidence)}, whoever holds MANAGE on it` : ownerText(step, evidence),
  );
  return `${people.join(', ')} or a metastore admin`;
}

/** As the open-source server lets it be done (0.6.0, `PermissionService`): of a model's parents, no owner may. */
function ownersWhoMayRun(securable: Securable, evidence: Evidence): string {
  const above = securable.type === 'schema' ? securablePath(securable).slice(1) : [];
  const own = `its owner${named(securable, evidence)}${securable.type === 'schema' ? ' with USE CATALOG' : ''}`;
  const people = [own, ...above.map((step) => ownerText(step, evidence))];
  return `${people.join(', ')} or ${ownerText(METASTORE, evidence)}`;
}

function ownerText(securable: Securable, evidence: Evidence): string {
  return `the owner of ${formatSecurable(securable)}${named(securable, evidence)}`;
}

function named(securable: Securable, evidence: Evidence): string {
  const owner = ownerOf(evidence, securable);
  return owner === undefined ? '' : ` (${show(owner)})`;
}
