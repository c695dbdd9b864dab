import { PromoteError } from '../../src/domain/errors.ts';
import type { Response, OutgoingRequest, Transport } from '../../src/http/transport.ts';
import { header } from '../../src/http/failed-response.ts';
import type { StorageEndpoints } from '../../src/storage/endpoints.ts';
import { judge, type Judgement } from './rules.ts';
import type { Scope } from '../scope.ts';
import { fenceOfStore, STORED, type StoreFence } from './stores.ts';

/** One request and its response, without its data: what a row was judged by. */
export interface Exchange {
  /** Method and template. */
  readonly call: string;
  /** 0: no response came. */
  status: number;
  code?: string;
  message?: string;
}

/** What a fence is made of. */
export interface Fence {
  readonly transport: Transport;
  /** `https://host[:port]` of the workspace. */
  readonly origin: string;
  readonly scope: Scope;
  /** Addresses in place of the clouds' own, as our client was given them. */
  readonly endpoints: StorageEndpoints;
  readonly onExchange: (exchange: Exchange) => void;
}

const LOCATION = /^GET \S+\/model-versions\/get-download-uri$/u;

const SIGNING = /^POST \/api\/2\.0\/fs\/create-[a-z-]*urls?$/u;

/**
 * The transport that every request of the suite goes through: a request that the list does not know is an error of the
 * suite, and is not sent. Signed URLs pass when the workspace handed them out for a path that passed; a store, where the
 * workspace named it for one of the suite's versions, below that version and without what signs in at the workspace.
 */
export function fencedTransport({ transport, origin, scope, endpoints, onExchange }: Fence): Transport {
  const signed = new Set<string>();
  const stores = new Map<string, StoreFence>();
  const signIns = new Set<string>();
  return async (request) => {
    const judgement = signed.has(request.url)
      ? { call: `${request.method} {signed URL}` }
      : (judgeStored(stores.values(), request) ?? judgeOutgoing(scope, origin, request));
    if ('refused' in judgement) throw outside(judgement.refused);
    const { call } = judgement;
    const authorization = header(request.headers, 'authorization');
    const isOfWorkspace = request.url.startsWith(`${origin}/api/`);
    if (isOfWorkspace) signIns.add(authorization);
    else if (authorization !== '' && signIns.has(authorization))
      throw outside('what signs in at the workspace, to a store');
    const exchange: Exchange = { call, status: 0 };
    onExchange(exchange);
    const response = await transport(request);
    exchange.status = response.status;
    if (call.endsWith(STORED)) signed.add(header(response.headers, 'location'));
    return {
      ...response,
      async text(limit) {
        const text = await response.text(limit);
        if (SIGNING.test(call)) for (const url of textsIn(text, 'url')) signed.add(url);
        for (const location of LOCATION.test(call) ? textsIn(text, 'artifact_uri') : []) {
          const fence = fenceOfStore(location, endpoints);
          if (fence !== undefined) stores.set(location, fence);
        }
        if (response.status >= 400) Object.assign(exchange, refusalIn(text));
        return text;
      },
    } satisfies Response;
  };
}

function judgeStored(stores: Iterable<StoreFence>, request: OutgoingRequest): Judgement | undefined {
  const judgements = [...stores].map((judgeBy) => judgeBy(request)).filter((each) => each !== undefined);
  return judgements.find((each) => 'call' in each) ?? judgements[0];
}

function judgeOutgoing(scope: Scope, origin: string, request: OutgoingRequest): Judgement {
  if (!request.url.startsWith(`${origin}/`)) return { refused: 'another host' };
  const url = new URL(request.url);
  const type = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type !== 'application/json') return judge(scope, { method: request.method, url });
  if (!(request.body instanceof Uint8Array)) return { refused: 'JSON that cannot be parsed' };
  const json: unknown = JSON.parse(new TextDecoder().decode(request.body));
  return judge(scope, { method: request.method, url, json });
}

function outside(why: string): PromoteError {
  return new PromoteError(`The suite was about to send a request outside its scratch schema: ${why}.`, {
    code: 'internal',
    outcome: 'error',
    fix: 'The request was not sent. Report this as an issue.',
  });
}

function textsIn(text: string, member: string): string[] {
  return [...text.matchAll(new RegExp(String.raw`"${member}"\s*:\s*("(?:[^"\\]|\\.)*")`, 'gu'))].map(
    (match) => String(JSON.parse(match[1] ?? '""')),
  );
}

/** `error_code` and message of a refusal, of JSON or of a store's XML. */
function refusalIn(text: string): Pick<Exchange, 'code' | 'message'> {
  const xml = /<Code>([\w.-]{1,60})<\/Code>/u.exec(text)?.[1];
  if (xml !== undefined) return { code: xml };
  try {
    const body = new Map<string, unknown>(Object.entries(JSON.parse(text) as object));
    const [code, message] = [body.get('error_code'), body.get('message') ?? body.get('detail')];
    return {
      ...(typeof code === 'string' ? { code } : {}),
      ...(typeof message === 'string' ? { message } : {}),
    };
  } catch {
    return {};
  }
}
