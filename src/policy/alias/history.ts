import { createHash } from 'node:crypto';
import { sameAlias, type AliasRules } from '../../domain/alias.ts';
import { tagValue, type ModelVersion, type Tag } from '../../domain/model.ts';
import type { MoveApproval } from '../../plan/changes/record.ts';
import { ALIAS_RECORD_PREFIX, OWN_VALUE_LENGTH, TAG_KEYS } from '../../domain/tag-keys.ts';

type Naming = Pick<AliasRules, 'aliases'>;

/** Who moves an alias. */
export interface MoveAuthor {
  readonly repository: string;
  readonly runId: string;
  readonly attempt: string;
  readonly actor: string;
}

/** One move of an alias, as its record has it; `from` and `to` are null for no version. */
export interface MoveEntry {
  /** In the newest entry of a record alone, for people: what is read of a record has none. */
  readonly alias?: string;
  readonly from: number | null;
  readonly to: number | null;
  /** `<owner>/<repo>/<run id>`; left out, with the others of these four, where the text would be too long. */
  readonly run?: string;
  readonly attempt?: string;
  readonly who?: string;
  /** ISO 8601, in UTC. */
  readonly at?: string;
  /** The plan that it is a part of, by the first 16 digits of its digest. */
  readonly plan?: string;
  /** Who approved the plan. */
  readonly approver?: string;
}

/**
 * The key of the tag, on the registered model, that records the moves of an alias: one for all spellings that the registry
 * takes for the same alias.
 */
export function recordKey(alias: string, { aliases }: Naming): string {
  const name = aliases === 'case-insensitive' ? alias.toLowerCase() : alias;
  const digest = createHash('sha256').update(name, 'utf8').digest('hex');
  return `${ALIAS_RECORD_PREFIX}${digest.slice(0, 12)}`;
}

/** A move, as its record needs it. */
export interface RecordedMove {
  readonly alias: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly approval?: MoveApproval;
}

/** The entry of a move; `at` in milliseconds since the epoch. */
export function moveEntry(
  { alias, from, to, approval }: RecordedMove,
  { repository, runId, attempt, actor }: MoveAuthor,
  at: number,
): MoveEntry {
  const run = `${repository}/${runId}`;
  return { alias, from, to, run, attempt, who: actor, at: new Date(at).toISOString(), ...approval };
}

/** How many older moves a record has lost, its last entry. */
interface Dropped {
  readonly dropped: number;
}

/** A record with one more move, and how many older ones it does not hold. */
export interface MoveRecord {
  readonly text: string;
  readonly dropped: number;
}

/** Of a value, what one move may take: its end has how many older ones were lost. */
const ROOM = OWN_VALUE_LENGTH - '{"dropped":9007199254740991},'.length;

/**
 * The text of a record with one more move: a JSON list, newest first. At the limit of a tag's value the oldest fall off,
 * and the last entry has how many did. What is not ours in the text before is dropped.
 */
export function recordMove(before: string | null, entry: MoveEntry): MoveRecord {
  const { moves: earlier, dropped } = readRecord(before);
  const first = fitting(entry);
  for (let kept = earlier.length; ; kept -= 1) {
    const lost = dropped + earlier.length - kept;
    const last: Dropped[] = lost === 0 ? [] : [{ dropped: lost }];
    const text = JSON.stringify([first, ...earlier.slice(0, kept), ...last]);
    if (kept === 0 || text.length <= OWN_VALUE_LENGTH) return { text, dropped: lost };
  }
}

/** The move itself always fits, with an alias of at most 255 letters; who made it is left out where that is too long. */
function fitting(entry: MoveEntry): MoveEntry {
  const { alias, from, to, at, plan } = entry;
  const bare = {
    ...(alias === undefined ? {} : { alias }),
    from,
    to,
    ...(at === undefined ? {} : { at }),
    ...(plan === undefined ? {} : { plan }),
  };
  return JSON.stringify([entry]).length <= ROOM ? entry : bare;
}

