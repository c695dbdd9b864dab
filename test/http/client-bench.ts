import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/index.ts';
import { PromoteError, type ErrorDetails } from '../../src/domain/errors.ts';
import { HttpClient } from '../../src/http/client.ts';
import type { HttpClientOptions } from '../../src/http/client-options.ts';
import type { HttpRequest } from '../../src/http/request.ts';
import { openTransport } from '../../src/http/transport.ts';
import { fakeClock } from '../actions/recording-runner.ts';

/** A read that the demo's promoter may make, and what it gives. */
export const MODEL: HttpRequest = {
  method: 'GET',
  template: '/api/2.1/unity-catalog/models/{name}',
  params: { name: 'prod.ml_team.fraud_detection' },
  retry: 'safe',
};

/** Template of {@link MODEL} in the emulator's words. */
export const MODEL_ROUTE = '/api/2.1/unity-catalog/models/{full_name}';

/** Sets a tag: a write of an absolute value, so one that may be sent again. */
export const TAG: HttpRequest = {
  method: 'POST',
  template: '/api/2.0/mlflow/unity-catalog/model-versions/set-tag',
  json: { name: 'prod.ml_team.fraud_detection', version: '1', key: 'k', value: 'v' },
  retry: 'safe',
};

/** Creates a version: a write that must not happen twice. */
export const CREATE: HttpRequest = {
  method: 'POST',
  template: '/api/2.0/mlflow/unity-catalog/model-versions/create',
  json: { name: 'prod.ml_team.fraud_detection', source: 'models:/staging.ml_team.fraud_detection/1' },
  retry: 'if-unprocessed',
};

/** The real client, with a clock that does not wait, and what it did. */
export interface Bench {
  readonly http: HttpClient;
  /** Milliseconds of each sleep. */
  readonly slept: readonly number[];
  readonly log: readonly string[];
}

/** A client over real connections; they end when the test ends. */
export async function clientOf(host: string, options: Partial<HttpClientOptions> = {}): Promise<Bench> {
  const { transport, close } = await openTransport({});
  onTestFinished(close);
  const slept: number[] = [];
  const log: string[] = [];
  const note = (text: string) => void log.push(text);
  const http = new HttpClient({
    host,
    transport,
    authorizer: { headers: async () => ({ authorization: 'Bearer emulator-promoter' }) },
    userAgent: 'uc-promote/test',
    clock: fakeClock(slept),
    random: () => 0.5,
    log: { info: note, debug: note, warning: note },
    ...options,
  });
  return { http, slept, log };
}

/** An emulator with the demo's world, and a client of it. */
export async function bench(
  options: Partial<HttpClientOptions> = {},
  emulatorOptions: EmulatorOptions = {},
): Promise<Bench & { readonly emulator: Emulator }> {
  const emulator = await startEmulator({ seed: 'demo', ...emulatorOptions });
  onTestFinished(() => emulator.close());
  return { emulator, ...(await clientOf(emulator.url, options)) };
}

/** A server of its own for what no registry would do; answers its address. It closes when the test ends. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a promise was refused with: the sentence and its facts. Throws when it was not refused. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<ErrorDetails & { readonly message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof PromoteError) return { message: error.message, ...error.details };
    throw error;
  }
  throw new Error('It was not refused.');
}

/** How often the emulator saw a method and template. */
export function countOf(emulator: Emulator, method: string, template: string): number {
  return emulator.requests.filter((seen) => seen.method === method && seen.template === template).length;
}
