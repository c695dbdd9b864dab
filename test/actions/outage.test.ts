import { createServer, type AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../../emulator/index.ts';
import { selfSigned } from '../http/certificate.ts';
import { CASES, type ActionCase } from './action-cases.ts';
import { TOKENS, type ActionRun } from './harness.ts';
import { faultsOf, runCase } from './run-case.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const HAPPY = CASES.filter((each) => each.outcome === 'ok');

function expectUntouched(seen: ActionRun, outcome: string): void {
  expect(seen.outputs['outcome'], seen.report.verdict).toBe(outcome);
  expect(seen.outputs).toMatchObject({ changed: 'false', 'would-change': 'false' });
  expect([seen.exitCode, seen.after]).toEqual([1, seen.before]);
  expect(seen.annotations[0]?.level).toBe('error');
}

async function listen(server: {
  listen: (port: number, host: string, done: () => void) => unknown;
  address: () => unknown;
}) {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** What answers in the place of a registry, and what the message then says. */
const STRANGERS: readonly (readonly [string, Fault, RegExp])[] = [
  ['an HTML login page', { kind: 'html-login' }, /is an HTML page titled "Sign in", not JSON/u],
  [
    'a redirect',
    { kind: 'redirect', location: 'https://login.example.com/' },
    /a redirect, which is not followed/u,
  ],
  ['text that is no JSON', { kind: 'not-json' }, /is not JSON|lacks a required field/u],
  [
    'JSON that is no object',
    { kind: 'not-json', body: '[]' },
    /lacks a required field|does not identify the caller/u,
  ],
  ['an outage', { kind: 'status', status: 503 }, /TEMPORARILY_UNAVAILABLE/u],
  ['a connection that drops', { kind: 'drop', when: 'before' }, /No response from the host/u],
  ['a rate limit without end', { kind: 'retry-after-seconds', seconds: 120 }, /REQUEST_LIMIT_EXCEEDED/u],
];

for (const each of HAPPY) {
  describe(each.title, () => {
    for (const [title, kind, message] of STRANGERS) {
      test(`${title} in the place of every answer: unavailable`, async () => {
        const seen = await runCase(each, {
          prepare: ({ faults }) => faults.add({ times: ALWAYS, kind }),
        });
        expectUntouched(seen, 'unavailable');
        expect(`${seen.report.error?.message ?? ''} ${JSON.stringify(seen.report.sections)}`).toMatch(
          message,
        );
        expect(seen.annotations[0]?.message.split('\n')[1]).toBeTruthy();
      });
    }

    test('a closed port: unavailable', async () => {
      const server = createServer();
      const port = await listen(server);
      await new Promise((resolve) => server.close(resolve));
      expectUntouched(await runCase(each, { run: { host: `http://127.0.0.1:${port}` } }), 'unavailable');
    });

    test('a server with a certificate of its own: unavailable, and it sees no request', async () => {
      const visits: string[] = [];
      const server = createTlsServer(selfSigned(), (request) => void visits.push(request.url ?? ''));
      const port = await listen(server);
      onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
      const seen = await runCase(each, { run: { host: `https://127.0.0.1:${port}` } });
      expectUntouched(seen, 'unavailable');
      expect(`${seen.report.error?.message ?? ''}${JSON.stringify(seen.report.sections)}`).toContain(
        'TLS certificate',
      );
      expect(visits).toEqual([]);
    });

    test('a token that is wrong: denied', async () => {
      const seen = await runCase(each, { run: { token: 'dapi-not-a-token' } });
      expectUntouched(seen, 'denied');
      expect(seen.report.error?.fix).toBe(
        'Check that the token (DATABRICKS_TOKEN) belongs to this host and has not expired.',
      );
    });

    for (const badTokenStatus of [401, 403] as const) {
      test(`a token that has expired, told by ${badTokenStatus}: denied`, async () => {
        const seen = await runCase(each, {
          emulator: { switches: { badTokenStatus } },
          prepare: ({ metastore }) => metastore.expireToken(TOKENS.promoter),
        });
        expectUntouched(seen, 'denied');
      });
    }
  });
}

/** What one request may meet without consequence. */
const PASSING: readonly (readonly [string, Fault])[] = [
  ['503', { kind: 'status', status: 503 }],
  ['429', { kind: 'retry-after-seconds', seconds: 2 }],
  ['a lost answer', { kind: 'drop', when: 'after' }],
];

/** What one request may meet that must be noticed. */
const STRANGE: readonly (readonly [string, Fault])[] = [
  ['a login page', { kind: 'html-login' }],
  ['403', { kind: 'status', status: 403 }],
  ['400', { kind: 'status', status: 400, errorCode: 'BAD_REQUEST' }],
];

/** Runs of more requests than this are struck at every third one only, each kind of fault at others. */
const MANY = 20;

/** The numbers of the requests that are struck, one a run. */
async function strikesOf(each: ActionCase, kind: number): Promise<number[]> {
  const count = (await runCase(each)).records.length;
  const all = Array.from({ length: count }, (_, index) => index + 1);
  return count > MANY ? all.filter((at) => at % 3 === kind % 3) : all;
}

for (const each of HAPPY) {
  describe(`${each.title}, and one request meets`, () => {
    for (const [index, [title, kind]] of PASSING.entries()) {
      test(`${title}: it goes on to the same end, whichever request it is`, async () => {
        for (const at of await strikesOf(each, index)) {
          const seen = await runCase(each, { prepare: ({ faults }) => faults.add({ at, kind }) });
          const faults = faultsOf(each, seen, false);
          expect(faults, `request ${at}: ${faults.join('; ')}`).toEqual([]);
        }
      });
    }

    for (const [index, [title, kind]] of STRANGE.entries()) {
      test(`${title}: no success that is none, and no change unsaid, whichever request it is`, async () => {
        for (const at of await strikesOf(each, index)) {
          const seen = await runCase(each, { prepare: ({ faults }) => faults.add({ at, kind }) });
          const isRejected = seen.report.error?.serverCode === 'BAD_REQUEST';
          const faults = isRejected ? [] : faultsOf(each, seen, true);
          expect(faults, `request ${at}: ${faults.join('; ')}`).toEqual([]);
        }
      });
    }
  });
}
