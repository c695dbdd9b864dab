import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Emulator } from '../../emulator/index.ts';
import { selfSigned } from '../http/certificate.ts';

/** A server certificate, and the file that makes it trusted. */
export interface Authority {
  readonly key: string;
  readonly cert: string;
  readonly trust: string;
}

/** An authority made on the spot, by openssl where there is one; else a certificate that vouches for itself. */
export function privateAuthority(): Authority {
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
export async function behindTls(
  emulator: Emulator,
  authority: Authority,
): Promise<{ url: string; visits: string[] }> {
  const visits: string[] = [];
  const server = createTlsServer(authority, (incoming, response) => {
    visits.push(incoming.url ?? '');
    const { method, headers, url } = incoming;
    const inner = httpRequest(`${emulator.url}${url ?? ''}`, { method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(response);
    });
    incoming.pipe(inner);
  });
  const port = await listen(server);
  onTestFinished(() => server.closeAllConnections());
  return { url: `https://127.0.0.1:${port}`, visits };
}

/** A forward proxy that asks for a password; it notes each CONNECT. */
export async function forwardProxy(password: string): Promise<{ port: number; connects: string[] }> {
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
