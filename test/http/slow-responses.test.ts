import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openTransport, type Timeouts } from '../../src/http/transport.ts';
import { clientOf, CREATE, MODEL, refusal, serve } from './client-bench.ts';

const TIMES: Timeouts = { connect: 2_000, headers: 300, body: 300, text: 300 };

async function transport() {
  const opened = await openTransport({}, TIMES);
  onTestFinished(opened.close);
  return opened.transport;
}

/** Sends a blank again and again, well within the time between two chunks: JSON may begin with any number of them. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}

test('an answer that drips is broken off and asked for again; the message says how long it took', async () => {
  let requests = 0;
  const url = await serve((_request, response) => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    drip(response);
  });
  const { http } = await clientOf(url, { transport: await transport() });
  const error = await refusal(http.json(MODEL));
  expect(error).toMatchObject({
    code: 'unavailable',
    outcome: 'unavailable',
    fix: 'Something between the runner and the host delays responses. Check proxies and gateways, then run the step again.',
  });
  expect(error.message).toMatch(
    /^The response to GET \/api\/.* had not ended after 0\.3 s and was aborted\. Tried 4 times in \d+ s\.$/u,
  );
  expect(requests).toBe(4);
});

describe('the budget', () => {
  const retry = { attempts: 8, budget: 1_000, firstDelay: 500, maxDelay: 500 };

  test('bounds the last try as well: a host that is silent holds up nobody beyond it', async () => {
    const url = await serve(() => {});
    const { http } = await clientOf(url, { retry });
    const startedAt = performance.now();
    const error = await refusal(http.json(MODEL));
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(error).toMatchObject({ code: 'unavailable', outcome: 'unavailable' });
    expect(error.message).toContain('had not ended after 1 s');
  });

  test('does not bound a file that goes on, there or back', async () => {
    const url = await serve((request, response) => {
      request.resume();
      if (request.method === 'PUT') request.on('end', () => response.end());
      else {
        response.writeHead(200);
        drip(response);
        setTimeout(() => response.end('x'), 1_500);
      }
    });
    const { http } = await clientOf(url, { retry });
    const reply = await http.stream(MODEL);
    expect((await reply?.text(10_000))?.trim()).toBe('x');
    const slowly = async function* () {
      for (let part = 0; part < 8; part += 1) {
        yield Uint8Array.of(part);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    const body = { contentType: 'application/octet-stream', length: 8, open: async () => slowly() };
    await http.send({ method: 'PUT', template: '/file', retry: 'never' }, body);
  }, 20_000);
});

test('a write whose answer drips is not sent again by itself', async () => {
  let requests = 0;
  const url = await serve((_request, response) => {
    requests += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    drip(response);
  });
  const { http } = await clientOf(url, { transport: await transport() });
  expect((await refusal(http.json(CREATE))).message).toContain('had not ended after');
  expect(requests).toBe(1);
});

test('a refusal that drips says nothing that a registry would say', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(409, { 'content-type': 'application/json' });
    drip(response);
  });
  const { http } = await clientOf(url, { transport: await transport() });
  expect(await refusal(http.json(CREATE))).toMatchObject({ code: 'protocol', httpStatus: 409 });
});

test('an answer that is thrown away holds up nobody', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200);
    drip(response);
  });
  const reply = await (await transport())({ method: 'GET', url, headers: {} });
  await reply.discard();
  expect(reply.status).toBe(200);
});

test('headers that drip count as none', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nx-a: ');
      const timer = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(timer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { http } = await clientOf(url, { transport: await transport() });
  expect((await refusal(http.json(CREATE))).message).toBe(
    `No response from the host (UND_ERR_HEADERS_TIMEOUT) at POST ${CREATE.template}.`,
  );
});
