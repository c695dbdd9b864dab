import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Emulator } from '../../emulator/index.ts';
import { serve } from '../http/client-bench.ts';

/** A registry in front of an emulator that puts a stranger's text where the emulator's own stood. */
export interface HostileRegistry {
  readonly url: string;
  /** Every field of an answer that held a text, by its key. */
  readonly fields: ReadonlySet<string>;
  /** From now on, every text under this key is another; `MLmodel` is the whole content of that file. */
  spoil(field: string, text: string): void;
}

/** Starts one; it closes when the test ends. What is no JSON passes as it is, but for `MLmodel` files. */
export async function hostileRegistry(emulator: () => Emulator): Promise<HostileRegistry> {
  const fields = new Set<string>(['MLmodel', 'x-request-id']);
  let spoiled = '';
  let text = '';
  const url = await serve((incoming, response) => {
    forward(emulator().url, incoming, (reply, body) => {
      const headers = { ...reply.headers };
      delete headers['content-length'];
      delete headers['transfer-encoding'];
      // A header holds no line ends, as no server could send them.
      if (spoiled === 'x-request-id') headers['x-request-id'] = text.replace(/[^\x20-\x7e]/gu, ' ').trim();
      response.writeHead(reply.statusCode ?? 500, headers);
      response.end(spoil(body, incoming.url ?? '', reply.headers['content-type'] ?? ''));
    });
  });

  function spoil(body: Buffer, path: string, contentType: string): Buffer | string {
    if (spoiled === 'MLmodel' && /\/MLmodel(?:\?|$)/u.test(path)) return text;
    if (!contentType.includes('json') || body.length === 0) return body;
    return JSON.stringify(replaced(JSON.parse(body.toString('utf8')), ''));
  }

  function replaced(value: unknown, key: string): unknown {
    if (typeof value === 'string') {
      fields.add(key);
      return key === spoiled ? text : value;
    }
    if (Array.isArray(value)) return value.map((each) => replaced(each, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, name)]));
  }

  return {
    url,
    fields,
    spoil(field, by) {
      spoiled = field;
      text = by;
    },
  };
}

function forward(
  url: string,
  incoming: IncomingMessage,
  done: (reply: IncomingMessage, body: Buffer) => void,
): void {
  const { method, headers } = incoming;
  const inner = httpRequest(`${url}${incoming.url ?? ''}`, { method, headers }, (reply) => {
    const chunks: Buffer[] = [];
    reply.on('data', (chunk: Buffer) => chunks.push(chunk));
    reply.on('end', () => done(reply, Buffer.concat(chunks)));
  });
  incoming.pipe(inner);
}
