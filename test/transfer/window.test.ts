import { expect, test } from 'vitest';
import { Part, partsOf } from '../../src/transfer/part.ts';
import { BufferWindow } from '../../src/transfer/window.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('never lends more than its limit, and in turn', async () => {
  const window = new BufferWindow(100);
  const first = await window.take(60);
  const order: string[] = [];
  const large = window.take(60).then((buffer) => (order.push('large'), buffer));
  const small = window.take(10).then((buffer) => (order.push('small'), buffer));
  await settle();
  expect(order).toEqual([]);
  window.give(first);
  await Promise.all([large, small]);
  expect(order).toEqual(['large', 'small']);
  expect(window.most).toBe(70);
});

test('lends a buffer that is larger than itself alone', async () => {
  const window = new BufferWindow(10);
  const large = await window.take(50);
  const next = window.take(5);
  window.give(large);
  expect((await next).length).toBe(5);
});

test('uses a buffer again', async () => {
  const window = new BufferWindow(10);
  const buffer = await window.take(10);
  window.give(buffer);
  expect(await window.take(10)).toBe(buffer);
});

test('spare buffers of two sizes are both used again, and with what is lent never pass the limit', async () => {
  const window = new BufferWindow(100);
  const [large, small] = [await window.take(50), await window.take(20)];
  window.give(large);
  window.give(small);
  expect(await window.take(20)).toBe(small);
  expect(await window.take(50)).toBe(large);
  window.give(large);
  const other = await window.take(70);
  window.give(other);
  expect(await window.take(50)).not.toBe(large);
});

test('a part hands on its bytes while it fills, and again from any offset', async () => {
  const part = new Part({ index: 0, start: 0, isLast: true }, new Uint8Array(600_000));
  const seen: number[] = [];
  const reading = (async () => {
    for await (const piece of part.stream()) seen.push(piece.length);
  })();
  part.append(new Uint8Array(300_000));
  await settle();
  expect(seen).toEqual([262_144]);
  expect(part.append(new Uint8Array(400_000))).toBe(300_000);
  await reading;
  expect(seen.reduce((sum, size) => sum + size, 0)).toBe(600_000);
  let rest = 0;
  for await (const piece of part.stream(599_990)) rest += piece.length;
  expect(rest).toBe(10);
});

test('a part that fails tells whoever waits', async () => {
  const part = new Part({ index: 0, start: 0, isLast: true }, new Uint8Array(10));
  const reading = part.stream().next();
  part.fail(new Error('gone'));
  await expect(reading).rejects.toThrow('gone');
});

test('parts cover a file without a gap', () => {
  for (const size of [0, 1, 5, 10, 11, 99]) {
    const parts = partsOf(size, 10);
    expect(parts.reduce((end, { start, length }) => (start === end ? end + length : -1), 0)).toBe(size);
    expect(parts.filter(({ isLast }) => isLast)).toHaveLength(1);
  }
});
