import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { world } from '../actions/harness.ts';
import { PROMOTER } from '../actions/worlds.ts';
import { selfSigned } from '../http/certificate.ts';
import { startStep, type EndedStep } from '../runtime/step.ts';

/** A server certificate, and the file that makes it trusted. */
interface Authority {
  readonly key: string;
  readonly cert: string;
  readonly trust: string;
}

/** An authority made on the spot, by openssl where there is one; else a certificate that vouches for itself. */
function privateAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-ca-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '1',
      '-subj',
      '/CN=private CA',
    );
    openssl('req', ...newKey, '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=workspace');
    writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    const sign = [
      'x509',
      '-req',
      '-in',
      'request.pem',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
    ];
    openssl(...sign, '-out', 'cert.pem', '-days', '1', '-extfile', 'names');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const own = selfSigned();
    writeFileSync(at('key.pem'), own.key);
    writeFileSync(at('cert.pem'), own.cert);
    writeFileSync(at('ca.pem'), own.cert);
  }
  const read = (name: string) => readFileSync(at(name), 'utf8');
  return { key: read('key.pem'), cert: read('cert.pem'), trust: at('ca.pem') };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** The emulator behind TLS; answers its address and how many requests came through. */
async function behindTls(
  emulator: Emulator,
  authority: Authority,
): Promise<{ url: string; visits: string[] }> {
  const visits: string[] = [];
  const server = createTlsServer(authority, (incoming, response) => {
    visits.push(incoming.url ?? '');
    const { method, headers, url } = incoming;
    const inner = httpRequest(`${emulator.url}${url ?? ''}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(inner);
  });
  const port = await listen(server);
  onTestFinished(() => server.closeAllConnections());
  return { url: `https://127.0.0.1:${port}`, visits };
}

/** A forward proxy that asks for a password; it notes each CONNECT. */
async function forwardProxy(password: string): Promise<{ port: number; connects: string[] }> {
  const connects: string[] = [];
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connect', (request, socket) => {
    const given = Buffer.from(request.headers['proxy-authorization']?.replace('Basic ', '') ?? '', 'base64');
    const allowed = given.toString('utf8') === `ada:${password}`;
    connects.push(`${request.url} ${allowed ? 'allowed' : 'refused'}`);
    if (!allowed) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const [name = '', port = ''] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), name, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    const end = () => {
      upstream.destroy();
      socket.destroy();
    };
    upstream.on('error', end);
    socket.on('error', end);
    socket.on('close', end);
  });
  return { port: await listen(server), connects };
}

async function check(emulator: Emulator, variables: Record<string, string>): Promise<EndedStep> {
  return (await startStep(emulator, 'check-connection', { registry: 'databricks' }, variables)).end();
}

test('a private authority that NODE_EXTRA_CA_CERTS names is trusted', async () => {
  const { emulator } = await world();
  const authority = privateAuthority();
  const { url } = await behindTls(emulator, authority);
  const seen = await check(emulator, { DATABRICKS_HOST: url, NODE_EXTRA_CA_CERTS: authority.trust });
  expect(seen.outputs).toMatchObject({ outcome: 'ok', principal: PROMOTER });
  expect(seen.printed).toContain('NODE_EXTRA_CA_CERTS');
});

