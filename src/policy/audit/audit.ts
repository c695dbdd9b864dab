import { FAMILIES } from './families.ts';
import type { AuditFinding } from './finding.ts';
import type { AuditedModel, AuditWants } from './model.ts';

/** Everything that an audit finds in a model: what is found of one alias stands together, and what is of none at the end. */
export function auditModel(audited: AuditedModel, wants: AuditWants): AuditFinding[] {
  const places = new Map(audited.aliases.map(({ alias }, index) => [alias, index]));
  const placeOf = ({ alias }: AuditFinding) =>
    alias === undefined ? places.size + 1 : (places.get(alias) ?? places.size);
  return FAMILIES.flatMap(({ find }) => find(audited, wants)).sort((a, b) => placeOf(a) - placeOf(b));
}
