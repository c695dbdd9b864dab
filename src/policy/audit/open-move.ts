import type { KnownMove, MovesBetween } from '../../domain/audited-move.ts';
import { nowText } from '../../domain/audited-move-text.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import type { MoveEntry } from '../alias/history.ts';
import { LOOK_BACK, RECORDED_BEFORE } from '../alias/audited-past.ts';
import { recordedOf } from './alias-record.ts';
import { aliasSubject, type AuditFinding } from './finding.ts';
import type { AuditedModel, AuditWants } from './model.ts';

/** An alias that does not name where its last recorded move led: what moved it, or whether anything did, the record does not say. */
export interface OpenMove {
  readonly name: FullName;
  readonly alias: string;
  /** What it names now; null for nothing. */
  readonly now: number | null;
  readonly newest: MoveEntry;
  /** It names what the recorded move led away from: that move was never made, or somebody moved it back. */
  readonly isBack: boolean;
}

/** The aliases of a model about which an audit log can say more than their record. */
export function openMoves(audited: AuditedModel, wants: AuditWants): OpenMove[] {
  return recordedOf(audited, wants).flatMap(({ alias, now, history }) => {
    if (history.kind !== 'outside' && history.kind !== 'interrupted') return [];
    const isBack = history.kind === 'interrupted';
    const newest = history.kind === 'outside' ? history.newest : history.interrupted;
    return [{ name: audited.name, alias, now, newest, isBack }];
  });
}

/**
 * From when on an audit log is asked about a move, in milliseconds since the epoch: a little before the record, as the clocks of
 * two machines differ.
 */
export function askedSince({ newest }: OpenMove, until: number): number {
  const recorded = Date.parse(newest.at ?? '');
  return Number.isNaN(recorded) ? until - LOOK_BACK : Math.min(recorded, until) - RECORDED_BEFORE;
}

/** That an alias was moved without a record, with what the audit log says of it; undefined where it was not asked. */
export function movedFinding(
  { name, alias, now, newest, isBack }: OpenMove,
  log: MovesBetween | undefined,
): AuditFinding {
  const last = log?.moves.at(-1);
  const mover = last !== undefined && last.to === now ? last : undefined;
  const what = isBack ? 'moved back since without a record' : 'moved since without a record';
  const by = mover === undefined ? ', mover unknown.' : '.';
  const logged = log === undefined ? '' : ` ${nowText(log, now)}`;
  return {
    model: formatFullName(name),
    alias,
    ...(now === null ? {} : { version: now }),
    ...(mover === undefined ? {} : { mover: moverOf(mover) }),
    code: 'moved-outside',
    severity: 'warning',
    message: `${aliasSubject(name, alias)} ${namedText(now)}, but its last recorded move led to ${versionText(newest.to)}${byText(newest)}: it was ${what}${by}${logged}`,
    fix: `${mover === undefined ? 'Find out who moved it in the audit log of the workspace' : 'Ask who moved it why'}. If that move was wrong, move the alias back to ${versionText(newest.to)} with set-alias.`,
  };
}

/**
 * The findings of a model with what an audit log says of its open moves. An alias that names what its recorded move led away from
 * is found only where the log has both that move and a later one back.
 */
export function withMovers(
  findings: readonly AuditFinding[],
  asked: readonly { readonly move: OpenMove; readonly log: MovesBetween }[],
): AuditFinding[] {
  const known = new Map(
    asked
      .filter(({ move, log }) => !move.isBack || isMovedBack(move, log))
      .map(({ move, log }) => [move.alias, movedFinding(move, log)]),
  );
  const explained = findings.map((finding) => {
    const better = finding.code === 'moved-outside' ? known.get(finding.alias ?? '') : undefined;
    if (better !== undefined) known.delete(better.alias ?? '');
    return better ?? finding;
  });
  return [...explained, ...known.values()];
}

/** The clocks of two machines: the recorded move may be in the log a little before its record. */
function isMovedBack({ now, newest }: OpenMove, { moves }: MovesBetween): boolean {
  const last = moves.at(-1);
  if (last?.to !== now || newest.at === undefined || Date.parse(last.at) < Date.parse(newest.at))
    return false;
  return moves.slice(0, -1).some(({ to }) => to === newest.to);
}

function moverOf({ who, at }: KnownMove): NonNullable<AuditFinding['mover']> {
  return { at, ...(who === undefined ? {} : { who }) };
}

function namedText(now: number | null): string {
  return now === null ? 'does not exist' : `names version ${now}`;
}

function versionText(version: number | null): string {
  return version === null ? 'no version' : `version ${version}`;
}

function byText({ who, run, at }: MoveEntry): string {
  const parts = [
    ...(who === undefined ? [] : [`by ${show(who, 80)}`]),
    ...(run === undefined ? [] : [`in run ${show(run, 160)}`]),
    ...(at === undefined ? [] : [`at ${show(at, 40)}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(' ')})`;
}
