import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTransport } from '../../src/http/transport.ts';
import { clientOf, CREATE, MODEL, refusal, serve, TAG, type Bench } from './client-bench.ts';

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A proxy that responds to every CONNECT by these bytes; it counts them. */
async function proxyThatSays(text: string): Promise<{ port: number; connects: string[] }> {
  const connects: string[] = [];
  const server = createServer((_request, response) => response.writeHead(501).end());
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    connects.push(request.url ?? '');
    socket.on('error', () => socket.destroy());
    if (text === '') socket.destroy();
    else socket.end(text);
  });
  return { port: await listen(server), connects };
}

async function through(variables: Readonly<Record<string, string>>, host = 'https://workspace.example') {
  const { transport, close } = await openTransport(variables, {
    connect: 2_000,
    headers: 5_000,
    body: 5_000,
    text: 5_000,
  });
  onTestFinished(close);
  return clientOf(host, { transport });
}

const refusedBy = async (bench: Bench, request = MODEL) => {
  const error = await refusal(bench.http.json(request));
  return { ...error, tries: bench.slept.length + 1 };
};

describe('a proxy that refuses a tunnel', () => {
  test.each([
    [
      407,
      'requires a user name and password, or did not accept them (HTTP 407)',
      'user:password@name:port',
      1,
    ],
    [403, 'does not allow this host (HTTP 403)', 'Have the proxy allow the host', 1],
    [405, 'could not reach the host (HTTP 405)', 'Check the host', 1],
    [502, 'could not reach the host (HTTP 502)', 'Check the host', 4],
    [503, 'could not reach the host (HTTP 503)', 'Check the host', 4],
  ] as const)('%i: named, with its status and what to set', async (status, said, fix, tries) => {
    const { port, connects } = await proxyThatSays(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const error = await refusedBy(await through({ HTTPS_PROXY: `http://ada:s3cr3t@127.0.0.1:${port}` }));
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'unavailable', tries });
    expect(error.message).toContain(`The proxy in HTTPS_PROXY ${said} at GET /api`);
    expect(error.fix).toContain(fix);
    expect(error.fix).toContain('NO_PROXY');
    expect(JSON.stringify([error.message, error.fix])).not.toMatch(/UND_ERR|certificate|s3cr3t/u);
    expect(connects).toHaveLength(tries);
  });

  test('the variable that counts is the one that is named; a write was certainly not sent', async () => {
    const { port } = await proxyThatSays('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n');
    const bench = await through({
      https_proxy: `http://127.0.0.1:${port}`,
      HTTPS_PROXY: 'http://127.0.0.1:9',
    });
    const error = await refusedBy(bench, { ...TAG, retry: 'never' });
    expect(error).toMatchObject({ unprocessed: 'not-sent', tries: 1 });
    expect(error.message).toContain('The proxy in https_proxy could not reach the host');
    const again = await refusedBy(await through({ https_proxy: `http://127.0.0.1:${port}` }), CREATE);
    expect(again.tries).toBe(4);
  });

  test('one that ends the connection instead', async () => {
    const { port } = await proxyThatSays('');
    const error = await refusedBy(await through({ HTTPS_PROXY: `http://127.0.0.1:${port}` }));
    expect(error.message).toContain('No response from the proxy in HTTPS_PROXY (');
  });

  test('where nothing is tunnelled too: 407', async () => {
    const port = await listen(
      createServer((_request, response) => response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end()),
    );
    const error = await refusedBy(
      await through({ http_proxy: `http://127.0.0.1:${port}` }, 'http://host.example'),
    );
    expect(error.message).toContain('The proxy in http_proxy requires a user name and password');
    expect(error.tries).toBe(1);
  });
});

test('a proxy where nobody listens', async () => {
  const error = await refusedBy(await through({ HTTPS_PROXY: 'http://127.0.0.1:9' }));
  expect(error.message).toContain('No response from the proxy in HTTPS_PROXY (ECONNREFUSED) at GET /api');
  expect(error.fix).toContain('Check the name and port in HTTPS_PROXY');
});

test('https:// before a proxy that speaks plain HTTP: the variable, and no certificate of the host', async () => {
  const { port } = await proxyThatSays('HTTP/1.1 200 OK\r\n\r\n');
  const error = await refusedBy(await through({ HTTPS_PROXY: `https://127.0.0.1:${port}` }));
  expect(error.message).toMatch(/^The TLS connection to the proxy in HTTPS_PROXY failed \(\w+\) at /u);
  expect(error.fix).toContain('write http:// for them');
  expect(error.message).not.toContain('certificate of the host');
});

test.each([
  ['HTTP', () => serve((_request, response) => response.end('{}'))],
  [
    'something else',
    async () => {
      const server = createTcpServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.end('220 mail.example ESMTP\r\n');
      });
      return `http://127.0.0.1:${await listen(server)}`;
    },
  ],
])('a host that speaks plain %s at an https:// address', async (_what, start) => {
  const url = (await start()).replace('http://', 'https://');
  const error = await refusedBy(await through({}, url));
  expect(error.message).toMatch(/^The host does not speak TLS \(\w+\) at GET /u);
  expect(error.fix).toContain('Usually the server speaks plain HTTP on this port');
  expect([error.outcome, error.tries]).toEqual(['unavailable', 1]);
});

test('HTTP_PROXY is for http:// addresses, HTTPS_PROXY for https:// ones, and NO_PROXY for both', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.end('{}');
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    seen.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n');
  });
  const proxy = `http://127.0.0.1:${await listen(server)}`;
  const host = await serve((_request, response) => response.end('{}'));
  const tls = host.replace('http://', 'https://');
  const ask = async (variables: Record<string, string>, url: string) => {
    const { http } = await through(variables, url);
    await http.json(MODEL).catch(() => undefined);
    return seen.splice(0).map((line) => line.split(' ')[0]);
  };
  expect(await ask({ HTTP_PROXY: proxy }, tls)).toEqual([]);
  expect(await ask({ HTTPS_PROXY: proxy }, tls)).toEqual(['CONNECT']);
  expect(await ask({ HTTPS_PROXY: proxy }, host)).toEqual([]);
  expect(await ask({ HTTP_PROXY: proxy }, host)).toEqual(['GET']);
  expect(await ask({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1' }, host)).toEqual([]);
  expect(await ask({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1' }, tls)).toEqual([]);
});
