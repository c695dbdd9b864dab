import type { Finding } from '../../domain/decision.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { Alias } from '../../domain/model.ts';
import { show } from '../../domain/printable.ts';
import type { AuditedAlias, AuditedModel } from './model.ts';

/** One finding of an audit, with the place that it is about. */
export interface AuditFinding extends Finding {
  readonly model: string;
  readonly alias?: string;
  readonly version?: number;
  /** How many versions it is about, where it is about several, and the size of their files. */
  readonly versions?: number;
  readonly bytes?: number;
  /** Who moved an alias, as far as an audit log says so, and when: ISO 8601, in UTC. */
  readonly mover?: { readonly who?: string; readonly at: string };
}

/** The place of a finding about an alias. */
export function aliasPlace(
  name: FullName,
  { alias, version }: Alias,
): Pick<AuditFinding, 'model' | 'alias' | 'version'> {
  return { model: formatFullName(name), alias, version };
}

/** `prod.ml.fraud@Champion`, for messages. */
export function aliasSubject(name: FullName, alias: string): string {
  return `${formatFullName(name)}@${show(alias, 60)}`;
}

/** What was decided of the version of each alias, each finding with its alias; notes are left out. */
export function ofEachVersion(
  { name, audited }: AuditedModel,
  findingsOf: (entry: AuditedAlias) => readonly Finding[],
): AuditFinding[] {
  return audited.flatMap((entry) =>
    findingsOf(entry)
      .filter(({ severity }) => severity !== 'note')
      .map((finding) => ({
        ...finding,
        ...aliasPlace(name, entry.alias),
        message: `${aliasSubject(name, entry.alias.alias)}: ${finding.message}`,
      })),
  );
}
