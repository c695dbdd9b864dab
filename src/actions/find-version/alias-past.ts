import type { KnownMove } from '../../domain/audited-move.ts';
import { auditedText, unclearText } from '../../domain/audited-move-text.ts';
import { decide, type Finding } from '../../domain/decision.ts';
import { messageOf, PromoteError } from '../../domain/errors.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { tagValue } from '../../domain/model.ts';
import { requireModel } from '../../facts/version.ts';
import type { PastInputs } from '../../inputs/past.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { movesOf, recordKey } from '../../policy/alias/history.ts';
import { aliasAt, aliasTimeline, type AliasMoment, type AliasSpan } from '../../policy/alias/timeline.ts';
import {
  auditedAt,
  contradicting,
  gapsOf,
  stretchAt,
  type PastLine,
  type Stretch,
} from '../../policy/alias/audited-past.ts';
import { unknownMomentText } from '../../report/sections/audited-moves.ts';
import type { ActionContext } from '../contract/context.ts';
import { askWhoMoved, AUDIT_LOG_CHECK, noteUnread, type Audited } from '../parts/audit-log.ts';

/** An alias whose past is looked at. */
export interface PastAlias {
  readonly name: FullName;
  readonly alias: string;
}

/** What an alias named when, newest first, and what it names now. */
export interface AliasPast {
  readonly spans: readonly AliasSpan[];
  readonly now: number | null;
}

/** Reads what an alias named when: by the record on its model, and by that of the version that it names. */
export async function readPast({ name, alias }: PastAlias, snapshot: Snapshot): Promise<AliasPast> {
  const [now, tags] = await Promise.all([
    snapshot.alias(name, alias),
    snapshot.tagsOf(name),
    requireModel(name, snapshot, 'model'),
  ]);
  const named = now === null ? undefined : await snapshot.version(name, now);
  const { capabilities } = snapshot.registry;
  const text = tagValue(tags, recordKey(alias, capabilities)) ?? null;
  return { spans: aliasTimeline(movesOf(alias, text, named, capabilities), now), now };
}

/**
 * Asks the audit log for what the record does not say, in one question over all of it; undefined where nothing is missing. That
 * it cannot be asked refuses, once everything that the record says is handed out.
 */
export async function auditGaps(
  context: Pick<ActionContext<PastInputs>, 'inputs' | 'record' | 'destination'>,
  past: PastAlias,
  { spans, now }: AliasPast,
  clock: number,
): Promise<Audited> {
  const { inputs, record } = context;
  const { 'warehouse-id': warehouse, at } = inputs;
  if (warehouse === undefined) return undefined;
  const ofMoment =
    at === undefined || aliasAt(spans, at, clock).kind === 'named'
      ? undefined
      : stretchAt(spans, at, { now, clock });
  const gaps = [
    ...(inputs.history ? gapsOf(spans, { now, clock }) : []),
    ...(ofMoment === undefined ? [] : [ofMoment]),
  ];
  if (gaps.length === 0) {
    record.check(
      AUDIT_LOG_CHECK,
      'warn',
      decide([]),
      'The record has no gap in what is asked for: the audit log was not asked.',
      'blocked',
    );
    return undefined;
  }
  const audited = await askWhoMoved(context, { ...past, warehouse }, hullOf(gaps));
  if (audited === undefined) return undefined;
  if ('unread' in audited) noteUnread(context, audited.unread, 'fail');
  else {
    const { moves, unclear, isCut } = audited.log;
    const findings: Finding[] = [
      ...(unclear > 0 ? [doubt('audit-log-unclear', `The audit log has ${unclearText(unclear)}.`)] : []),
      ...(isCut
        ? [doubt('audit-log-cut', 'The audit log has too many moves of this model: the oldest are left out.')]
        : []),
    ];
    const passed = `It has ${moves.length} moves of the alias in the time of which the record has gaps.`;
    record.check(AUDIT_LOG_CHECK, 'warn', decide(findings), passed, 'blocked');
  }
  return audited;
}

