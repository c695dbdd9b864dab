import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { filesApiSource } from '../../../src/registry/databricks/files/open.ts';
import { hashFiles } from '../../../src/transfer/read-files.ts';
import { BufferWindow } from '../../../src/transfer/window.ts';
import { clientOf, refusal, serve } from '../../http/client-bench.ts';

const MIB = 1024 * 1024;
const BYTES = randomBytes(51 * MIB);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const NAME = { catalog: 'prod', schema: 'ml', model: 'fraud' };

/** What a store does otherwise than Amazon's. */
interface Oddity {
  /** Status of a response with a part of a file; rclone's S3 server says 200. */
  readonly partStatus?: 200 | 206;
  /** Compares dates with its own milliseconds, as S3Proxy does: nothing is unmodified since its own `Last-Modified`. */
  readonly hasMilliseconds?: boolean;
  /** No ETag, or a weak one. */
  readonly etag?: '' | `W/"${string}"`;
  /** The file is written again after so many responses. */
  readonly rewrittenAfter?: number;
}

const WRITTEN = Date.parse('2026-11-01T10:00:00.250Z');

/** A workspace that signs URLs for such a store, and what the store was asked. */
async function startStore({ partStatus = 206, hasMilliseconds = false, etag, rewrittenAfter }: Oddity) {
  const seen: IncomingHttpHeaders[] = [];
  let sent = 0;
  const url = await serve((request, response) => {
    const json = (body: unknown) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/api/2.0/fs/directories'))
      return json({
        contents: [
          { path: '/Models/prod/ml/fraud/1/model.bin', is_directory: false, file_size: BYTES.length },
        ],
      });
    if (pathname === '/api/2.0/fs/create-download-url') return json({ url: `${url}/object`, headers: [] });
    if (pathname !== '/object') return void response.writeHead(500).end();
    seen.push(request.headers);
    const isNew = rewrittenAfter !== undefined && seen.length > rewrittenAfter;
    const own = etag ?? (isNew ? '"second"' : '"first"');
    const modified = WRITTEN + (isNew ? 3_600_000 : 0);
    const { 'if-match': match, 'if-unmodified-since': since, range } = request.headers;
    const isOther = match !== undefined && match !== own;
    const limit = Date.parse(since ?? '');
    const isNewer =
      match === undefined && (hasMilliseconds ? modified : Math.floor(modified / 1000) * 1000) > limit;
    if (isOther || isNewer) return void response.writeHead(412).end();
    const [, from = '0', to = String(BYTES.length - 1)] = /^bytes=(\d+)-(\d+)$/u.exec(range ?? '') ?? [];
    const body = BYTES.subarray(Number(from), Number(to) + 1);
    sent += body.length;
    response.writeHead(range === undefined ? 200 : partStatus, {
      'content-length': body.length,
      'last-modified': new Date(modified).toUTCString(),
      ...(own === '' ? {} : { etag: own }),
      ...(range === undefined ? {} : { 'content-range': `bytes ${from}-${to}/${BYTES.length}` }),
    });
    response.end(body);
  });
  const { http } = await clientOf(url);
  const source = filesApiSource(http, NAME, 1, {});
  const hashing = async () =>
    hashFiles(await source.list(), source, {
      window: new BufferWindow(),
      refuseWhenCancelled: () => undefined,
    });
  return { hashing, seen, sent: () => sent };
}

describe('a file of 51 MiB, in ranges', () => {
  test.each<[string, Oddity]>([
    ['responds to ranges with 200 and Content-Range', { partStatus: 200 }],
    ['keeps milliseconds', { hasMilliseconds: true }],
    ['does both', { partStatus: 200, hasMilliseconds: true }],
    ['has no ETag', { etag: '' }],
    ['has a weak ETag', { etag: 'W/"weak"' }],
  ])('of a store that %s: every byte is read once', async (_how, oddity) => {
    const { hashing, sent, seen } = await startStore(oddity);
    expect(await hashing()).toMatchObject([{ path: 'model.bin', sha256: SHA256 }]);
    expect(sent()).toBe(BYTES.length);
    expect(seen.length).toBeGreaterThan(20);
  });

  test('later ranges are asked for by the ETag, and by the date where there is none that proves anything', async () => {
    const strong = await startStore({});
    await strong.hashing();
    const later = strong.seen.filter((headers) => headers['if-match'] !== undefined);
    expect(later.length).toBeGreaterThan(10);
    expect(later.every((headers) => headers['if-match'] === '"first"')).toBe(true);
    expect(strong.seen.every((headers) => headers['if-unmodified-since'] === undefined)).toBe(true);
    for (const etag of ['', 'W/"weak"'] as const) {
      const { hashing, seen } = await startStore({ etag });
      await hashing();
      expect(seen.some((headers) => headers['if-unmodified-since'] !== undefined)).toBe(true);
      expect(seen.every((headers) => headers['if-match'] === undefined)).toBe(true);
    }
  });

  test.each<[string, Oddity]>([
    ['by its ETag', {}],
    ['by its date', { etag: '' }],
    ['with parts as 200', { partStatus: 200 }],
  ])('one that is written again meanwhile is still found out, %s', async (_how, oddity) => {
    const { hashing } = await startStore({ ...oddity, rewrittenAfter: 3 });
    expect(await refusal(hashing())).toMatchObject({ code: 'verification' });
  });
});
