import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { serverSource } from '../../../src/registry/mlflow/files.ts';
import { hashFiles } from '../../../src/transfer/read-files.ts';
import { BufferWindow } from '../../../src/transfer/window.ts';
import { clientOf, refusal } from '../../http/client-bench.ts';
import { startFileServer, type FileServerOptions } from './file-server.ts';

const MIB = 1024 * 1024;
const NAME = { catalog: '', schema: '', model: 'fraud' };
const LARGE = randomBytes(60 * MIB);
const MEDIUM = randomBytes(3 * MIB);

async function read(options: FileServerOptions) {
  const server = await startFileServer(options);
  const { http } = await clientOf(server.url);
  const source = serverSource(http, NAME, 1);
  const hashing = async () =>
    hashFiles(await source.list(), source, {
      window: new BufferWindow(),
      refuseWhenCancelled: () => undefined,
    });
  return { server, hashing };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test.each([
  ['fetched', 60 * MIB],
  ['fetched whole', 60 * MIB],
  ['disk', 0],
] as const)('60 MiB of a server that has its files %s: one request, one fetch', async (store, bytes) => {
  const { server, hashing } = await read({ store, files: { 'model.bin': LARGE } });
  expect(await hashing()).toMatchObject([{ path: 'model.bin', sha256: sha256(LARGE) }]);
  expect(server.requests).toEqual(['whole']);
  expect([server.fetched(), server.sent()]).toEqual([bytes, 60 * MIB]);
});

test.each(['fetched', 'fetched whole'] as const)(
  'a break is taken up once where files are %s, by a second fetch, and no more',
  async (store) => {
    const files = { 'model.bin': MEDIUM };
    const once = await read({ store, files, breaks: 1 });
    expect(await once.hashing()).toMatchObject([{ sha256: sha256(MEDIUM) }]);
    expect(once.server.requests).toEqual(['whole', expect.stringMatching(/^bytes=\d+-$/u)]);
    expect(once.server.fetched()).toBe(2 * MEDIUM.length);

    const often = await read({ store, files, breaks: 9 });
    const { outcome, message } = await refusal(often.hashing());
    expect(outcome).toBe('unavailable');
    expect(message).toContain('interrupted model.bin 2 times; it fetches the whole file');
    expect(often.server.fetched()).toBe(2 * MEDIUM.length);
  },
);

test.each([206, 200] as const)(
  'breaks are taken up as often as something arrives where ranges are known to be cheap, parts as %i',
  async (partStatus) => {
    const files = { 'model.bin': MEDIUM };
    const { server, hashing } = await read({ store: 'disk', files, breaks: 5, partStatus });
    expect(await hashing()).toMatchObject([{ sha256: sha256(MEDIUM) }]);
    expect(server.requests).toHaveLength(6);
    expect(server.sent()).toBeLessThan(MEDIUM.length * 1.1);
  },
);

test('a request that is not answered may have been a fetch: it is sent twice, not four times', async () => {
  const files = { 'model.bin': MEDIUM };
  const { server, hashing } = await read({ store: 'fetched', files, silent: 9 });
  expect(await refusal(hashing())).toMatchObject({ outcome: 'unavailable' });
  expect(server.requests).toEqual(['whole', 'whole']);
  expect(server.fetched()).toBe(2 * MEDIUM.length);
});