test('without it the server is refused, before it hears anything, with the way out', async () => {
  const { emulator } = await world();
  const { url, visits } = await behindTls(emulator, privateAuthority());
  const proxy = await forwardProxy('x');
  const through = { HTTPS_PROXY: `http://ada:x@127.0.0.1:${proxy.port}` };
  const [plain, insecure, proxied] = await Promise.all([
    check(emulator, { DATABRICKS_HOST: url }),
    check(emulator, { DATABRICKS_HOST: url, NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    check(emulator, { DATABRICKS_HOST: url, NODE_TLS_REJECT_UNAUTHORIZED: '0', ...through }),
  ]);
  const outcomes = [plain, insecure, proxied].map(({ outputs }) => outputs['outcome']);
  expect([outcomes, visits]).toEqual([['unavailable', 'unavailable', 'unavailable'], []]);
  expect(plain.printed).toContain('name its file in NODE_EXTRA_CA_CERTS of the runner');
});

test('a forward proxy with a password is gone through, and the password is never printed', async () => {
  const { emulator } = await world();
  const authority = privateAuthority();
  const { url } = await behindTls(emulator, authority);
  const proxy = await forwardProxy('pass-of-the-proxy');
  const seen = await check(emulator, {
    DATABRICKS_HOST: url,
    NODE_EXTRA_CA_CERTS: authority.trust,
    HTTPS_PROXY: `http://ada:pass-of-the-proxy@127.0.0.1:${proxy.port}`,
    RUNNER_DEBUG: '1',
  });
  expect(seen.outputs).toMatchObject({ outcome: 'ok' });
  expect(new Set(proxy.connects)).toEqual(new Set([`${url.replace('https://', '')} allowed`]));
  expect(seen.printed + seen.summary).not.toContain('pass-of-the-proxy');
  expect(seen.printed).toContain('HTTPS_PROXY');
});

test('a proxy may be named without a scheme; what is no address is told by its variable alone', async () => {
  const { emulator } = await world();
  const authority = privateAuthority();
  const { url } = await behindTls(emulator, authority);
  const proxy = await forwardProxy('x');
  const trusted = { DATABRICKS_HOST: url, NODE_EXTRA_CA_CERTS: authority.trust };
  const [plain, wrong] = await Promise.all([
    check(emulator, { ...trusted, HTTPS_PROXY: `ada:x@127.0.0.1:${proxy.port}` }),
    check(emulator, { ...trusted, HTTPS_PROXY: 'ada:pass-of-the-proxy@proxy.corp:port' }),
  ]);
  expect(plain.outputs['outcome']).toBe('ok');
  expect(proxy.connects.length).toBeGreaterThan(0);
  expect(wrong.outputs['outcome']).toBe('invalid');
  expect(wrong.printed).toContain('HTTPS_PROXY: it is no address of a proxy');
  expect(wrong.printed + wrong.summary).not.toMatch(/pass-of-the-proxy|proxy\.corp/u);
});

test('NO_PROXY goes past it', async () => {
  const { emulator } = await world();
  const authority = privateAuthority();
  const { url } = await behindTls(emulator, authority);
  const proxy = await forwardProxy('x');
  const seen = await check(emulator, {
    DATABRICKS_HOST: url,
    NODE_EXTRA_CA_CERTS: authority.trust,
    HTTPS_PROXY: `http://ada:x@127.0.0.1:${proxy.port}`,
    NO_PROXY: 'localhost,127.0.0.1',
  });
  expect([seen.outputs['outcome'], proxy.connects]).toEqual(['ok', []]);
});

test('a proxy that refuses: unavailable, and what to check', async () => {
  const { emulator } = await world();
  const proxy = await forwardProxy('right');
  const seen = await check(emulator, {
    DATABRICKS_HOST: 'https://127.0.0.1:9',
    HTTPS_PROXY: `http://ada:wrong@127.0.0.1:${proxy.port}`,
  });
  expect(seen.outputs['outcome']).toBe('unavailable');
  expect(seen.printed).toContain('HTTPS_PROXY, NO_PROXY');
  expect(seen.printed).not.toContain('wrong');
}, 20_000);

test('the debug log has method, template, status and duration; no token, no query of a signed URL', async () => {
  const { emulator } = await world();
  const secret = emulator.metastore.addSecret(PROMOTER);
  const seen = await check(emulator, {
    DATABRICKS_TOKEN: '',
    DATABRICKS_CLIENT_ID: PROMOTER,
    DATABRICKS_CLIENT_SECRET: secret,
    RUNNER_DEBUG: '1',
  });
  expect(seen.printed).toMatch(/^::debug::POST \/oidc\/v1\/token 200 .*\d+ ms$/mu);
  expect(seen.printed).toMatch(/^::debug::GET \/api\/2\.0\/preview\/scim\/v2\/Me 200 .*\d+ ms$/mu);
  const unmasked = seen.printed.replace(/^::add-mask::.*$/gmu, '');
  expect(unmasked).not.toMatch(/emulator-oauth|dose-|Bearer|Basic/u);
  expect(seen.printed).toMatch(/^::add-mask::emulator-oauth-/mu);
});
