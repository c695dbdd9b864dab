import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Access } from '../metastore/access.ts';
import { ApiError } from '../metastore/api-error.ts';
import type { CallContext } from '../metastore/session.ts';
import { Input } from '../routes/input.ts';
import type { RouteResponse, Route } from '../routes/route.ts';
import { unlisted } from '../evidence/listed.ts';
import type { Fault } from '../faults.ts';
import { bodyOf, bytesOf, parseBody, scalarsOf, spoiled, UploadCut, type Meter } from './body.ts';
import { decorate } from './decorate.ts';
import { errorResponse } from './error-response.ts';
import { respondAfter, respondBefore, faultOf, headersLeft } from './fault-effects.ts';
import { partsOf } from './multipart.ts';
import { paceOf } from './pacing.ts';
import { withoutSecrets, type RequestRecord } from './record.ts';
import { send } from './send.ts';
import type { ServerContext } from './engine.ts';
import { signIn } from './sign-in.ts';
import { credentialsOf, secretsIn, secretsOf } from './credentials-seen.ts';
import { checkFields, strangeFields } from './strict.ts';
import { audit, type Audited } from './audit.ts';

/** Everything that is known about one request before its response. */
interface Exchange {
  server: ServerContext;
  request: IncomingMessage;
  record: RequestRecord;
  route: Route | undefined;
  params: Record<string, string>;
  allowed: string[];
  faults: Fault[];
  body: AsyncIterable<Uint8Array>;
  meter: Meter;
}

/** Takes one request through faults, sign-in, strictness and its route, and responds to it. */
export async function exchange(
  server: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const current = open(server, request);
  const { record, faults } = current;
  // An ended request forgets its socket.
  const { socket } = request;
  const pace = paceOf(server.paces, socket, server.bytesPerSecond);
  try {
    const wait =
      server.latencyMs + faults.reduce((sum, fault) => sum + (fault.kind === 'delay' ? fault.ms : 0), 0);
    if (wait > 0) await sleep(wait);
    runFaults(current, 'before');
    const drop = faultOf(faults, 'drop')?.when;
    const early = drop === 'before' ? undefined : respondBefore(faults, server.now());
    const reply = drop === 'before' ? undefined : (early ?? respondAfter(faults, await process(current)));
    if (early) await drain(current);
    runFaults(current, 'after');
    server.saved(record);
    if (!reply || drop === 'after') {
      end(current, 0, 0);
      socket.destroy();
      return;
    }
    noteError(record, reply);
    // Of a response that is cut nobody learns the secret.
    if (drop !== 'during') for (const secret of secretsOf(reply)) server.handedOut.add(secret);
    record.status = reply.status;
    record.bytesOut = await send(response, prepared(current, reply), {
      head: request.method === 'HEAD',
      faults,
      pace,
    });
    end(current, reply.status, record.bytesOut);
  } catch (error) {
    if (!(error instanceof UploadCut) && !request.destroyed) throw error;
    end(current, 0, record.bytesOut);
    socket.destroy();
  }
}

function open(server: ServerContext, request: IncomingMessage): Exchange {
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', 'http://emulator');
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const found = server.router.find(method, path);
  const route = 'route' in found ? found.route : undefined;
  const scheme = /^(\w+) /.exec(request.headers.authorization ?? '')?.[1]?.toLowerCase();
  const record: RequestRecord = {
    number: server.requests.length + 1,
    method,
    path,
    template: route?.template ?? path,
    query: Object.fromEntries(url.searchParams),
    principal: null,
    status: 0,
    startedAt: performance.now(),
    endedAt: 0,
    bytesIn: 0,
    bytesOut: 0,
    write: route?.write ?? false,
    ...(scheme === undefined ? {} : { scheme }),
  };
  server.requests.push(record);
  for (const secret of credentialsOf(request.headers)) server.credentials.add(secret);
  const faults = server.faults.take(record);
  const meter: Meter = { bytes: 0 };
  const cut = faultOf(faults, 'cut-upload');
  if (cut) meter.limit = cut.afterBytes;
  const pace = paceOf(server.paces, request.socket, server.bytesPerSecond);
  return {
    server,
    request,
    record,
    route,
    params: 'route' in found ? found.params : {},
    allowed: 'allowed' in found ? found.allowed : [],
    faults,
    body: faultOf(faults, 'corrupt-upload')
      ? spoiled(bodyOf(request, pace, meter))
      : bodyOf(request, pace, meter),
    meter,
  };
}

