import { createHash } from 'node:crypto';
import { ApiError, invalid, missing } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { holds, lacksLevel, rightsKey } from '../rights.ts';
import { nextNumber } from '../state.ts';
import { configOf, isDeployed, isSame, type GivenConfig } from './config.ts';
import { NAME } from './entities.ts';
import type { Endpoint, Json, ServingConfig } from './state.ts';

/** What a new endpoint is made of. */
export interface NewEndpoint {
  readonly name: string;
  readonly config: GivenConfig;
  readonly tags: readonly (readonly [string, string])[];
  readonly aiGateway: Json | undefined;
  readonly description: string | undefined;
  readonly notifications: Json | undefined;
  readonly routeOptimized: boolean;
}

/** Makes an endpoint, which is ready once its first update has ended. */
export function createEndpoint(session: CallContext, wanted: NewEndpoint): Endpoint {
  const { workspace } = session.state;
  if (!NAME.test(wanted.name)) throw invalid(`Invalid endpoint name '${wanted.name}'.`);
  if (workspace.endpoints.has(wanted.name)) {
    throw new ApiError(
      session.switches.existsStatus,
      'RESOURCE_ALREADY_EXISTS',
      `Endpoint with name '${wanted.name}' already exists.`,
    );
  }
  const config = configOf(session, wanted.config, undefined);
  const now = session.now();
  const number = nextNumber(workspace, false);
  const endpoint: Endpoint = {
    id: createHash('md5').update(`${wanted.name} ${number}`).digest('hex'),
    name: wanted.name,
    creator: session.caller,
    createdAt: now,
    updatedAt: now,
    config: undefined,
    pending: undefined,
    lastUpdate: 'NOT_UPDATING',
    staleReads: 0,
    tags: new Map(wanted.tags),
    aiGateway: wanted.aiGateway,
    description: wanted.description,
    notifications: wanted.notifications,
    routeOptimized: wanted.routeOptimized,
  };
  begin(session, endpoint, config);
  if (session.switches.servingNeverReady && endpoint.pending)
    endpoint.pending.endsAt = Number.MAX_SAFE_INTEGER;
  workspace.endpoints.set(endpoint.name, endpoint);
  workspace.rights.set(rightsKey('serving-endpoints', endpoint.id), [
    { principal: session.caller, level: 'CAN_MANAGE' },
  ]);
  return endpoint;
}

/** Sets what an endpoint serves; it serves what it did until that is ready. */
export function updateConfig(session: CallContext, name: string, given: GivenConfig): Endpoint {
  const endpoint = requireEndpoint(session, name, 'CAN_MANAGE');
  if (isUpdating(endpoint)) throw conflict(session, endpoint);
  const config = configOf(session, given, endpoint.config);
  const { config: present } = endpoint;
  if (present !== undefined && session.switches.servingNoChange === 'no-op' && isSame(config, present)) {
    return endpoint;
  }
  begin(session, endpoint, config);
  endpoint.staleReads = session.switches.servingReadBackLag;
  return endpoint;
}

function begin(session: CallContext, endpoint: Endpoint, config: ServingConfig): void {
  const { nextUpdates, servingTimes } = session.state.workspace;
  const now = session.now();
  const [failure, ...later] = nextUpdates.get(endpoint.name) ?? [];
  nextUpdates.set(endpoint.name, later);
  const takes = isDeployed(config, endpoint.config) ? servingTimes.route : servingTimes.build;
  endpoint.pending = {
    config,
    startedAt: now,
    endsAt: now + takes,
    failure: failure ?? undefined,
    isOver: false,
  };
  endpoint.updatedAt = now;
}

/** Ends the update of an endpoint whose time has come. */
function settle({ switches, now }: CallContext, endpoint: Endpoint): void {
  const { pending } = endpoint;
  if (pending === undefined || pending.isOver || now() < pending.endsAt) return;
  endpoint.updatedAt = pending.endsAt;
  if (pending.failure === undefined) {
    endpoint.config = pending.config;
    endpoint.pending = undefined;
    endpoint.lastUpdate = 'NOT_UPDATING';
    return;
  }
  pending.isOver = true;
  endpoint.lastUpdate = pending.failure.state;
  // One that was never ready has nothing else to show.
  if (!switches.servingFailedKeepsPending && endpoint.config !== undefined) endpoint.pending = undefined;
}

/** Whether an update of the endpoint is under way. */
export function isUpdating({ pending }: Endpoint): boolean {
  return pending !== undefined && !pending.isOver;
}

function conflict({ switches }: CallContext, { name }: Endpoint): ApiError {
  const message = `Endpoint ${name} is currently being updated. Wait until the update has ended.`;
  return switches.servingConflict === '409-resource-conflict'
    ? new ApiError(409, 'RESOURCE_CONFLICT', message)
    : new ApiError(400, 'INVALID_STATE', message);
}

/** The endpoint of that name as it is now, if the caller holds the level on it. */
export function requireEndpoint(session: CallContext, name: string, level: string): Endpoint {
  const endpoint = session.state.workspace.endpoints.get(name);
  if (endpoint === undefined) throw absent(name);
  requireLevel(session, endpoint, level);
  settle(session, endpoint);
  return endpoint;
}

/** The endpoint of that id, by which rights name it. */
export function requireEndpointById(session: CallContext, id: string, level: string): Endpoint {
  const endpoint = [...session.state.workspace.endpoints.values()].find((each) => each.id === id);
  if (endpoint === undefined) throw absent(id);
  requireLevel(session, endpoint, level);
  return endpoint;
}

function requireLevel(session: CallContext, { id, name }: Endpoint, level: string): void {
  if (holds(session, 'serving-endpoints', id, level)) return;
  const sees = holds(session, 'serving-endpoints', id, 'CAN_VIEW');
  if (!sees && session.switches.servingHidden === '404') throw absent(name);
  throw lacksLevel(session, 'serving-endpoints', level, `the endpoint ${name}`);
}

/** The endpoints that a list shows. */
export function listEndpoints(session: CallContext): Endpoint[] {
  const all = [...session.state.workspace.endpoints.values()];
  for (const endpoint of all) settle(session, endpoint);
  if (session.switches.servingListShows === 'all') return all;
  return all.filter(({ id }) => holds(session, 'serving-endpoints', id, 'CAN_VIEW'));
}

/** Deletes an endpoint, whatever it is at. */
export function deleteEndpoint(session: CallContext, name: string): void {
  const { id } = requireEndpoint(session, name, 'CAN_MANAGE');
  session.state.workspace.endpoints.delete(name);
  session.state.workspace.rights.delete(rightsKey('serving-endpoints', id));
}

function absent(name: string): ApiError {
  return missing(`The endpoint ${name} does not exist.`);
}
