import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { z } from 'zod';
import { PIPES } from './pipes.ts';

// The least that a copy of one file can be: GET into PUT, by the client that we use, nothing read back or recorded.
const [kind = '', report = '', host = '', token = '', source = '', destination = ''] = process.argv.slice(2);
const startedAt = performance.now();
const through = PIPES[kind];
if (through === undefined) throw new Error(`There is no pipe ${kind}.`);
const authorization = `Bearer ${token}`;

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** Sends a request to the workspace, and refuses any response but a success. */
async function call(method: 'GET' | 'POST' | 'PUT', path: string, sent?: Sent) {
  const response = await request(`${host}${path}`, {
    method,
    headers: { authorization, ...sent?.headers },
    body: sent?.body ?? null,
  });
  if (response.statusCode >= 300) throw new Error(`${method} ${path}: HTTP ${response.statusCode}`);
  return response;
}

const created = await call('POST', '/api/2.0/mlflow/unity-catalog/model-versions/create', {
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ name: destination, source, feature_deps: '' }),
});
const { model_version: row } = z
  .object({ model_version: z.object({ version: z.string() }) })
  .parse(await created.body.json());
const fileOf = (parts: readonly string[]) => `/api/2.0/fs/files/Models/${parts.join('/')}/weights.bin`;
const read = await call('GET', fileOf(source.replace('models:/', '').split(/[./]/u)));
const written = await call('PUT', `${fileOf([...destination.split('.'), row.version])}?overwrite=true`, {
  headers: {
    'content-type': 'application/octet-stream',
    'content-length': String(read.headers['content-length']),
  },
  body: Readable.from(through(read.body as AsyncIterable<Uint8Array>), { objectMode: false }),
});
await written.body.dump();
const { user, system } = process.cpuUsage();
writeFileSync(
  report,
  JSON.stringify({
    insideMs: Math.round(performance.now() - startedAt),
    cpuMs: Math.round((user + system) / 1000),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    ok: true,
  }),
);
process.exit(0);
