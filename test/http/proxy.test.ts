import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { PromoteError } from '../../src/domain/errors.ts';
import { causeCode } from '../../src/http/unanswered.ts';
import { proxiesOf } from '../../src/http/proxy.ts';
import { openTransport } from '../../src/http/transport.ts';

test.each([
  [{}, undefined],
  [{ HTTPS_PROXY: '', NO_PROXY: 'x' }, undefined],
  [{ HTTPS_PROXY: 'proxy.corp:3128' }, { httpsProxy: 'http://proxy.corp:3128' }],
  [{ HTTPS_PROXY: 'ada:pass@proxy.corp:3128' }, { httpsProxy: 'http://ada:pass@proxy.corp:3128' }],
  [{ HTTPS_PROXY: 'http://a', https_proxy: 'https://b' }, { httpsProxy: 'https://b' }],
  [{ HTTPS_PROXY: 'http://a', https_proxy: '' }, { httpsProxy: 'http://a' }],
  [
    { http_proxy: 'socks5://a:1080', NO_PROXY: '.corp' },
    { httpProxy: 'socks5://a:1080', noProxy: '.corp' },
  ],
])('%o', (environment, proxies) => {
  const none = { httpProxy: '', httpsProxy: '', noProxy: '' };
  expect(proxiesOf(environment)).toEqual(proxies && { ...none, ...proxies });
});

test.each(['http://', 'a b', 'ada:s3cr3t@proxy.corp:port', 'ftp://proxy.corp', 'http://ada:%zz@proxy.corp'])(
  '%s is no proxy: the variable is named, its value is not',
  (value) => {
    let thrown: unknown;
    try {
      proxiesOf({ HTTPS_PROXY: value });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PromoteError);
    expect(thrown).toMatchObject({
      message: 'Variable `HTTPS_PROXY` is not a valid proxy address.',
      details: { outcome: 'invalid' },
    });
    expect(JSON.stringify(thrown)).not.toMatch(/s3cr3t|%zz|a b/u);
  },
);

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('a proxy that accepts and says nothing holds up nobody longer than a connection may take', async () => {
  const said: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => said.push(chunk.toString('utf8')));
    onTestFinished(() => void socket.destroy());
  });
  const timeouts = { connect: 1_000, headers: 60_000, body: 60_000, text: 60_000 };
  const opened = await openTransport({ HTTPS_PROXY: `127.0.0.1:${await portOf(server)}` }, timeouts);
  onTestFinished(opened.close);
  const startedAt = performance.now();
  const failure = await opened
    .transport({ method: 'GET', url: 'https://workspace.example/', headers: {} })
    .catch((error: unknown) => causeCode(error));
  expect(failure).toBe('UND_ERR_HEADERS_TIMEOUT');
  expect(said.join('')).toMatch(/^CONNECT workspace\.example:443 /u);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
}, 20_000);
