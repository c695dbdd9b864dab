import type { ByHand } from '../../domain/by-hand.ts';
import type { Change, ChangeTarget } from '../../domain/change.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { endsLines } from '../../domain/principal.ts';
import { sqlPrivilege, type Privilege, type Securable } from '../../domain/privilege.ts';
import { quoteWord } from '../shell-word.ts';
import { PREFIX } from './models.ts';
import { TYPES } from './access.ts';

/**
 * What people run by hand at an open-source Unity Catalog server: its CLI, `bin/uc` (0.6.0). Nothing there changes the
 * owner of an object: no body of its `api/all.yaml` that updates one has the field.
 */
export const UNITY_CATALOG_BY_HAND: ByHand = {
  look: (change) => ({ language: 'shell', text: lookCommand(targetOf(change)) }),
  grants: {
    language: 'shell',
    grant: (securable, privilege, principal) => permission('create', securable, privilege, principal),
    revoke: (securable, privilege, principal) => permission('delete', securable, privilege, principal),
    revokeRequest: (securable, privilege, principal) => ({
      method: 'PATCH',
      path: `${PREFIX}/permissions/${TYPES[securable.type]}/${encodeURIComponent(securable.name)}`,
      body: { changes: [{ principal, remove: [sqlPrivilege(privilege)] }] },
    }),
    grantRequest: (securable, privileges, principal) => ({
      method: 'PATCH',
      path: `${PREFIX}/permissions/${TYPES[securable.type]}/${encodeURIComponent(securable.name)}`,
      body: { changes: [{ principal, add: privileges.map(sqlPrivilege) }] },
    }),
  },
};

function permission(
  verb: 'create' | 'delete',
  securable: Securable,
  privilege: Privilege,
  principal: string,
): string | undefined {
  if (endsLines(principal)) return undefined;
  return [
    `bin/uc permission ${verb}`,
    `--securable_type ${TYPES[securable.type]}`,
    `--name ${quoteWord(securable.name)}`,
    `--privilege ${quoteWord(sqlPrivilege(privilege))}`,
    `--principal ${quoteWord(principal)}`,
  ].join(' ');
}

function targetOf(change: Change): ChangeTarget {
  switch (change.kind) {
    case 'tag':
    case 'description':
      return change.target;
    case 'alias':
    case 'create-model':
      return { kind: 'model', name: change.name };
    case 'copy':
      return { kind: 'model', name: change.destination };
    case 'delete-version':
      return { ...change, kind: 'version' };
  }
}

function lookCommand(target: ChangeTarget): string {
  const name = `--full_name ${quoteWord(formatFullName(target.name))}`;
  return target.kind === 'model'
    ? `bin/uc registered_model get ${name}`
    : `bin/uc model_version get ${name} --version ${target.version}`;
}