/** Signs in, checks and handles; refusals become responses. */
async function process(current: Exchange): Promise<RouteResponse> {
  const { server, request, record, route } = current;
  let reply: RouteResponse;
  let refusal: unknown;
  let audited: Audited | undefined;
  try {
    if (!route) throw unknownPath(current);
    const signs = (route.auth ?? 'bearer') === 'bearer';
    const caller = signs
      ? signIn(server.metastore.state, server.switches, request.headers.authorization, server.now())
      : '';
    if (signs) record.principal = caller;
    const body = route.streams ? undefined : await parsedBody(current, route);
    for (const secret of secretsIn(body)) server.credentials.add(secret);
    if (body) record.json = withoutSecrets(body);
    const strange = server.strict ? strangeFields(route, current.params, record.query, body) : [];
    server.violations.push(...strange);
    if (strange[0] !== undefined) throw new ApiError(400, 'MALFORMED_REQUEST', strange[0]);
    const query =
      server.strict || !['GET', 'HEAD'].includes(record.method)
        ? record.query
        : { ...scalarsOf(body), ...record.query };
    const problem = checkFields(route, query, body);
    if (problem) throw problem;
    const input = new Input({ ...query, ...body, ...current.params }, record.query);
    audited = { route, input, caller };
    reply = await route.handle(input, {
      session: sessionOf(server, caller),
      headers: request.headers,
      baseUrl: server.baseUrl(),
      body: current.body,
      blobs: server.blobs,
      uploads: server.uploads,
      signer: server.signer,
      s3: server.s3,
      vault: server.vault,
      compute: server.compute,
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      expired: faultOf(current.faults, 'expired-url') !== undefined,
    });
  } catch (error) {
    if (error instanceof UploadCut) throw error;
    refusal = error;
    reply = errorResponse(error, server.switches, record.path);
  }
  if (audited !== undefined) audit(server, audited, { reply, refusal, headers: request.headers });
  const strange = unlisted(`${record.method} ${record.template}`, route, reply, refusal);
  if (server.strict && strange !== undefined) server.violations.push(strange);
  if (refusal === undefined || !isLong(current)) await drain(current);
  return reply;
}

/** The fields of the body, which is JSON, a form, or a form in parts. */
async function parsedBody(
  { body, request }: Exchange,
  route: Route,
): Promise<Record<string, unknown> | undefined> {
  const type = request.headers['content-type'] ?? '';
  if (route.multipart === true && type.startsWith('multipart/form-data')) {
    return partsOf(await bytesOf(body, route.bodyLimit), type);
  }
  return parseBody((await bytesOf(body, route.bodyLimit)).toString('utf8'), route.form === true);
}

/** A request with a longer body may be refused before the body was sent, as servers do (RFC 9110 §15.5, RFC 9112 §9.3). Bytes. */
const DRAINED = 1024 * 1024;

function isLong({ request, meter }: Exchange): boolean {
  return Number(request.headers['content-length'] ?? 0) - meter.bytes > DRAINED;
}

/** Reads what is left of the body, so that the connection can be used again. */
async function drain(current: Exchange): Promise<void> {
  for await (const chunk of current.body) void chunk;
}

function sessionOf(server: ServerContext, caller: string): CallContext {
  const { state } = server.metastore;
  return {
    state,
    switches: server.switches,
    caller,
    access: new Access(state, caller),
    lag: server.lag,
    now: server.now,
  };
}

function unknownPath({ server, record, allowed }: Exchange): ApiError {
  const call = `${record.method} ${record.path}`;
  if (server.strict)
    server.violations.push(`${call}: no such endpoint${allowed.length > 0 ? ' with this method' : ''}.`);
  if (allowed.length > 0)
    return new ApiError(
      405,
      'ENDPOINT_NOT_FOUND',
      `Method ${record.method} is not allowed for '${record.path}'`,
    );
  return new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${call}'`);
}

function runFaults({ server, faults }: Exchange, when: 'before' | 'after'): void {
  for (const fault of faults) if (fault.kind === 'run' && fault.when === when) fault.run(server.metastore);
}

function prepared({ server, faults }: Exchange, reply: RouteResponse): RouteResponse {
  const workspace = { 'x-databricks-org-id': server.metastore.state.workspaceId };
  const headers = headersLeft(faults, { ...workspace, ...reply.headers });
  if (!('json' in reply)) return { ...reply, headers };
  return {
    ...reply,
    headers,
    json: reply.status < 400 ? decorate(reply.json, server.switches) : reply.json,
  };
}

function noteError(record: RequestRecord, reply: RouteResponse): void {
  if (reply.status < 400 || !('json' in reply)) return;
  const json = reply.json;
  if (typeof json === 'object' && json !== null && 'error_code' in json)
    record.errorCode = String(json.error_code);
}

function end(current: Exchange, status: number, bytesOut: number): void {
  const { record, meter } = current;
  record.status = status;
  record.bytesIn = meter.bytes;
  record.bytesOut = bytesOut;
  record.endedAt = performance.now();
}
