import type { IncomingHttpHeaders } from 'node:http';
import type { Input } from '../routes/input.ts';
import type { Route, RouteResponse } from '../routes/route.ts';
import type { ServerContext } from './engine.ts';

/** A request that reached its handler: whoever is refused before that is in no audit log. */
export interface Audited {
  readonly route: Route;
  readonly input: Input;
  readonly caller: string;
}

/** Records what came of a request, where its endpoint is one that the audit log knows. */
export function audit(
  { metastore: { state }, now }: ServerContext,
  { route, input, caller }: Audited,
  seen: { readonly reply: RouteResponse; readonly refusal: unknown; readonly headers: IncomingHttpHeaders },
): void {
  if (route.audit === undefined) return;
  const number = state.auditEvents.length + 1;
  state.auditEvents.push({
    id: `00000000-0000-4000-a000-${number.toString(16).padStart(12, '0')}`,
    at: now(),
    action: route.audit.action,
    caller,
    params: route.audit.params(input),
    status: seen.reply.status,
    error: seen.refusal instanceof Error ? seen.refusal.message : undefined,
    userAgent: seen.headers['user-agent'] ?? '',
  });
}
