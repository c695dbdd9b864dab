import type { MetastoreSnapshot } from '../../emulator/index.ts';

/** Who changed the registry: a request of a run, a copy of one that the network made, or somebody else. */
export type Author =
  | { readonly kind: 'run'; readonly run: string; readonly call: number }
  | { readonly kind: 'network'; readonly run: string; readonly call: number }
  | { readonly kind: 'foreign'; readonly what: string };

/** One thing that happened, as the gateway in the middle saw it. */
export type HistoryEvent =
  | { readonly kind: 'began'; readonly run: string }
  /** A request left the action: nothing that happens later can be known to it. */
  | {
      readonly kind: 'left';
      readonly run: string;
      readonly call: number;
      readonly method: string;
      readonly path: string;
      /** The body as text: two tries of one write are alike in it. */
      readonly body: string;
    }
  /** A request got its response; status 0 when the connection was cut. */
  | { readonly kind: 'responded'; readonly run: string; readonly call: number; readonly status: number }
  | { readonly kind: 'changed'; readonly by: Author; readonly state: MetastoreSnapshot }
  /** The run begins to send a request, and says so: before or after it says that it was cancelled. */
  | { readonly kind: 'sent'; readonly run: string; readonly method: string; readonly path: string }
  /** The run has heard of its cancellation, and said so. */
  | { readonly kind: 'cancelled'; readonly run: string }
  | { readonly kind: 'ended'; readonly run: string };

/** All that happened in one world, in the gateway's own order, and the state before it. */
export class History {
  readonly before: MetastoreSnapshot;
  readonly events: HistoryEvent[] = [];

  constructor(before: MetastoreSnapshot) {
    this.before = before;
  }

  note(event: HistoryEvent): void {
    this.events.push(event);
  }

  /** The state after all that happened. */
  get state(): MetastoreSnapshot {
    return this.events.findLast(isChange)?.state ?? this.before;
  }

  /** The state right before the event of this index. */
  stateAt(index: number): MetastoreSnapshot {
    const last = this.events.slice(0, index).findLast(isChange);
    return last?.state ?? this.before;
  }

  /** Every state that held at some moment from right before one event to right before another. */
  statesBetween(from: number, to: number): MetastoreSnapshot[] {
    const later = this.events.slice(from, to).filter(isChange);
    return [this.stateAt(from), ...later.map(({ state }) => state)];
  }

  /** Where a run began. */
  beginOf(run: string): number {
    return this.events.findIndex((each) => each.kind === 'began' && each.run === run);
  }

  /** Where a run ended; after all that happened while it goes on. */
  endOf(run: string): number {
    const found = this.events.findIndex((each) => each.kind === 'ended' && each.run === run);
    return found < 0 ? this.events.length : found;
  }

  /** Where a request left the action. */
  departureOf(run: string, call: number): number {
    return this.events.findIndex((each) => each.kind === 'left' && each.run === run && each.call === call);
  }

  /**
   * From where on a run could know what is so when a request leaves it: from its last read round, and after a try of
   * the same request that failed, from the end of that one: who sends again has to read again.
   */
  knownSince(run: string, call: number): number {
    const index = this.departureOf(run, call);
    return Math.max(this.#lastReadRoundBefore(run, index), this.#endOfEarlierTry(run, index));
  }

  /**
   * The same of the files of a version: they are read once nobody is to write them any more, and again only before another
   * try.
   */
  filesKnownSince(run: string, call: number, isClosed: (state: MetastoreSnapshot) => boolean): number {
    const index = this.departureOf(run, call);
    const closed = isClosed(this.before)
      ? -1
      : this.events.findIndex((each) => isChange(each) && isClosed(each.state));
    return Math.max(this.beginOf(run), closed + 1, this.#endOfEarlierTry(run, index));
  }

  /** Where the last read round of a run began before it ended. */
  lastReadRoundOf(run: string): number {
    return this.#lastReadRoundBefore(run, this.endOf(run));
  }

  /** Where the first read of a path got its response; the end of the run where none did. */
  firstReadOf(run: string, path: RegExp): number {
    const calls = new Set<number>();
    const found = this.events.findIndex((each) => {
      if (each.kind === 'left' && each.run === run && each.method === 'GET' && path.test(each.path))
        calls.add(each.call);
      return each.kind === 'responded' && each.run === run && calls.has(each.call) && isSeen(each.status);
    });
    return found < 0 ? this.endOf(run) : found;
  }

  /**
   * A read round is a span of time in which a run had requests under way, at least one of them a read that was
   * responded to.
   */
  #lastReadRoundBefore(run: string, index: number): number {
    const underWay = new Map<number, boolean>();
    let begin = this.beginOf(run);
    let found = begin;
    for (const [at, each] of this.events.slice(0, index).entries()) {
      if (each.kind === 'left' && each.run === run) {
        if (underWay.size === 0) begin = at;
        underWay.set(each.call, isRead(each));
      } else if (each.kind === 'responded' && each.run === run) {
        if (underWay.get(each.call) === true && isSeen(each.status)) found = begin;
        underWay.delete(each.call);
      }
    }
    return found;
  }

  #endOfEarlierTry(run: string, index: number): number {
    const write = this.events[index];
    if (write?.kind !== 'left') return -1;
    const tries = this.events
      .slice(0, index)
      .flatMap((each) =>
        each.kind === 'left' && each.run === run && isSame(each, write) ? [each.call] : [],
      );
    return this.events.findLastIndex(
      (each, at) => at < index && each.kind === 'responded' && each.run === run && tries.includes(each.call),
    );
  }
}

/** A event that changed the registry. */
export type Changed = Extract<HistoryEvent, { kind: 'changed' }>;

/** Whether the registry is another after it. */
export function isChange(event: HistoryEvent): event is Changed {
  return event.kind === 'changed';
}

/** Signing in reads nothing that a write rests on. */
export function isSignIn(path: string): boolean {
  return path.startsWith('/oidc/') || path.startsWith('/.well-known/');
}

/** Whether a response to a read shows what is there, or that nothing is. */
function isSeen(status: number): boolean {
  return (status >= 200 && status < 300) || status === 404;
}

type Left = Extract<HistoryEvent, { kind: 'left' }>;

function isSame(one: Left, other: Left): boolean {
  return one.method === other.method && one.path === other.path && one.body === other.body;
}

function isRead({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return method === 'GET' && !isSignIn(path);
}
