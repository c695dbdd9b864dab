import { expect, test } from 'vitest';
import { poll } from '../../src/domain/poll.ts';

/** A clock that notes how long is slept. */
function napping() {
  const slept: number[] = [];
  return { slept, clock: { sleep: async (ms: number) => void slept.push(ms) } };
}

test('it looks until it sees what is waited for, with a pause before each further look', async () => {
  const { slept, clock } = napping();
  const seen = await poll(
    async (looks) => looks * 10,
    (value) => value === 30,
    { tries: 5, pause: (looks, value) => looks + value },
    { clock },
  );
  expect([seen, slept]).toEqual([30, [11, 22]]);
});

test('after the last look nothing is waited for, and what was seen last is returned', async () => {
  const { slept, clock } = napping();
  const seen = await poll(
    async (looks) => looks,
    () => false,
    { tries: 3, pause: () => 5 },
    { clock },
  );
  expect([seen, slept]).toEqual([3, [5, 5]]);
});

test('a look that fails ends it, and so does a pause that refuses', async () => {
  const { slept, clock } = napping();
  const failing = async () => Promise.reject(new Error('away'));
  const never = () => false;
  await expect(poll(failing, never, { tries: 3, pause: () => 5 }, { clock })).rejects.toThrow('away');
  const refuse = () => {
    throw new Error('cancelled');
  };
  await expect(poll(async () => 1, never, { tries: 3, pause: refuse }, { clock })).rejects.toThrow(
    'cancelled',
  );
  expect(slept).toEqual([]);
});
