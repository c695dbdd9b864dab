import { decideStatus } from '../version.ts';
import type { AuditFamily } from './family.ts';
import { aliasPlace, aliasSubject, ofEachVersion, type AuditFinding } from './finding.ts';
import type { AuditedModel } from './model.ts';

/** Whether the version of an alias exists and is READY. */
export const VERSION_STATE: AuditFamily = {
  kinds: [
    {
      code: 'alias-dangling',
      severity: 'error',
      meaning: 'the alias names a version that does not exist',
      cause: 'The version was deleted, or the alias was set to a wrong number.',
      fix: 'Set the alias to an existing version, or delete it.',
    },
    {
      code: 'version-not-ready',
      severity: 'error',
      meaning: 'the version of the alias is not `READY`',
      cause: 'Its upload was interrupted or failed.',
      fix: 'Register the model again, and move the alias to the new version.',
    },
  ],
  find: (audited) => [
    ...danglingAliases(audited),
    ...ofEachVersion(audited, ({ version }) => (version === undefined ? [] : decideStatus(version).findings)),
  ],
};

function danglingAliases({ name, audited }: AuditedModel): AuditFinding[] {
  return audited.flatMap(({ alias, version }) =>
    version !== undefined
      ? []
      : [
          {
            ...aliasPlace(name, alias),
            code: 'alias-dangling',
            severity: 'error',
            message: `${aliasSubject(name, alias.alias)} names version ${alias.version}, which does not exist.`,
            fix: 'Set the alias to an existing version, or delete it.',
          },
        ],
  );
}