function hullOf(gaps: readonly Stretch[]): Pick<Stretch, 'since' | 'until'> {
  return {
    since: Math.min(...gaps.map(({ since }) => since)),
    until: Math.max(...gaps.map(({ until }) => until)),
  };
}

function doubt(code: string, message: string): Finding {
  return { code, severity: 'warning', message };
}

/** A line of the past as the output `history` has it. */
export function lineOutput(line: PastLine) {
  if (line.source === 'audit-log') {
    const { move, until } = line;
    const { to: version, at: since, who = null } = move;
    return {
      version,
      since,
      until: until ?? null,
      who,
      run: null,
      attempt: null,
      gap: null,
      source: 'audit log',
    };
  }
  const { version, since, until, move, gap } = line.span;
  return {
    version,
    since: since ?? null,
    until: until ?? null,
    who: move?.who ?? null,
    run: move?.run ?? null,
    attempt: move?.attempt ?? null,
    gap: gap ?? null,
    source: 'record',
  };
}

/** The version that an alias named at a moment, and the audited move that alone says so; null for none. */
export interface NamedThen {
  readonly version: number | null;
  readonly by?: KnownMove;
}

/**
 * The version that an alias named at a moment. Throws where that is not known, which is never a pass. The record decides; where
 * it says nothing, the audit log does, unless it contradicts what the record says of the time around.
 */
export function requireMoment(
  { record }: Pick<ActionContext<unknown>, 'record'>,
  { name, alias, at }: PastAlias & { readonly at: number },
  past: AliasPast,
  { audited, clock }: { readonly audited: Audited; readonly clock: number },
): NamedThen {
  const { spans, now } = past;
  const moment = aliasAt(spans, at, clock);
  const log = audited !== undefined && 'log' in audited ? audited.log : undefined;
  if (moment.kind === 'named') {
    const against = contradicting(moment.span, spans, { moves: log?.moves ?? [], moment: at });
    if (against !== undefined)
      record.warn(
        AUDIT_LOG_CHECK,
        doubt(
          'audit-log-differs',
          `The audit log contradicts the record, which stands: by the log it was ${auditedText(against)}, and named that version then.`,
        ),
      );
    return { version: moment.span.version };
  }
  const stretch = stretchAt(spans, at, { now, clock });
  const asked =
    log === undefined || stretch === undefined || moment.why === 'future'
      ? undefined
      : auditedAt(stretch, log, at);
  if (asked?.kind === 'named') {
    const message = `The record does not say what ${alias} named then; the audit log does, and its rows can be missing: ${auditedText(asked.move)}.`;
    record.warn(AUDIT_LOG_CHECK, doubt('moment-by-audit-log', message));
    return { version: asked.move.to, by: asked.move };
  }
  const evidence =
    audited !== undefined && 'unread' in audited
      ? ` The audit log could not be asked: ${messageOf(audited.unread)}`
      : asked === undefined
        ? ''
        : ` ${unknownMomentText(asked)}`;
  throw new PromoteError(
    `What ${formatFullName(name)}@${alias} named at ${new Date(at).toISOString()} is unknown: ${WHY[moment.why]}.${evidence}`,
    { code: 'not-found', ...endOf(moment.why, audited !== undefined) },
  );
}

function endOf(why: keyof typeof WHY, isAsked: boolean): Pick<PromoteError['details'], 'outcome' | 'fix'> {
  if (why === 'future') return { outcome: 'invalid', fix: 'Give a moment that has passed.' };
  return {
    outcome: 'partial',
    fix: isAsked
      ? 'Run it with history: true for all that is recorded.'
      : 'Run it with history: true for all that is recorded; on Databricks, warehouse-id asks the audit log for the rest.',
  };
}

const WHY: Readonly<Record<Extract<AliasMoment, { kind: 'unknown' }>['why'], string>> = {
  'no-record': 'no move of it is recorded',
  'before-record': 'its record begins later',
  gap: 'its record has a gap there',
  future: 'that moment is still to come',
};
