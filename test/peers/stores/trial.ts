import { createHash, randomBytes } from 'node:crypto';
import { HttpClient } from '../../../src/http/client.ts';
import { openTransport } from '../../../src/http/transport.ts';
import { RenewedCredentials, type StorageSecret } from '../../../src/storage/credentials.ts';
import type { StorageEndpoints } from '../../../src/storage/endpoints.ts';
import type { ObjectStore } from '../../../src/storage/object-store.ts';
import { openStore } from '../../../src/storage/open-store.ts';
import { parseLocation } from '../../../src/storage/place.ts';
import { RouteRefused } from '../../../src/transfer/route.ts';
import { Part, partsOf } from '../../../src/transfer/part.ts';
import type { PartWriter } from '../../../src/transfer/port.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { same } from '../harness/outcome.ts';

/** A file of three parts, the last of them short. */
const FILE = { path: "data/we'ights +1 (ä).bin", size: 2 * 5 * 1024 * 1024 + 4321 };

const bytes = randomBytes(FILE.size);

/** Our client of one store, on a server of somebody else's. */
export interface Trial {
  readonly location: string;
  readonly endpoints: StorageEndpoints;
  readonly secret: StorageSecret;
}

/** The sha256 of the file that {@link sendAndRead} leaves at its path. */
export const FILE_SHA256 = createHash('sha256').update(bytes).digest('hex');

/** Where the file lies below the folder of a location. */
export const FILE_PATH = FILE.path;

async function open<T>(trial: Trial, use: (store: ObjectStore) => Promise<T>): Promise<T> {
  const { transport, close } = await openTransport({});
  const quiet = { info: () => {}, debug: () => {}, warning: () => {} };
  const http = new HttpClient({
    host: 'http://127.0.0.1:9',
    transport,
    authorizer: { headers: async () => ({}) },
    userAgent: 'peer test',
    clock: systemClock,
    random: Math.random,
    log: quiet,
  });
  const { secret, endpoints } = trial;
  const freshUntil = Number.POSITIVE_INFINITY;
  const credentials = new RenewedCredentials(http, async () => ({ secret, freshUntil }));
  try {
    return await use(await openStore({ http, place: parseLocation(trial.location), credentials, endpoints }));
  } finally {
    await close();
  }
}

async function send(writer: PartWriter, count = Number.POSITIVE_INFINITY): Promise<void> {
  for (const { length, ...place } of partsOf(FILE.size, writer.partSize).slice(0, count)) {
    const part = new Part(place, new Uint8Array(length));
    part.append(bytes.subarray(place.start, place.start + length));
    await writer.write(part);
  }
}

/** Writes the file in parts and reads it back in ranges: the same bytes. */
export function sendAndRead(trial: Trial): Promise<string> {
  return open(trial, async (store) => {
    const writer = await store.openParts(FILE);
    await send(writer);
    await writer.finish();
    const read: Uint8Array[] = [];
    for (const { start, length } of partsOf(FILE.size, 4_000_000)) {
      const response = await store.open(FILE.path, { start, end: start + length });
      same(response.status, 206, 'status of a range');
      for await (const chunk of response.stream) read.push(chunk);
    }
    same(Buffer.compare(Buffer.concat(read), bytes), 0, 'bytes read back');
    return `${FILE.size} bytes in ${partsOf(FILE.size, writer.partSize).length} parts`;
  });
}

/** Names that a list has to bring back as they were: what XML and URLs escape, and what encodings of names disagree on. */
const SMALL: Readonly<Record<string, Uint8Array>> = {
  MLmodel: Buffer.from('flavors: {}\n'),
  'empty.txt': new Uint8Array(),
  'odd/a+b & <c> "d" %41 é.txt': Buffer.from('odd'),
  'streamed.bin': bytes.subarray(0, 3_000_000),
};

/**
 * Writes small files, each in one request, in memory and streamed, and lists them beside the file that is there. Files
 * `without` which a server has to do are left out.
 */
export function putAndList(trial: Trial, without: readonly string[] = []): Promise<string> {
  const small = Object.entries(SMALL).filter(([path]) => !without.includes(path));
  return open(trial, async (store) => {
    for (const [path, content] of small) {
      const give = async () => (path === 'streamed.bin' ? streamOf(content) : content);
      await store.put({ path, size: content.length }, give);
      const response = await store.open(path, { start: 0 });
      const read: Uint8Array[] = [];
      for await (const chunk of response.stream) read.push(chunk);
      same(Buffer.compare(Buffer.concat(read), content), 0, `bytes of ${path}`);
    }
    const absent = await store.open('absent.txt', { start: 0 });
    await absent.discard();
    same(absent.status, 404, 'status of a file that is not there');
    const wanted = [FILE, ...small.map(([path, { length: size }]) => ({ path, size }))];
    const inOrder = (files: readonly { path: string; size: number }[]) =>
      files.map(({ path, size }) => `${path} ${size}`).sort();
    same(inOrder(await store.list()), inOrder(wanted), 'files');
    return `${wanted.length} files`;
  });
}

async function* streamOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}

/** Writes more files than a page has, and lists all of them. */
export function listInPages(trial: Trial, count: number): Promise<string> {
  return open(trial, async (store) => {
    const paths = Array.from({ length: count }, (_, index) => `many/${index}.txt`);
    for (let at = 0; at < count; at += 32) {
      await Promise.all(
        paths.slice(at, at + 32).map((path) => store.put({ path, size: 1 }, async () => Buffer.from('x'))),
      );
    }
    const found = (await store.list()).filter(({ path }) => path.startsWith('many/'));
    same(found.map(({ path }) => path).sort(), paths.sort(), 'files');
    return `${found.length} files`;
  });
}

/** Sends two parts and stops there; a second writer sends only the third, and the file is whole. */
export function goOnAfterEnd(trial: Trial): Promise<string> {
  return open(trial, async (store) => {
    await send(await store.openParts(FILE), 2);
    const writer = await store.openParts(FILE);
    await send(writer);
    await writer.finish();
    const there = /(\d+) bytes existed/u.exec(writer.choice.reason)?.[1];
    same(there, String(2 * writer.partSize), 'bytes that were there');
    const response = await store.open(FILE.path, { start: 0, end: FILE.size });
    const hash = createHash('sha256');
    for await (const chunk of response.stream) hash.update(chunk);
    same(hash.digest('hex'), FILE_SHA256, 'sha256');
    return `${there ?? ''} bytes not sent again`;
  });
}

/** What the store says to a read, or to a write, that it must refuse, with one of these statuses; throws when it takes it. */
export async function refusalOf(
  trial: Trial,
  what: 'read' | 'write',
  statuses = [400, 401, 403],
): Promise<string> {
  try {
    await open(trial, async (store) => {
      if (what === 'read') await (await store.open(FILE.path, { start: 0, end: 10 })).discard();
      else await send(await store.openParts(FILE), 1);
    });
  } catch (error) {
    if (!(error instanceof RouteRefused)) throw error;
    if (!statuses.some((status) => error.message.includes(`HTTP ${status}`))) throw error;
    return error.message;
  }
  throw new Error(`the ${what} was taken`);
}
