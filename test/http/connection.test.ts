import { createServer, type AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { X509Certificate } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { selfSigned, type SelfSigned } from './certificate.ts';
import { clientOf, MODEL, refusal } from './client-bench.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function tlsServer(certificate: SelfSigned): Promise<{ port: number; visits: string[] }> {
  const visits: string[] = [];
  const server = createTlsServer(certificate, (request, response) => {
    visits.push(String(request.headers.authorization));
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { port: (server.address() as AddressInfo).port, visits };
}

test('a closed port: four tries, then unavailable, with what to check', async () => {
  const { http, slept } = await clientOf(`http://127.0.0.1:${await freePort()}`);
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({
    code: 'unavailable',
    outcome: 'unavailable',
    fix: 'Check the host, the network and the proxy variables (HTTPS_PROXY, NO_PROXY) of the runner.',
  });
  expect(error.message).toMatch(
    /^No response from the host \(ECONNREFUSED\) at GET .*\. Tried 4 times in 3 s\.$/u,
  );
  expect(slept).toEqual([375, 750, 1_500]);
});

test('a name that does not exist is not tried again', async () => {
  const { http, slept } = await clientOf('https://no-such-workspace.invalid');
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
  // A machine without a resolver answers EAI_AGAIN, which may pass.
  expect(error.message).toMatch(/\((ENOTFOUND|EAI_AGAIN)\)/u);
  if (error.message.includes('ENOTFOUND')) expect(slept).toEqual([]);
});

test('a certificate made by hand is one that Node reads', () => {
  const { cert } = selfSigned(new Date('2026-11-22T10:00:00Z'));
  const read = new X509Certificate(cert);
  expect([read.subject, read.subjectAltName, read.validFrom, read.validTo]).toEqual([
    'CN=test',
    'DNS:localhost, IP Address:127.0.0.1',
    'Nov 22 10:00:00 2026 GMT',
    'Nov 23 10:00:00 2026 GMT',
  ]);
  expect(read.verify(read.publicKey)).toBe(true);
});

test('a self-signed server is refused at once, before a token is sent', async () => {
  const { port, visits } = await tlsServer(selfSigned());
  const { http, slept } = await clientOf(`https://127.0.0.1:${port}`);
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({
    message:
      'The TLS certificate of the host was not accepted (DEPTH_ZERO_SELF_SIGNED_CERT) at GET /api/2.1/unity-catalog/models/{name}.',
    code: 'unavailable',
    outcome: 'unavailable',
    fix: 'If the host uses a private certificate authority, set NODE_EXTRA_CA_CERTS on the runner to its certificate file.',
  });
  expect([visits, slept]).toEqual([[], []]);
});

test('an expired certificate is refused too', async () => {
  const { port, visits } = await tlsServer(selfSigned(new Date(Date.now() - 3 * 86_400_000)));
  const { http } = await clientOf(`https://localhost:${port}`);
  expect(await refusal(http.json(MODEL))).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
  expect(visits).toEqual([]);
});

test('TLS spoken to a port that speaks plain HTTP', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const { http } = await clientOf(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await refusal(http.json(MODEL))).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
});
