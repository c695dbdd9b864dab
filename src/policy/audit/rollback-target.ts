import { holdOf } from '../../domain/hold.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { matchHold, readHolds } from '../hold/model-hold.ts';
import { recordedOf } from './alias-record.ts';
import type { AuditFamily, FindingKind } from './family.ts';
import { aliasSubject, type AuditFinding } from './finding.ts';
import type { AuditedModel, AuditWants } from './model.ts';

/** Whether a rollback would find the version that the alias named before. */
export const ROLLBACK_TARGET: AuditFamily = {
  kinds: [
    kind('rollback-missing', 'does not exist any more', 'Somebody deleted the version that was live before.'),
    kind('rollback-not-ready', 'is not `READY`', 'Its registration failed, or was begun again.'),
    kind(
      'rollback-on-hold',
      'is on hold, by a hold of the model with its number or one that cannot be read, or by its own tag where an alias names it too',
      'It was itself taken back before.',
    ),
  ],
  find: (audited, wants) =>
    targetsOf(audited, wants).flatMap(({ alias, version }) => findingsOf(alias, version, audited, wants)),
};

function kind(code: string, meaning: string, cause: string): FindingKind {
  return {
    code,
    severity: 'warning',
    meaning: `the version that a rollback would return to, which is \`from\` of the newest entry of the record if its \`to\` is what the alias names, ${meaning}`,
    cause,
    fix: 'Choose another version for the night on which it is needed, and note it: `rollback` takes it as `to-version`.',
  };
}

/** The versions that rollbacks of the aliases would return to, by their records. */
export function targetsOf(
  audited: AuditedModel,
  wants: AuditWants,
): { readonly alias: string; readonly version: number }[] {
  return recordedOf(audited, wants).flatMap(({ alias, now, history }) => {
    if (history.kind !== 'trusted' || now === null) return [];
    const { from } = history.move;
    return from === null || from === now ? [] : [{ alias, version: from }];
  });
}

function findingsOf(
  alias: string,
  version: number,
  audited: AuditedModel,
  wants: AuditWants,
): AuditFinding[] {
  const found = problemOf(version, audited, wants);
  if (found === undefined) return [];
  const now = audited.aliases.find((each) => each.alias === alias)?.version;
  return [
    {
      model: formatFullName(audited.name),
      alias,
      ...(now === undefined ? {} : { version: now }),
      code: found.code,
      severity: 'warning',
      message: `A rollback of ${aliasSubject(audited.name, alias)} would return to version ${version}, which ${found.says}.`,
      fix: 'Choose another version for a rollback beforehand: rollback takes it as to-version.',
    },
  ];
}

function problemOf(
  version: number,
  audited: AuditedModel,
  { names }: AuditWants,
): { readonly code: string; readonly says: string } | undefined {
  const unready = audited.unready.find((each) => each.version === version);
  if (unready !== undefined) return { code: 'rollback-not-ready', says: `is ${unready.status}` };
  if (!audited.ready.has(version)) return { code: 'rollback-missing', says: 'does not exist any more' };
  const uriOf = (number: number) => formatModelUri(audited.name, number);
  const isHeld = readHolds(audited.tags).some(
    (hold) => matchHold(hold, { version, origins: [uriOf(version)] }, uriOf, names) !== undefined,
  );
  const own = audited.audited.find((each) => each.version?.version === version)?.version;
  const isOwn = own !== undefined && holdOf(own) !== undefined;
  return isHeld || isOwn ? { code: 'rollback-on-hold', says: 'is on hold' } : undefined;
}
