import { show } from '../../domain/printable.ts';
import { ROLES } from '../../domain/role.ts';
import type { DutyFacts } from '../../policy/separation-of-duties/decide.ts';
import { personOf, type People } from '../../policy/separation-of-duties/identity.ts';

export function roleRows(facts: DutyFacts, people: People): string[][] {
  return ROLES.flatMap((role) => {
    const held = facts[role];
    if (held === undefined) return [];
    const rows = held.identities.map((identity) => [
      role,
      show(identity.name, 80),
      identity.system === 'databricks'
        ? show(identity.name, 80)
        : show(personOf(identity, people) ?? 'unknown', 80),
      identity.source,
    ]);
    const unseen = held.unseen?.reason ?? held.beside;
    return unseen === undefined ? rows : [...rows, [role, 'unknown', '', unseen]];
  });
}
