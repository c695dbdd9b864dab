import { show } from '../../domain/printable.ts';
import { ROLES } from '../../domain/role.ts';
import type { DutyDecision, DutyFacts } from '../../policy/separation-of-duties/decide.ts';
import { personOf, type People } from '../../policy/separation-of-duties/identity.ts';
import { table, type Section } from '../document.ts';

/** Who holds which role, and what each rule found; folded, since the findings say what decides. */
export function rolesSection(facts: DutyFacts, people: People, decision: DutyDecision): Section {
  return {
    title: 'Roles',
    folded: true,
    blocks: [
      table(['Role', 'Who', 'In Databricks', 'Source'], roleRows(facts, people)),
      ...(decision.rules.length === 0
        ? []
        : [
            table(
              ['Rule', 'State', 'Why'],
              decision.rules.map(({ roles, state, reason }) => [roles.join(' != '), state, reason]),
            ),
          ]),
    ],
  };
}

function roleRows(facts: DutyFacts, people: People): string[][] {
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
