import { pick, seeded } from './seeded.ts';

// Nothing of src is used here: what a record says is written as docs/tags.md has it, and what is true is kept beside it.

/** How far a run of ours comes that moves an alias. */
const RUNS = [
  'whole',
  'whole',
  'whole',
  'dies before the record',
  'dies after the record',
  'record refused',
] as const;

interface Entry {
  readonly from: number | null;
  readonly to: number | null;
  readonly run: string;
  readonly attempt: string;
  readonly who: string;
  readonly at: string;
}

/** A model with one alias: what is seen of it, and what only the oracle knows. */
export interface TrueHistory {
  /** What the alias names. */
  named: number | null;
  /** The versions that are there. */
  readonly versions: Set<number>;
  /** The tag that has the record; null for none. */
  record: string | null;
  /** By the moment of an entry: what the alias named when it was written. */
  readonly namedAt: Map<string, number | null>;
  /** Everything that happened, for people who read a failure. */
  readonly story: string[];
  /** Whether anything but whole runs of ours ever touched it. */
  isUndisturbed: boolean;
  clock: number;
}

/** A history by chance: moves by us, runs that die at each step, moves by others in between, deletions. */
export function historyOf(seed: number): TrueHistory {
  const random = seeded(seed);
  const history: TrueHistory = {
    named: null,
    versions: new Set(),
    record: null,
    namedAt: new Map(),
    story: [],
    isUndisturbed: true,
    clock: Date.UTC(2026, 10, 1),
  };
  const calm = seed % 4 === 0;
  let next = 1;
  const length = 2 + Math.floor(random() * 14);
  for (let step = 0; step < length; step += 1) {
    if (history.versions.size < 2 || random() < 0.4) history.versions.add(next++);
    const to = pick(random, [...history.versions]);
    const kind = calm
      ? 'us'
      : pick(random, ['us', 'us', 'us', 'others', 'others delete', 'version'] as const);
    if (kind === 'us') moveByUs(history, to, calm ? 'whole' : pick(random, RUNS));
    else disturb(history, kind, to);
  }
  return history;
}

function disturb(history: TrueHistory, kind: 'others' | 'others delete' | 'version', to: number): void {
  history.isUndisturbed = false;
  history.clock += 60_000;
  history.story.push(`${kind}: ${to}`);
  if (kind === 'others') history.named = to;
  else if (kind === 'others delete') history.named = null;
  else {
    history.versions.delete(to);
    if (history.named === to) history.named = null;
  }
}

/** A run of ours that moves the alias, or dies on the way. */
export function moveByUs(history: TrueHistory, to: number | null, how: (typeof RUNS)[number]): void {
  history.clock += 60_000;
  history.story.push(`us: ${history.named} → ${to}, ${how}`);
  if (how !== 'whole') history.isUndisturbed = false;
  if (how === 'dies before the record' || history.named === to) return;
  if (how !== 'record refused') {
    const at = new Date(history.clock).toISOString();
    history.namedAt.set(at, history.named);
    write(history, { from: history.named, to, run: 'acme/models/4242', attempt: '1', who: 'ada', at });
  }
  if (how !== 'dies after the record') history.named = to;
}

/** The record with one more entry, newest first; the oldest fall off at 1,000 characters. */
function write(history: TrueHistory, entry: Entry): void {
  const before =
    history.record === null ? [] : (JSON.parse(history.record) as (Entry | { dropped: number })[]);
  const moves = before.filter((each) => !('dropped' in each));
  let dropped = before.reduce((sum, each) => sum + ('dropped' in each ? each.dropped : 0), 0);
  for (;;) {
    const text = JSON.stringify([
      { alias: 'Champion', ...entry },
      ...moves,
      ...(dropped === 0 ? [] : [{ dropped }]),
    ]);
    if (text.length <= 1000) {
      history.record = text;
      return;
    }
    moves.pop();
    dropped += 1;
  }
}

/** What a rollback did, as the oracle sees it. */
export interface Judged {
  readonly kind: string;
  readonly to?: number | null;
  /** When the entry was written that it rests on. */
  readonly at?: string | undefined;
}

/** What is wrong with a rollback of an alias away from a version, without a target; undefined where nothing is. */
export function faultOf(
  history: TrueHistory,
  asked: { readonly from: number; readonly allowDelete: boolean },
  { kind, to, at }: Judged,
): string | undefined {
  const { named, namedAt } = history;
  if (kind === 'go') {
    if (named !== asked.from) return `it moves an alias that names ${named}`;
    if (at === undefined || !namedAt.has(at)) return 'it rests on nothing that was written';
    const truth = namedAt.get(at);
    if (to !== truth) return `it goes to ${to}, and the alias named ${truth} when the entry was written`;
    if (!isTrusted(history, at)) return 'it rests on an entry after which the alias was moved';
    if (to === null && !asked.allowDelete) return 'it deletes the alias, which was not allowed';
  }
  if (kind === 'there' && named === asked.from) return 'the alias still names the bad version';
  const newest = newestOf(history);
  const isCertain = history.isUndisturbed && named === asked.from && newest?.to === named;
  if (!isCertain || newest === undefined) return undefined;
  const wanted = newest.from === null && !asked.allowDelete ? 'named-nothing' : 'go';
  return kind === wanted
    ? undefined
    : `nothing disturbed the record, and it is ${kind} in place of ${wanted}`;
}

/** Whether an entry led to what the alias names now, and nothing was begun since but the way back from there. */
function isTrusted(history: TrueHistory, at: string): boolean {
  const entries = history.record === null ? [] : (JSON.parse(history.record) as Entry[]);
  const index = entries.findIndex((entry) => entry.at === at);
  const entry = entries[index];
  if (entry === undefined || entry.to !== history.named) return false;
  return entries.slice(0, index).every(({ from, to }) => from === entry.to && to === entry.from);
}

/** The newest entry, as somebody reads it who knows docs/tags.md. */
export function newestOf({ record }: TrueHistory): Entry | undefined {
  return record === null ? undefined : (JSON.parse(record) as Entry[])[0];
}
