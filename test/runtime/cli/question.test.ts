import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { askAt } from '../../../src/runtime/cli/question.ts';

/** A terminal as `readline` sees one: keys as bytes. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  readonly columns = 80;
  setRawMode: () => this = () => this;
}

/** A question that is asked, and the terminal on which it is. */
function asked(signal = new AbortController().signal) {
  const input = new Terminal();
  const output = new Terminal();
  return { input, output, answer: askAt({ input, output }, 'Go on? ', signal) };
}

describe('a question', () => {
  test.each([
    ['y\r', 'y'],
    ['\r', ''],
    ['\u0003', ''],
    ['\u0004', ''],
    ['y\u0003', ''],
  ])('that is answered by the keys %j gets %j', async (keys, answer) => {
    const at = asked();
    at.input.write(keys);
    expect(await at.answer).toBe(answer);
    expect(String(at.output.read())).toMatch(/Go on\? [^]*\n$/u);
  });

  test('gets no answer where its terminal ends or fails', async () => {
    const ended = asked();
    ended.input.end();
    const failed = asked();
    failed.input.destroy(new Error('EIO: i/o error, read'));
    expect([await ended.answer, await failed.answer]).toEqual(['', '']);
    const gone = asked();
    // A terminal that is gone says so when its mode is set back.
    gone.input.setRawMode = () => {
      gone.input.emit('error', new Error('EIO: i/o error, setRawMode'));
      return gone.input;
    };
    gone.input.emit('error', new Error('EIO: i/o error, read'));
    expect(await gone.answer).toBe('');
  });

  test('gets no answer once the run is cancelled, before it or meanwhile', async () => {
    const cancel = new AbortController();
    const at = asked(cancel.signal);
    cancel.abort();
    expect([await at.answer, await asked(cancel.signal).answer]).toEqual(['', '']);
  });
});