/** Whether the newest entry of a record is a move already, by the same attempt of the same run. */
export function isRecorded(text: string | null, move: MoveEntry): boolean {
  const [newest] = readRecord(text).moves;
  return newest !== undefined && isSameMove(newest, move);
}

/** Whether a record has a move, by the same attempt of the same run, wherever others have added theirs since. */
export function hasMove(text: string | null, move: MoveEntry): boolean {
  return readRecord(text).moves.some((each) => isSameMove(each, move));
}

/** The same run may make a move by itself and by a plan, of which only the latter shows that the plan was applied. */
function isSameMove(recorded: MoveEntry, move: MoveEntry): boolean {
  const wanted = fitting(move);
  return (['from', 'to', 'run', 'attempt', 'plan'] as const).every((part) => recorded[part] === wanted[part]);
}

/** Whether a record is another one with this move added, and nothing else since. */
export function isAddedTo(text: string | null, before: string | null, move: MoveEntry): boolean {
  const [, ...earlier] = readRecord(text).moves;
  const { moves } = readRecord(before);
  return (
    isRecorded(text, move) &&
    earlier.length <= moves.length &&
    JSON.stringify(earlier) === JSON.stringify(moves.slice(0, earlier.length))
  );
}

/** The moves of an alias, newest first: those of its record, and those that were recorded on a version which it names. */
export function movesOf(
  alias: string,
  text: string | null,
  named: Pick<ModelVersion, 'version' | 'tags'> | undefined,
  rules: Naming,
): MoveEntry[] {
  const recorded = readRecord(text).moves;
  const older = named === undefined ? [] : movesOnto(named, alias, rules);
  const merged: MoveEntry[] = [];
  for (const move of recorded) {
    while (older[0] !== undefined && (older[0].at ?? '') > (move.at ?? ''))
      merged.push(...older.splice(0, 1));
    merged.push(move);
  }
  return [...merged, ...older];
}

/** What the moves of an alias say of what it names now. */
export type AliasHistory =
  /** The newest move led to it. */
  | { readonly kind: 'trusted'; readonly move: MoveEntry }
  /** The newest was recorded, and never made: what it names is from before, by the move `before` where one led to it. */
  | { readonly kind: 'interrupted'; readonly interrupted: MoveEntry; readonly before?: MoveEntry }
  /** Somebody moved it without a record, after the newest. */
  | { readonly kind: 'outside'; readonly newest: MoveEntry }
  /** Nothing is recorded. */
  | { readonly kind: 'none' };

/** Judges the moves of an alias, newest first, by the version that it names now. */
export function judgeHistory(moves: readonly MoveEntry[], now: number | null): AliasHistory {
  const [newest] = moves;
  if (newest === undefined) return { kind: 'none' };
  if (newest.to === now) return { kind: 'trusted', move: newest };
  // Of runs that began at once from the same version, one may have moved it after another recorded a move that it never made.
  const rival = moves.find(({ from, to }, index) => index > 0 && to === now && from === newest.from);
  if (rival !== undefined && moves.slice(0, moves.indexOf(rival)).every(({ from }) => from === newest.from))
    return { kind: 'interrupted', interrupted: newest, before: rival };
  const before = moves.find(({ from, to }) => to === now || from !== now);
  if (before !== undefined && before.to !== now) return { kind: 'outside', newest };
  return { kind: 'interrupted', interrupted: newest, ...(before === undefined ? {} : { before }) };
}

/** What is known of a move that no record has, by whoever may have made it. */
export interface UnrecordedMove {
  /** What the alias names now. */
  readonly now: number | null;
  /** Whether an earlier attempt of this same run is taken to have made it. */
  readonly isOwn: boolean;
  /** What the alias was expected to name before; undefined where nothing was expected. */
  readonly expected?: number | null | undefined;
}

/**
 * Where a move began which an earlier attempt of the same run made without a record: where the newest recorded one ended, or as
 * was expected. Undefined where nothing is missing, where it is not our own, or where that is not known.
 */
