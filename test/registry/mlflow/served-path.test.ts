import { describe, expect, test } from 'vitest';
import { serverSource } from '../../../src/registry/mlflow/files.ts';
import { notServed } from '../../../src/registry/mlflow/served-path.ts';
import { clientOf, refusal } from '../../http/client-bench.ts';
import { startFileServer } from './file-server.ts';

// Each as `validate_path_is_safe` of mlflow 3.17.2 gives it back unchanged, or not; a peer draws others.
test.each([
  'MLmodel',
  'data/model.pkl',
  'data\\model.pth',
  'next\u0085line.bin',
  'a b (ä) 100%.txt',
  'a?b.txt',
  'a;b.txt',
  'what??',
  '%zz',
  'model:v1.bin',
  '.hidden',
  'a+b&c=d.txt',
])('%j is served as it stands', (path) => expect(notServed(path)).toBeUndefined());

test.each([
  ['a#b.txt', 'refuses a #'],
  ['data/#/x.bin', 'refuses a #'],
  ['a%20b.txt', 'decodes percent signs'],
  ['a%252e.txt', 'decodes percent signs'],
  ['%2e%2e/x', 'decodes percent signs'],
  ['a\tb.txt', 'control characters'],
  ['a\nb.txt', 'control characters'],
  ['del\u007f.bin', 'control characters'],
  [' led.txt', 'a space at the start'],
  ['what?', '? and ;'],
  ['data/x;', '? and ;'],
  ['file:x', 'its own machine'],
  ['C:/x.txt', 'its own machine'],
  ['\\\\host\\x', 'its own machine'],
  ['V1:x', 'scheme'],
  ['https:x', 'scheme'],
])('%j is not: it %s', (path, said) => expect(notServed(path)).toContain(said));

describe('a version with a file that its server lists and cannot hand out', () => {
  test.each([
    ['weights#1.bin', 'weights#1.bin', 'refuses a # in a path'],
    ['a%20b.txt', 'a%20b.txt', 'decodes percent signs'],
    ['a%252e.txt', 'a%252e.txt', 'decodes percent signs'],
    ['line\nbreak.txt', 'line\\nbreak.txt', 'control characters'],
  ])('%j: the listing ends with its name and the limit, and no file is read', async (path, shown, said) => {
    const server = await startFileServer({
      store: 'disk',
      // What the server would send for the encoded name: the file of another one.
      files: { [path]: Buffer.from('right'), 'a b.txt': Buffer.from('wrong') },
    });
    const { http } = await clientOf(server.url);
    const { outcome, message } = await refusal(
      Promise.resolve(serverSource(http, { catalog: '', schema: '', model: 'fraud' }, 1).list()),
    );
    expect(outcome).toBe('unsupported');
    expect(message).toContain(`lists ${shown} but cannot serve it: it `);
    expect(message).toContain(said);
    expect(server.requests).toEqual([]);
  });
});
