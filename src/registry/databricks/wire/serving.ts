import * as z from 'zod';
import type {
  ListedEndpoint,
  ServedEntity,
  ServedVersion,
  ServingConfig,
  ServingEndpoint,
  ServingUpdate,
  WantedServing,
} from '../../../domain/serving.ts';
import { int64 } from '../../wire-values.ts';

const text = z.string().nullish();
const object = z.looseObject({}).nullish();

/** Something that is served, in the newer and the older spelling (databricks-sdk-py 0.162.0 `ServedEntityOutput`, `ServedModelOutput`). */
const entity = z.looseObject({
  name: z.string(),
  entity_name: text,
  entity_version: text,
  model_name: text,
  model_version: text,
  external_model: object,
  foundation_model: object,
  state: z.looseObject({ deployment: text, deployment_state_message: text }).nullish(),
});

const route = z.looseObject({
  served_entity_name: text,
  served_model_name: text,
  traffic_percentage: z.int().nullish(),
});

const config = z.looseObject({
  config_version: int64.nullish(),
  served_entities: z.array(entity).nullish(),
  served_models: z.array(entity).nullish(),
  traffic_config: z.looseObject({ routes: z.array(route).nullish() }).nullish(),
  auto_capture_config: object,
});

const state = z.looseObject({ ready: text, config_update: text }).nullish();

/** An endpoint as a read of it shows it (`ServingEndpointDetailed`). */
export const endpoint = z.looseObject({
  name: z.string(),
  state,
  config: config.nullish(),
  pending_config: config.nullish(),
  permission_level: text,
});

/** A list of endpoints; it has no pages today, and is read as if it might get some. */
export const endpointPage = z.looseObject({
  endpoints: z.array(endpoint).nullish(),
  next_page_token: text,
});

/** What the containers of an entity said while they were built. */
export const buildLogs = z.looseObject({ logs: text });

type EntityRow = z.output<typeof entity>;
type ConfigRow = z.output<typeof config>;

/** Members of an entity that only a read has, or that a write gets from elsewhere (`ServedEntityInput`). */
const NOT_SETTINGS: ReadonlySet<string> = new Set([
  'name',
  'entity_name',
  'entity_version',
  'model_name',
  'model_version',
  'state',
  'creator',
  'creation_timestamp',
  'foundation_model',
]);

/** Members of a config that are not sent back as they are. */
const NOT_SETTINGS_OF_CONFIG: ReadonlySet<string> = new Set([
  'config_version',
  'served_entities',
  'served_models',
  'traffic_config',
  'start_time',
]);

/** Members of a route that a write gets from elsewhere. */
const ROUTE: ReadonlySet<string> = new Set(['served_entity_name', 'served_model_name', 'traffic_percentage']);

/** Sizes that exclude a workload size in a write, although a read may have both. */
const CONCURRENCY = ['min_provisioned_concurrency', 'max_provisioned_concurrency'];

/** Whether the caller's level lets it change an endpoint (databricks-sdk-py 0.162.0 `ServingEndpointDetailedPermissionLevel`). */
const LEVELS: ReadonlyMap<string, boolean> = new Map([
  ['CAN_VIEW', false],
  ['CAN_QUERY', false],
  ['CAN_MANAGE', true],
]);

/** An endpoint in domain words. */
export function toEndpoint(row: z.output<typeof endpoint>): ServingEndpoint {
  const { name, state: shown, config: present, pending_config: pending, permission_level: level } = row;
  const isManageable = LEVELS.get(level ?? '');
  return {
    name,
    ...(present == null ? {} : { config: toConfig(present) }),
    ...(pending == null ? {} : { pending: toConfig(pending) }),
    isReady: shown?.ready === 'READY',
    update: toUpdate(shown?.config_update),
    ...(isManageable === undefined ? {} : { isManageable }),
  };
}

/** An endpoint of a list in domain words. */
export function toListed({ name, state: shown, config: present }: z.output<typeof endpoint>): ListedEndpoint {
  const served = present == null ? [] : rowsOf(present).flatMap(toServedVersion);
  // One that has never been ready has nothing but what is pending.
  const isSettled = present != null && SETTLED.includes(toUpdate(shown?.config_update));
  return { name, served, isUpdating: !isSettled };
}

/** How an update stands of which nothing comes any more. */
const SETTLED: readonly ServingUpdate[] = ['none', 'failed', 'cancelled'];