export function originOfUnrecorded(
  history: AliasHistory,
  { now, isOwn, expected }: UnrecordedMove,
): { readonly from: number | null } | undefined {
  if (!isOwn) return undefined;
  if (history.kind === 'outside') {
    // A move away from what it names was never made, so that where its own one began is not known.
    if (history.newest.from === now) return undefined;
    const from = history.newest.to;
    return expected === undefined || expected === from ? { from } : undefined;
  }
  if (history.kind !== 'none' || expected === undefined || expected === now) return undefined;
  return { from: expected };
}

/** The moves in a record, newest first, and how many older ones it lost; what is not ours is left out. */
export function readRecord(text: string | null): { readonly moves: MoveEntry[]; readonly dropped: number } {
  const entries = parseList(text);
  const counts = entries.flatMap((entry) => (isDropped(entry) ? [entry.dropped] : []));
  return { moves: entries.flatMap(readMove), dropped: counts.reduce((sum, count) => sum + count, 0) };
}

/** The tags of a model that are a record of moves and say nothing that can be read. */
export function unreadableRecords(tags: readonly Tag[]): Tag[] {
  return tags.filter(
    ({ key, value }) => key.startsWith(ALIAS_RECORD_PREFIX) && readRecord(value).moves.length === 0,
  );
}

/** The aliases of which a model's tags have a record, as the newest entry of each spells it. */
export function recordedAliases(tags: readonly Tag[], rules: Naming): string[] {
  return tags.flatMap(({ key, value }) => {
    if (!key.startsWith(ALIAS_RECORD_PREFIX)) return [];
    const alias = fieldsOf(parseList(value)[0])('alias');
    return typeof alias === 'string' && recordKey(alias, rules) === key ? [alias] : [];
  });
}

function readMove(entry: unknown): MoveEntry[] {
  const field = fieldsOf(entry);
  const [from, to] = [field('from'), field('to')];
  if (!isVersion(from) || !isVersion(to)) return [];
  return [
    {
      from,
      to,
      ...textField('run', field),
      ...textField('attempt', field),
      ...textField('who', field),
      ...textField('at', field),
      ...textField('plan', field),
      ...textField('approver', field),
    },
  ];
}

/** The moves of an alias onto a version, as the version's own tag has them: `run` ends with the attempt there. */
function movesOnto(
  { version, tags }: Pick<ModelVersion, 'version' | 'tags'>,
  alias: string,
  rules: Naming,
): MoveEntry[] {
  return parseList(tagValue(tags, TAG_KEYS.moves) ?? null).flatMap((entry): MoveEntry[] => {
    const field = fieldsOf(entry);
    const [name, from, run, actor] = [field('alias'), field('from'), field('run'), field('actor')];
    if (typeof name !== 'string' || !sameAlias(name, alias, rules) || !isVersion(from)) return [];
    const by = typeof run === 'string' ? /^(?<run>.*)\/(?<attempt>[^/]*)$/u.exec(run)?.groups : undefined;
    return [
      {
        from,
        to: version,
        ...by,
        ...(typeof actor === 'string' ? { who: actor } : {}),
        ...textField('at', field),
      },
    ];
  });
}

type Field = (name: string) => unknown;

function fieldsOf(entry: unknown): Field {
  const fields = new Map<string, unknown>(
    Object.entries(typeof entry === 'object' && entry !== null ? entry : {}),
  );
  return (name) => fields.get(name);
}

function textField<Name extends string>(name: Name, field: Field): { readonly [K in Name]?: string } {
  const value = field(name);
  return typeof value === 'string' ? ({ [name]: value } as { readonly [K in Name]: string }) : {};
}

function isVersion(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0);
}

function isDropped(entry: unknown): entry is Dropped {
  const count = fieldsOf(entry)('dropped');
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0;
}

function parseList(value: string | null): readonly unknown[] {
  if (value === null) return [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
