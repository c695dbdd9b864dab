import { formatFullName, type FullName } from '../domain/full-name.ts';
import { sameAlias, type AliasRules } from '../domain/alias.ts';
import type { Finding } from '../domain/decision.ts';
import type { Alias, ListedVersion, ModelVersion, RegisteredModel, Tag } from '../domain/model.ts';
import { formatModelUri } from '../domain/model-uri.ts';
import { show } from '../domain/printable.ts';
import { decideHolds, type FoundHold } from './hold-findings.ts';
import type { SignatureDecision } from './signature/decide.ts';
import { decideState, decideRequiredTags } from './version.ts';

/** An alias of a model and what was read of the version that it names. */
export interface AuditedAlias {
  readonly alias: Alias;
  /** Undefined when the version does not exist. */
  readonly version?: ModelVersion | undefined;
  /** The holds of its model that stop that version. */
  readonly holds: readonly FoundHold[];
  /** Absent when the signature was not asked for. */
  readonly signature?: SignatureDecision | undefined;
}

/** What was read of one model. */
export interface AuditedModel {
  readonly model: RegisteredModel;
  readonly aliases: readonly AuditedAlias[];
  /** Those that are not READY, at least. */
  readonly versions: readonly ListedVersion[];
}

/** One finding of an audit, with the place that it is about. */
export interface AuditFinding extends Finding {
  readonly model: string;
  readonly alias?: string;
  readonly version?: number;
}

/** Everything that is wrong with the aliases of a model, and versions whose registration never ended. */
export function auditModel(
  audited: AuditedModel,
  required: readonly Tag[],
  rules: AliasRules,
): AuditFinding[] {
  const { name } = audited.model;
  return [
    ...audited.aliases.flatMap((entry) => aliasFindings(name, entry, required)),
    ...spellingFindings(audited.model, rules),
    ...countFindings(audited.model, rules),
    ...audited.versions.flatMap((version) => stuckFindings(name, version)),
  ];
}

function aliasFindings(
  name: FullName,
  { alias, version, holds, signature }: AuditedAlias,
  required: readonly Tag[],
): AuditFinding[] {
  const place = { model: formatFullName(name), alias: alias.alias, version: alias.version };
  const subject = `${formatFullName(name)}@${show(alias.alias, 60)}`;
  if (version === undefined) {
    return [
      {
        ...place,
        code: 'alias-dangling',
        severity: 'error',
        message: `${subject} names version ${alias.version}, which does not exist.`,
        fix: 'Set the alias to an existing version, or delete it.',
      },
    ];
  }
  const findings = [
    ...decideState(version).findings,
    ...decideHolds(holds).findings,
    ...(signature?.findings ?? []),
    ...decideRequiredTags(formatModelUri(name, version.version), version.tags, required).findings,
  ];
  return findings
    .filter((finding) => finding.severity !== 'note')
    .map((finding) => ({ ...finding, ...place, message: `${subject}: ${finding.message}` }));
}

function spellingFindings({ name, aliases }: RegisteredModel, rules: AliasRules): AuditFinding[] {
  return aliases.flatMap((alias, index) => {
    const twin = aliases.slice(0, index).find((other) => sameAlias(other.alias, alias.alias, rules));
    if (twin === undefined) return [];
    return [
      {
        model: formatFullName(name),
        alias: alias.alias,
        version: alias.version,
        code: 'alias-case',
        severity: 'error' as const,
        message: `${formatFullName(name)} has the aliases "${show(twin.alias, 60)}" and "${show(alias.alias, 60)}", which differ only in case.`,
        fix: 'The registry treats them as one alias; delete one of them.',
      },
    ];
  });
}

function countFindings(
  { name, aliases }: RegisteredModel,
  { documentedAliases }: AliasRules,
): AuditFinding[] {
  if (documentedAliases === null || aliases.length <= documentedAliases) return [];
  return [
    {
      model: formatFullName(name),
      code: 'alias-count',
      severity: 'warning',
      message: `${formatFullName(name)} has ${aliases.length} aliases; the documented maximum is ${documentedAliases}.`,
      fix: 'Delete unused aliases.',
    },
  ];
}

function stuckFindings(name: FullName, version: ListedVersion): AuditFinding[] {
  if (version.status !== 'PENDING_REGISTRATION' && version.status !== 'FAILED_REGISTRATION') return [];
  return [
    {
      model: formatFullName(name),
      version: version.version,
      code: version.status === 'FAILED_REGISTRATION' ? 'version-failed' : 'version-pending',
      severity: 'warning',
      message: `${formatModelUri(name, version.version)} is ${version.status}.`,
      fix:
        version.status === 'FAILED_REGISTRATION'
          ? 'The registration failed, so no caller can use this version. The owner of the model can delete it.'
          : 'If no upload is running, the upload was interrupted, and the owner can delete this version.',
    },
  ];
}
