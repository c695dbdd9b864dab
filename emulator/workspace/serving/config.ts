import { invalid } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { entitiesIn, isExternal } from './entities.ts';
import type { Json, Served, ServingConfig, TrafficRoute } from './state.ts';

/** What a request says of a config. */
export interface GivenConfig {
  /** In the newer or the older spelling. */
  readonly served: readonly Json[];
  readonly routes: readonly Json[] | undefined;
  /** Everything else of the routing. */
  readonly routing: Json;
  readonly autoCapture: Json | undefined;
}

/** The config that a request asks for, checked against the one before it. */
export function configOf(
  session: CallContext,
  given: GivenConfig,
  before: ServingConfig | undefined,
): ServingConfig {
  const served = entitiesIn(session, given.served, before?.served ?? []);
  if (before !== undefined && before.served.some(isExternal) !== served.some(isExternal)) {
    throw invalid('An endpoint of an external model cannot become one of custom models, nor the reverse.');
  }
  return {
    version: (before?.version ?? 0) + 1,
    served,
    routes: routesOf(given.routes, served),
    routing: given.routing,
    autoCapture: autoCaptureOf(session, given.autoCapture, before?.autoCapture),
  };
}

/** Shares sum up to 100; of one entity they are filled in. */
function routesOf(given: readonly Json[] | undefined, served: readonly Served[]): TrafficRoute[] {
  const [only, ...others] = served;
  if (given === undefined || given.length === 0) {
    if (only === undefined || others.length > 0) {
      throw invalid('traffic_config is needed when more than one entity is served.');
    }
    return [{ name: only.name, percentage: 100 }];
  }
  const routes = given.map((route) => {
    const {
      served_model_name: older,
      served_entity_name: name = older,
      traffic_percentage: share,
      ...more
    } = route;
    const percentage = Number(share);
    if (!served.some((each) => each.name === name))
      throw invalid(`A route names '${String(name)}', which is not served.`);
    if (!Number.isInteger(percentage) || percentage < 0 || percentage > 100) {
      throw invalid(`The traffic_percentage of '${String(name)}' must be 0 to 100.`);
    }
    return { name: String(name), percentage, more };
  });
  if (new Set(routes.map(({ name }) => name)).size < routes.length)
    throw invalid('Each served entity has at most one route.');
  const sum = routes.reduce((all, { percentage }) => all + percentage, 0);
  if (sum !== 100) throw invalid(`The traffic percentages must sum up to 100, not ${sum}.`);
  return routes;
}

const FIXED = ['catalog_name', 'schema_name', 'table_name_prefix'] as const;

function autoCaptureOf(
  { switches }: CallContext,
  given: Json | undefined,
  before: Json | undefined,
): Json | undefined {
  if (given === undefined) return switches.servingAutoCaptureOmitted === 'kept' ? before : undefined;
  const wanted = Object.fromEntries(Object.entries(given).filter(([field]) => field !== 'state'));
  if (before === undefined) return wanted;
  const changed = FIXED.find((field) => wanted[field] !== undefined && wanted[field] !== before[field]);
  if (changed !== undefined) throw invalid(`${changed} of auto_capture_config cannot be changed.`);
  if (before['enabled'] === false && wanted['enabled'] === true) {
    throw invalid('Inference tables that were disabled cannot be enabled again.');
  }
  return { ...before, ...wanted };
}

/** Whether two configs serve the same in the same way. */
export function isSame(one: ServingConfig, other: ServingConfig): boolean {
  const plain = ({ served, routes, routing = {}, autoCapture }: ServingConfig): string =>
    JSON.stringify([
      [...served].sort(byName).map(({ name, fields }) => [name, sorted(fields)]),
      [...routes].sort(byName).map(({ name, percentage, more = {} }) => [name, percentage, sorted(more)]),
      sorted(routing),
      autoCapture === undefined ? null : sorted(autoCapture),
    ]);
  return plain(one) === plain(other);
}

/** Whether every entity of a config is deployed as it is in the other, so that only traffic moves. */
export function isDeployed(wanted: ServingConfig, present: ServingConfig | undefined): boolean {
  return wanted.served.every(({ name, fields }) => {
    const found = present?.served.find((each) => each.name === name);
    return found !== undefined && JSON.stringify(sorted(found.fields)) === JSON.stringify(sorted(fields));
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** The order that answers have. */
export function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
