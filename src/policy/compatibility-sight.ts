import type { FullName } from '../domain/full-name.ts';
import { schemaSecurable } from '../domain/privilege.ts';
import { OWNERSHIP } from './grants-privileges.ts';
import { requiredRights, type RequiredRight } from './grants-rights.ts';

/**
 * The rights with which a caller sees every model of a schema, so that one which is not found does not exist: those to
 * use its parents, and EXECUTE on the schema or its ownership.
 */
export function rightsToSee(model: FullName): RequiredRight[] {
  const parents = requiredRights('read', model, { modelExists: true }).filter(
    ({ securable }) => securable.type !== 'function',
  );
  const securable = schemaSecurable(model);
  const owner = { securable, privilege: OWNERSHIP };
  return [
    ...parents,
    { securable, privilege: 'EXECUTE', alternatives: [owner], for: ['see every model of the schema'] },
  ];
}
