import { describe, expect, test } from 'vitest';
import { PromoteError, type ErrorCode, type ErrorDetails } from '../../src/domain/errors.ts';
import { makeWrite, notBegun, type Look } from '../../src/apply/write.ts';
import { fakeClock } from '../actions/recording-runner.ts';
import { refusal } from '../http/client-bench.ts';

type Failure = readonly [ErrorCode, Partial<ErrorDetails>?];

const UNKNOWN: Failure = ['unavailable'];
const LIMITED: Failure = ['rate-limited', { unprocessed: 'limited' }];
const RENEWED: Failure = ['unauthenticated', { unprocessed: 'token-renewed' }];
const LATE: Failure = ['unavailable', { unprocessed: 'late' }];

/** Plays a write whose tries end with these failures, then succeed; and what the looks find, `open` where nothing is said. */
async function play(
  failures: readonly Failure[],
  {
    looks = [],
    isLookedAt = true,
    abortAfter,
  }: {
    readonly looks?: readonly (Look<string> | PromoteError)[];
    readonly isLookedAt?: boolean;
    /** Cancelled during this wait, counted from 1. */
    readonly abortAfter?: number;
  } = {},
) {
  const events: string[] = [];
  const slept: number[] = [];
  const log: string[] = [];
  const controller = new AbortController();
  const clock = fakeClock(slept);
  const sleep = async (ms: number) => {
    await clock.sleep(ms);
    if (slept.length === abortAfter) controller.abort();
  };
  const state = notBegun();
  let sent = 0;
  let looked = 0;
  const ending = makeWrite(
    {
      async look() {
        events.push('look');
        const found = looks[looked] ?? 'open';
        looked += 1;
        if (found instanceof PromoteError) throw found;
        return found;
      },
      async send() {
        events.push('send');
        const failure = failures[sent];
        sent += 1;
        if (failure === undefined) return 'sent';
        throw new PromoteError(`${failure[0]}.`, { code: failure[0], outcome: 'error', ...failure[1] });
      },
    },
    {
      clock: { now: () => clock.now(), sleep },
      random: () => 0.5,
      log: { info: (text) => void log.push(text), debug: () => {}, warning: () => {} },
      signal: controller.signal,
    },
    { isLookedAt, state },
  );
  const value = await ending.catch(() => undefined);
  const error = value === undefined ? await refusal(ending) : undefined;
  return { value, error, events: events.join(' '), slept, log, state };
}

const moved = new PromoteError('Moved.', { code: 'conflict', outcome: 'conflict' });
const silent = new PromoteError('No answer.', { code: 'unavailable', outcome: 'unavailable' });
const cancelled = new PromoteError('Cancelled.', { code: 'cancelled', outcome: 'error' });

describe('before every try there is a look', () => {
  test('but for the first where the caller has just looked', async () => {
    expect((await play([])).events).toBe('send');
    expect((await play([], { isLookedAt: false })).events).toBe('look send');
  });

  test.each([
    ['of which nobody knows what became', UNKNOWN],
    ['that was not processed', LIMITED],
    ['that waited for its turn', LATE],
    ['whose token was renewed', RENEWED],
    ['whose response was a page', ['protocol']],
  ] as const)('after a try %s', async (_title, failure) => {
    const seen = await play([failure as Failure]);
    expect(seen).toMatchObject({ value: 'sent', events: 'send look send' });
  });

  test('what is done already is not sent again', async () => {
    const seen = await play([UNKNOWN], { looks: [{ done: 'found' }] });
    expect(seen).toMatchObject({ value: 'found', events: 'send look' });
  });

  test('what moved is a conflict, and not sent again; of a lost try nobody knows', async () => {
    for (const [failure, mayBeDone] of [
      [UNKNOWN, true],
      [LIMITED, false],
      [RENEWED, false],
    ] as const) {
      const seen = await play([failure], { looks: [moved] });
      expect(seen).toMatchObject({ error: { code: 'conflict' }, events: 'send look' });
      expect(seen.state.mayBeDone).toBe(mayBeDone);
    }
  });

  test('where it cannot be looked, nothing is sent', async () => {
    const seen = await play([UNKNOWN], { looks: [silent] });
    expect(seen).toMatchObject({ error: { message: 'No answer.' }, events: 'send look' });
  });
});

test('a refusal is final, and was not done', async () => {
  for (const code of ['permission-denied', 'conflict', 'not-found', 'rejected', 'unsupported'] as const) {
    const seen = await play([[code]]);
    expect(seen).toMatchObject({ error: { code }, events: 'send', state: { mayBeDone: false, tries: 1 } });
  }
});

test('what is neither a failure of a registry nor a refusal is final, and may have been done', async () => {
  for (const code of ['interrupted', 'internal'] as const)
    expect(await play([[code]])).toMatchObject({ error: { code }, state: { mayBeDone: true } });
});

test('waits grow, with jitter, and never under what the server asked; the log has each', async () => {
  const asked: Failure = ['rate-limited', { unprocessed: 'limited', retryAfter: 7_000 }];
  const seen = await play([UNKNOWN, UNKNOWN, asked]);
  expect(seen.slept).toEqual([375, 750, 7_125]);
  expect(seen.log).toEqual([
    'unavailable. Reading the value again in 0.4 s, before another try.',
    'unavailable. Reading the value again in 0.8 s, before another try.',
    'rate-limited. Reading the value again in 7.1 s, before another try.',
  ]);
});

test('there are eight tries at most, and the message says how many there were', async () => {
  const seen = await play(Array.from({ length: 20 }, () => UNKNOWN));
  expect(seen.state.tries).toBe(8);
  expect(seen.error?.message).toMatch(/^unavailable\. Tried 8 times in \d+ s\.$/u);
});

test('a wait over the budget is not begun; the message says how long the server asked', async () => {
  const asked: Failure = ['rate-limited', { unprocessed: 'limited', retryAfter: 200_000 }];
  const seen = await play([asked, asked, asked]);
  expect(seen.slept).toEqual([200_125]);
  expect(seen.error?.message).toBe(
    'rate-limited. Tried 2 times in 200 s; the server asked for a wait of 200 s.',
  );
  expect(seen.state).toMatchObject({ mayBeDone: false, wasDoubtful: false });
});

test('a new token is had once: a second refusal is one, whoever says it', async () => {
  for (const again of [RENEWED, ['unauthenticated'] as const]) {
    const seen = await play([RENEWED, again]);
    expect(seen).toMatchObject({ events: 'send look send', slept: [] });
    expect(seen.error?.message).toBe('unauthenticated. A new token was refused as well.');
    expect(seen.error?.fix).toContain('the principal is active');
  }
});

describe('cancelled while it waits', () => {
  test('of a try of which nobody knows: that is said, and nothing is looked at or sent any more', async () => {
    const seen = await play([UNKNOWN], { abortAfter: 1 });
    expect(seen).toMatchObject({
      error: { code: 'unavailable' },
      events: 'send',
      state: { mayBeDone: true },
    });
  });

  test('of one that was not processed: a plain cancellation', async () => {
    const seen = await play([LIMITED], { abortAfter: 1, looks: [cancelled] });
    expect(seen).toMatchObject({ error: { code: 'cancelled' }, state: { mayBeDone: false } });
  });
});

test('that a doubtful try was looked at since is known, and that there was one is not forgotten', async () => {
  const seen = await play([UNKNOWN, ['permission-denied']]);
  expect(seen.state).toEqual({ tries: 2, mayBeDone: false, wasDoubtful: true, hasFailed: true });
});