function toUpdate(word: string | null | undefined): ServingUpdate {
  switch (word) {
    case 'NOT_UPDATING':
      return 'none';
    case 'IN_PROGRESS':
      return 'running';
    case 'UPDATE_FAILED':
      return 'failed';
    case 'UPDATE_CANCELED':
      return 'cancelled';
    default:
      return 'unknown';
  }
}

/** The older spelling repeats the newer one, and stands alone where a workspace knows nothing newer. */
function rowsOf({ served_entities: entities, served_models: models }: ConfigRow): EntityRow[] {
  return entities != null && entities.length > 0 ? entities : (models ?? []);
}

function toServedVersion(row: EntityRow): ServedVersion[] {
  const model = modelOf(row);
  const version = versionOf(row);
  if (model === undefined) return [];
  return [{ entity: row.name, model, ...(version === undefined ? {} : { version }) }];
}

/** Protobuf may write a text that is not set as an empty one. */
function modelOf(row: EntityRow): string | undefined {
  return [row.entity_name, row.model_name].find(isSaid) ?? undefined;
}

function isSaid(value: string | null | undefined): boolean {
  return value != null && value !== '';
}

function versionOf(row: EntityRow): number | undefined {
  const version = [row.entity_version, row.model_version].find(isSaid) ?? '';
  return /^[1-9]\d{0,14}$/u.test(version) ? Number(version) : undefined;
}

function toConfig(row: ConfigRow): ServingConfig {
  return {
    ...(row.config_version == null ? {} : { version: row.config_version }),
    entities: rowsOf(row).map(toEntity),
    routes: (row.traffic_config?.routes ?? []).map((each) => ({
      entity: each.served_entity_name ?? each.served_model_name ?? '',
      percent: each.traffic_percentage ?? 0,
      settings: withoutNull(each, ROUTE),
    })),
    routing: withoutNull(row.traffic_config ?? {}, new Set(['routes'])),
    settings: settingsOfConfig(row),
  };
}

function settingsOfConfig(row: ConfigRow): Record<string, unknown> {
  const settings = withoutNull(row, NOT_SETTINGS_OF_CONFIG);
  const { auto_capture_config: capture } = settings;
  if (typeof capture !== 'object' || capture === null) return settings;
  // Its state is output (`AutoCaptureConfigOutput`).
  return { ...settings, auto_capture_config: withoutNull(capture, new Set(['state'])) };
}

function toEntity(row: EntityRow): ServedEntity {
  const model = modelOf(row);
  const version = versionOf(row);
  const settings = withoutNull(row, NOT_SETTINGS);
  const isSizedTwice = CONCURRENCY.some((each) => each in settings) && 'workload_size' in settings;
  // Where a server fills in the size beside a concurrency, the concurrency was chosen, and a write takes only one.
  if (isSizedTwice) delete settings['workload_size'];
  return {
    name: row.name,
    ...(model === undefined ? {} : { model }),
    ...(version === undefined ? {} : { version }),
    isExternal: row.external_model != null,
    settings,
    unread: unreadOf(settings),
    isReady: row.state?.deployment === 'DEPLOYMENT_READY',
    message: row.state?.deployment_state_message ?? '',
  };
}

/** Burst scaling is a setting of model units (`PtServedModel.burst_scaling_enabled`), which a read may leave out. */
function unreadOf(settings: Readonly<Record<string, unknown>>): string[] {
  return 'provisioned_model_units' in settings && !('burst_scaling_enabled' in settings)
    ? ['burst_scaling_enabled']
    : [];
}

function withoutNull(row: object, except: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).filter(([field, value]) => value != null && !except.has(field)),
  );
}

/** The body that makes an endpoint serve what is wanted. */
export function fromWanted({ entities, routes, routing, settings }: WantedServing): Record<string, unknown> {
  return {
    ...settings,
    served_entities: entities.map(({ name, model, version, settings: own }) => ({
      ...own,
      name,
      ...(model === undefined ? {} : { entity_name: model }),
      ...(version === undefined ? {} : { entity_version: String(version) }),
    })),
    traffic_config: {
      ...routing,
      routes: routes.map(({ entity: served, percent, settings: own }) => ({
        ...own,
        served_model_name: served,
        traffic_percentage: percent,
      })),
    },
  };
}

/** Whether a config is one of model units alone, which has a call of its own. */
export function isOfUnits({ entities }: WantedServing): boolean {
  return entities.length > 0 && entities.every(({ settings }) => 'provisioned_model_units' in settings);
}
