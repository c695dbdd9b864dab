import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatFullName, type FullName, type Naming } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { tagValue, type ModelVersion } from '../../domain/model.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { NamedHistory } from '../alias/decide.ts';
import { originOf } from '../equal-versions.ts';
import { decideHolds, type FoundHold } from '../hold/findings.ts';
import { heldObject, matchHold } from '../hold/model-hold.ts';
import type { RollbackTarget } from './target.ts';
import { decideState } from '../version.ts';

/** The alias of a rollback, and what is recorded of how it came to name what it names. */
export interface RolledBack {
  readonly name: FullName;
  readonly alias: string;
  readonly from: number;
  readonly history: NamedHistory;
  /** What else is known of who moved it: a sentence, which decides nothing; empty for nothing. */
  readonly mover: string;
}

const CHOOSE = 'Choose one of the candidates, and run again with its number as to-version.';

/** Whether it is known where to go: the alias names the bad version, and the record or the user says what comes in its place. */
export function decideTarget(target: RollbackTarget, rolled: RolledBack): Decision {
  const finding = targetFinding(target, rolled);
  return decide(finding === undefined ? [] : [finding]);
}

function targetFinding(
  target: RollbackTarget,
  { name, alias, from, history, mover }: RolledBack,
): Finding | undefined {
  const subject = `${formatFullName(name)}@${alias}`;
  const evidence = mover === '' ? '' : ` ${mover}`;
  switch (target.kind) {
    case 'go':
    case 'there':
      return undefined;
    case 'moved':
      return {
        code: 'alias-moved',
        severity: 'error',
        message: `${subject} names ${target.now === null ? 'no version' : `version ${target.now}`}${history.text}. It should name version ${from}, or the version to go back to.${evidence}`,
        fix: 'Find out who moved it. If it still names a bad version, run again with that number as from-version. If it names no version, set it with set-alias.',
      };
    case 'named-nothing':
      return {
        code: 'rollback-deletes',
        severity: 'error',
        message: `${subject} named no version before version ${from}, so going back would delete the alias.`,
        fix: 'To delete the alias, run again with allow-delete: true. Otherwise give the version that it should name as to-version.',
      };
    case 'unknown':
      return {
        code: 'rollback-unknown',
        severity: 'error',
        message: `${UNKNOWN[target.history.kind](subject, from)}: ${subject} names version ${from}${history.text}.${evidence}`,
        fix: CHOOSE,
      };
  }
}

const UNKNOWN = {
  none: () => 'No record shows what the alias named before',
  trusted: (_: string, from: number) =>
    `The record does not show what the alias named before version ${from}`,
  outside: () =>
    'The record does not show what the alias named before, because someone moved it without a record',
  interrupted: () =>
    'The record does not show what the alias named before, because the latest recorded move was never completed',
} as const;

/** Whether a version may be gone back to: it is there, READY, and not on hold. */
export function decideGoingBack(
  { name, to }: { readonly name: FullName; readonly to: number },
  version: ModelVersion | undefined,
  holds: readonly FoundHold[],
): Decision {
  if (version === undefined)
    return decide([
      {
        code: 'rollback-target-gone',
        severity: 'error',
        message: `${formatModelUri(name, to)} no longer exists.`,
        fix: CHOOSE,
      },
    ]);
  const findings = [...decideState(version).findings, ...decideHolds(holds).findings];
  return decide(findings.map((finding) => ({ ...finding, fix: `${CHOOSE} ${finding.fix ?? ''}`.trim() })));
}

/**
 * Whether a version that somebody chose is one to go back to: what an alias never named was never approved for it. Where the record
 * does not reach back, a version from before the bad one may have been named, and a later one may not.
 */
export function decideNamedBefore(
  { name, alias, from }: Pick<RolledBack, 'name' | 'alias' | 'from'>,
  to: number,
  named: 'yes' | 'no' | 'unknown',
): Decision {
  if (named === 'yes') return decide([]);
  const subject = `${formatFullName(name)}@${alias}`;
  if (named === 'unknown' && to < from)
    return decide([
      {
        code: 'rollback-not-recorded',
        severity: 'warning',
        message: `No record shows that ${subject} ever named version ${to}.`,
      },
    ]);
  const why = named === 'no' ? 'by its record' : `by what is recorded, and it is newer than version ${from}`;
  return decide([
    {
      code: 'rollback-never-named',
      severity: 'error',
      message: `${subject} never named version ${to}, ${why}: to move it there is no rollback.`,
      fix: `Give a version that it named as to-version, or move it with set-alias or promote, where a new version is approved. tag-status puts version ${from} on hold.`,
    },
  ]);
}

/** What comparing the files of two versions gave; undefined where they were not compared. */
export type FilesCompared =
  { readonly kind: 'same' | 'other' } | { readonly kind: 'unread'; readonly why: string } | undefined;

/**
 * Whether the version to go back to is what the bad one is, by what is recorded of both and by their files: then nothing would
 * change for callers, and a hold on the one stops the other.
 */
export function decideOtherBytes(
  bad: ModelVersion,
  version: ModelVersion,
  {
    holds,
    naming,
    files,
  }: { readonly holds: boolean; readonly naming: Naming; readonly files: FilesCompared },
): Decision {
  const origin = originOf(bad);
  const content = tagValue(bad.tags, TAG_KEYS.digest);
  const stops = heldObject(bad.version, origin, content === undefined ? {} : { content });
  const cameFrom = originOf(version);
  const recorded = tagValue(version.tags, TAG_KEYS.digest);
  const candidate = {
    version: version.version,
    origins: [uriOf(version), ...(cameFrom === undefined ? [] : [cameFrom])],
    ...(recorded === undefined ? {} : { content: recorded }),
  };
  const hold = { key: '', value: '', held: stops, reason: '' };
  const recordedBy = matchHold(hold, candidate, (number) => formatModelUri(bad.name, number), naming);
  const by = recordedBy ?? (files?.kind === 'same' ? 'bytes' : undefined);
  if (by === undefined) return decide(files?.kind === 'unread' ? [uncompared(bad, version, files.why)] : []);
  const what = by === 'bytes' ? 'has the same bytes as' : 'came from the same source as';
  return decide([
    {
      code: 'rollback-same-bytes',
      severity: holds ? 'error' : 'warning',
      message: `${uriOf(version)} ${what} ${uriOf(bad)}: callers would get the same model${holds ? ', and a hold on one blocks the other' : ''}.`,
      fix: `Give a version with different content as to-version${holds ? ', or set hold: false' : ''}.`,
    },
  ]);
}

function uncompared(bad: ModelVersion, version: ModelVersion, why: string): Finding {
  return {
    code: 'rollback-bytes-unread',
    severity: 'error',
    message: `The files of ${uriOf(version)} and ${uriOf(bad)} could not be compared, so a hold on one may block the other: ${why}`,
    fix: `Run again once the files of both can be read, or set hold: false and put version ${bad.version} on hold with tag-status afterwards.`,
  };
}

function uriOf({ name, version }: ModelVersion): string {
  return formatModelUri(name, version);
}
