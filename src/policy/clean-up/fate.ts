import { foreignHold, holdOf } from '../../domain/hold.ts';
import { tagValue, type Alias, type ListedVersion, type ModelVersion } from '../../domain/model.ts';
import { isNamed } from '../../domain/principal.ts';
import { show } from '../../domain/printable.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type { DeletionReason } from '../../plan/changes/version-deletion.ts';
import { holdSentence, type FoundHold } from '../hold/findings.ts';
import { LONGEST_JOB, markedAt } from '../run/marker.ts';
import type { NamedSince } from './named-since.ts';

/** Which versions of a model may go. Times in milliseconds. */
export interface CleanUpRules {
  /** How many of the newest that are READY stay. */
  readonly keep: number;
  /** A version that is older may go; undefined for no such rule. */
  readonly olderThan: number | undefined;
  /** The tag and its value that say that a version was rejected. */
  readonly statusKey: string;
  readonly rejectStatus: string;
  /** Whether versions on hold may go too. */
  readonly held: boolean;
  /** Whether versions that somebody else made may go too. */
  readonly others: boolean;
}

/** What protects versions of a model, as it was read. */
export interface CleanUpFacts {
  /** Milliseconds since the epoch. */
  readonly clock: number;
  readonly aliases: readonly Alias[];
  readonly past: NamedSince;
  /** The versions that a rollback would choose, with its aliases. */
  readonly rollback: ReadonlyMap<number, readonly string[]>;
  /** The newest versions that are READY, as many as are kept. */
  readonly newest: ReadonlySet<number>;
  /** The endpoints that serve a version: names, or null. */
  servedBy(this: void, version: number): string | null;
  /** Every name of the caller. */
  readonly caller: readonly string[];
}

/** What keeps a version. */
export const STAY_REASONS = [
  'alias',
  'served',
  'rollback',
  'named',
  'past-unknown',
  'on-hold',
  'newest',
  'others',
  'unfinished',
  'age-unknown',
  'status-unknown',
  'no-rule',
] as const;

/** One entry of {@link STAY_REASONS}. */
export type StayReason = (typeof STAY_REASONS)[number];

/** A version that stays, and why: `says` is a clause. */
export interface Stay {
  readonly goes: false;
  readonly why: StayReason;
  readonly says: string;
}

/** A version that may go, and by which rule. */
export interface Go {
  readonly goes: true;
  readonly why: Exclude<DeletionReason, 'leftover'>;
}

/** Whether a version may go. */
export type Fate = Go | Stay;

/** What keeps a version by what lists show of it; undefined where it has to be read. */
export function keptByList(
  { version, createdBy }: Pick<ListedVersion, 'version' | 'createdBy'>,
  facts: CleanUpFacts,
  rules: CleanUpRules,
): Stay | undefined {
  const names = facts.aliases.filter((each) => each.version === version).map(({ alias }) => alias);
  if (names.length > 0)
    return stay('alias', `${show(names.join(', '), 200)} ${names.length === 1 ? 'names' : 'name'} it`);
  const endpoints = facts.servedBy(version);
  if (endpoints !== null) return stay('served', `served by ${show(endpoints, 200)}`);
  const back = facts.rollback.get(version);
  if (back !== undefined)
    return stay('rollback', `a rollback of ${show(back.join(', '), 200)} would choose it`);
  const before = facts.past.named.get(version);
  if (before !== undefined) {
    const until = before.until === undefined ? 'at an unknown time' : `until ${dayOf(before.until)}`;
    return stay('named', `${show(before.alias, 60)} named it ${until}`);
  }
  if (facts.newest.has(version))
    return stay('newest', `one of the newest READY versions (keep: ${rules.keep})`);
  if (rules.others || createdBy === undefined || isNamed(facts.caller, createdBy)) return undefined;
  return stay('others', `made by ${show(createdBy, 80)}`);
}

/** Whether a version may go, by everything but the holds of its model. */
export function judgeVersion(version: ModelVersion, facts: CleanUpFacts, rules: CleanUpRules): Fate {
  return (
    keptByList(version, facts, rules) ??
    keptByPast(version, facts) ??
    keptByHold(version, rules) ??
    (version.createdBy === undefined && !rules.others
      ? stay('others', 'the registry does not say who made it')
      : fateByRules(version, facts.clock, rules))
  );
}

/** What keeps a version of which its model has holds. */
export function keptByHolds([found]: readonly FoundHold[]): Stay | undefined {
  return found === undefined ? undefined : stay('on-hold', holdSentence(found.hold));
}

function keptByPast({ createdAt, aliases, tags }: ModelVersion, { past }: CleanUpFacts): Stay | undefined {
  const [own] = aliases;
  if (own !== undefined) return stay('alias', `${show(own.alias, 60)} names it`);
  // A version that was made later is none of those that the alias named then.
  const unknown = past.unknown.find(({ until }) => createdAt === undefined || createdAt < until);
  if (unknown !== undefined)
    return stay(
      'past-unknown',
      `no record says what ${show(unknown.of, 60)} named before ${dayOf(unknown.until)}`,
    );
  return tagValue(tags, TAG_KEYS.moves) === undefined
    ? undefined
    : stay('named', 'an earlier release recorded that an alias named it, and not until when');
}

function keptByHold(version: ModelVersion, { held }: CleanUpRules): Stay | undefined {
  const hold = held ? undefined : foreignHold(version);
  return hold === undefined ? undefined : stay('on-hold', `on hold: ${show(hold, 300)}`);
}

function fateByRules(version: ModelVersion, clock: number, rules: CleanUpRules): Fate {
  const { status, createdAt, tags } = version;
  if (status === 'UNKNOWN') return stay('status-unknown', 'its status is none that this release knows');
  if (createdAt === undefined) return stay('age-unknown', 'the registry does not say when it was made');
  const marker = tagValue(tags, TAG_KEYS.run);
  const isOver = clock - Math.max(createdAt, markedAt(marker ?? '') ?? createdAt) > LONGEST_JOB;
  const isUnfinished =
    status !== 'READY' || (holdOf(version) !== undefined && foreignHold(version) === undefined);
  if (isUnfinished) {
    if (!isOver) return stay('unfinished', `${status}, and a run may still be at it`);
    // What is READY and still has the hold of a copy was left by one, whose marker somebody removed.
    if (marker !== undefined || status === 'READY') return { goes: true, why: 'abandoned' };
    return { goes: true, why: status === 'FAILED_REGISTRATION' ? 'failed' : 'pending' };
  }
  if (tagValue(tags, rules.statusKey) === rules.rejectStatus) return { goes: true, why: 'rejected' };
  if (rules.olderThan !== undefined && clock - createdAt > rules.olderThan) return { goes: true, why: 'old' };
  return stay('no-rule', 'no rule applies to it');
}

function stay(why: StayReason, says: string): Stay {
  return { goes: false, why, says };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

/** The newest versions that are READY, as many as are kept. */
export function newestReady(
  versions: readonly Pick<ListedVersion, 'version' | 'status'>[],
  keep: number,
): number[] {
  return versions
    .filter(({ status }) => status === 'READY')
    .map(({ version }) => version)
    .sort((a, b) => b - a)
    .slice(0, keep);
}
