import { createHash } from 'node:crypto';
import type { Endpoint, Json, Served } from './state.ts';

/** An endpoint that tests and seeds put up. */
export interface StandingEndpoint {
  readonly creator: string;
  /** What it serves: the members of a served entity, and the share of its requests, by default all of them. */
  readonly served: readonly (Json & { readonly percent?: number })[];
  readonly autoCapture?: Json;
}

/** An endpoint that is ready, as it was written. */
export function standingEndpoint(
  name: string,
  { creator, served, autoCapture }: StandingEndpoint,
  { id, now }: { readonly id: string; readonly now: number },
): Endpoint {
  const entities = served.map(({ percent, ...fields }): Served & { percent: number } => ({
    name: nameOf(fields),
    fields: { ...fields, name: nameOf(fields) },
    creator,
    createdAt: now,
    percent: percent ?? 100,
  }));
  return {
    id: createHash('md5').update(`${name} ${id}`).digest('hex'),
    name,
    creator,
    createdAt: now,
    updatedAt: now,
    config: {
      version: 1,
      served: entities.map(({ percent: _share, ...entity }) => entity),
      routes: entities.map((entity) => ({ name: entity.name, percentage: entity.percent })),
      autoCapture,
    },
    pending: undefined,
    lastUpdate: 'NOT_UPDATING',
    staleReads: 0,
    tags: new Map(),
    aiGateway: undefined,
    description: undefined,
    notifications: undefined,
    routeOptimized: false,
  };
}

/** The given name, or that of model and version. */
function nameOf(fields: Json): string {
  const { name, entity_name: model, entity_version: version } = fields;
  return typeof name === 'string' ? name : `${String(model).split('.').at(-1)}-${String(version)}`;
}
