import { expect, test } from 'vitest';
import { Memo, once } from '../../src/domain/once.ts';

test('whoever asks while it is done shares it, and it is not done again', async () => {
  let times = 0;
  const work = once(async () => (times += 1));
  expect(await Promise.all([work(), work()])).toEqual([1, 1]);
  expect(await work()).toBe(1);
});

test('a failure is for those who waited; the next call does it again', async () => {
  let times = 0;
  const work = once(async () => {
    times += 1;
    if (times === 1) throw new Error('away');
    return times;
  });
  const both = await Promise.allSettled([work(), work()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await work()).toBe(2);
});

test('what is not worth keeping is asked for again, by the work of the call that asks', async () => {
  const memo = new Memo<number>((status) => status < 500);
  expect(await memo.get('a', async () => 503)).toBe(503);
  expect(await memo.get('a', async () => 200)).toBe(200);
  expect(await memo.get('a', async () => 404)).toBe(200);
  expect(await memo.get('b', async () => 404)).toBe(404);
});
