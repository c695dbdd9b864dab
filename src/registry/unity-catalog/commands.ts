import type { LookSubject } from '../../domain/change-target.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { isCopyable } from '../../domain/printable.ts';
import { sqlPrivilege, type Privilege, type Securable } from '../../domain/privilege.ts';
import { encodeValue } from '../../storage/place.ts';
import type { ManualCommands, Command } from '../commands.ts';
import { quoteWord } from '../../domain/shell-word.ts';
import { TYPES } from './access.ts';
import { PREFIX } from './models.ts';

/**
 * What people run by hand at an open-source Unity Catalog server: its CLI, `bin/uc` (0.6.0). Nothing there changes the
 * owner of an object: no body of its `api/all.yaml` that updates one has the field.
 */
export const UNITY_CATALOG_COMMANDS: ManualCommands = {
  look: lookCommand,
  grants: {
    language: 'shell',
    grant: (securable, privilege, principal) => permission('create', securable, privilege, principal),
    revoke: (securable, privilege, principal) => permission('delete', securable, privilege, principal),
    revokeRequest: (securable, privilege, principal) => ({
      method: 'PATCH',
      path: `${PREFIX}/permissions/${TYPES[securable.type]}/${encodeValue(securable.name)}`,
      body: { changes: [{ principal, remove: [sqlPrivilege(privilege)] }] },
    }),
    grantRequest: (securable, privileges, principal) => ({
      method: 'PATCH',
      path: `${PREFIX}/permissions/${TYPES[securable.type]}/${encodeValue(securable.name)}`,
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
  if (![securable.name, principal].every(isWord)) return undefined;
  return [
    `bin/uc permission ${verb}`,
    `--securable_type ${TYPES[securable.type]}`,
    `--name ${quoteWord(securable.name)}`,
    `--privilege ${quoteWord(sqlPrivilege(privilege))}`,
    `--principal ${quoteWord(principal)}`,
  ].join(' ');
}

function lookCommand(subject: LookSubject): Command | undefined {
  const name = formatFullName(subject.name);
  if (!isWord(name)) return undefined;
  const words = `--full_name ${quoteWord(name)}`;
  const text =
    subject.kind === 'version'
      ? `bin/uc model_version get ${words} --version ${subject.version}`
      : `bin/uc registered_model get ${words}`;
  return { language: 'shell', text };
}

/**
 * False for what the command would take for an option, or strip of the quotes around it (commons-cli 1.7.0,
 * `DefaultParser.isArgument` and `stripLeadingAndTrailingQuotesDefaultOn`), and for what cannot be copied.
 */
function isWord(text: string): boolean {
  return isCopyable(text) && !text.startsWith('-') && !(text.startsWith('"') && text.endsWith('"'));
}
