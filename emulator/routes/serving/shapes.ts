import type { CallContext } from '../../metastore/session.ts';
import { levelOn } from '../../workspace/rights.ts';
import { byName } from '../../workspace/serving/config.ts';
import { isUpdating } from '../../workspace/serving/endpoints.ts';
import { WORKLOAD_SIZES } from '../../workspace/serving/fields.ts';
import { externalRead } from '../../workspace/serving/secrets.ts';
import type { Endpoint, PendingUpdate, Served, ServingConfig } from '../../workspace/serving/state.ts';

/** A deployment of an entity, in the words of `state`. */
interface Deployment {
  readonly deployment: string;
  readonly deployment_state_message: string;
}

const READY: Deployment = { deployment: 'DEPLOYMENT_READY', deployment_state_message: '' };

/** An endpoint as `get` shows it; `stale` hides the update that was begun last. */
export function detailed(session: CallContext, endpoint: Endpoint, stale = false): Record<string, unknown> {
  const { config, pending } = endpoint;
  return {
    ...common(endpoint, stale),
    ...(config === undefined ? {} : { config: configShape(session, config, () => READY) }),
    ...(pending === undefined || stale
      ? {}
      : {
          pending_config: {
            ...configShape(session, pending.config, (served) => deploymentOf(endpoint, pending, served)),
            start_time: pending.startedAt,
          },
        }),
    permission_level: levelOn(session, 'serving-endpoints', endpoint.id) ?? 'CAN_VIEW',
    route_optimized: endpoint.routeOptimized,
    ...(endpoint.notifications === undefined ? {} : { email_notifications: endpoint.notifications }),
  };
}

/** An endpoint as the list shows it: without traffic, sizes, variables and the config that is pending. */
export function summary(session: CallContext, endpoint: Endpoint): Record<string, unknown> {
  const { config } = endpoint;
  if (config === undefined) return common(endpoint, false);
  const served = [...config.served].sort(byName);
  const kept = ['name', 'entity_name', 'entity_version', 'external_model', 'foundation_model'];
  return {
    ...common(endpoint, false),
    config: {
      served_entities: served.map((each) =>
        Object.fromEntries(
          Object.entries(entityShape(session, each, READY)).filter(([field]) => kept.includes(field)),
        ),
      ),
      served_models: served.flatMap(({ name, fields }) =>
        fields['entity_version'] === undefined
          ? []
          : [{ name, model_name: fields['entity_name'], model_version: fields['entity_version'] }],
      ),
    },
  };
}

function common(endpoint: Endpoint, stale: boolean): Record<string, unknown> {
  const { id, name, creator, createdAt, updatedAt, config, tags, aiGateway, description } = endpoint;
  const external = config?.served.find(({ fields }) => fields['external_model'] !== undefined);
  const task = external?.fields['external_model'];
  return {
    id,
    name,
    creator,
    creation_timestamp: createdAt,
    last_updated_timestamp: updatedAt,
    state: {
      ready: config === undefined ? 'NOT_READY' : 'READY',
      config_update: !stale && isUpdating(endpoint) ? 'IN_PROGRESS' : endpoint.lastUpdate,
    },
    ...(typeof task === 'object' && task !== null && 'task' in task ? { task: task.task } : {}),
    tags: [...tags].map(([key, value]) => ({ key, value })),
    ...(aiGateway === undefined ? {} : { ai_gateway: aiGateway }),
    ...(description === undefined ? {} : { description }),
  };
}

/** Entities come in the order of their names, whatever order they were written in. */
function configShape(
  session: CallContext,
  { version, served, routes, routing, autoCapture }: ServingConfig,
  state: (served: Served) => Deployment,
): Record<string, unknown> {
  const ordered = [...served].sort(byName);
  return {
    config_version: version,
    served_entities: ordered.map((each) => entityShape(session, each, state(each))),
    served_models: ordered
      .filter(({ fields }) => fields['entity_version'] !== undefined)
      .map((each) => modelShape(entityShape(session, each, state(each)))),
    traffic_config: {
      ...routing,
      routes: routes.map(({ name, percentage, more }) => ({
        ...more,
        served_model_name: name,
        served_entity_name: name,
        traffic_percentage: percentage,
      })),
    },
    ...(autoCapture === undefined
      ? {}
      : {
          auto_capture_config: {
            ...autoCapture,
            state: { payload_table: { name: tableOf(autoCapture), status: 'READY' } },
          },
        }),
  };
}

function tableOf(autoCapture: Readonly<Record<string, unknown>>): string {
  return `${String(autoCapture['table_name_prefix'])}_payload`;
}

function entityShape(
  session: CallContext,
  { fields, creator, createdAt }: Served,
  state: Deployment,
): Record<string, unknown> {
  const { switches } = session;
  const { burst_scaling_enabled: burst, external_model: external, ...shown } = fields;
  const name = String(fields['entity_name']).toLowerCase();
  return {
    ...shown,
    ...(burst !== undefined && switches.servingBurstEchoed ? { burst_scaling_enabled: burst } : {}),
    ...(external === undefined ? {} : { external_model: externalRead(session, external) }),
    ...(session.state.workspace.foundationModels.has(name)
      ? { foundation_model: { name: String(fields['entity_name']), display_name: name.split('.').at(-1) } }
      : {}),
    ...(switches.servingSizeEcho === 'size-and-concurrency' ? bothSizes(fields) : {}),
    creator,
    creation_timestamp: createdAt,
    state,
  };
}

/** The size that goes with a concurrency, and the reverse. */
function bothSizes(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const size = fields['workload_size'];
  if (typeof size === 'string') {
    const [min, max] = WORKLOAD_SIZES[size] ?? [0, 0];
    return { min_provisioned_concurrency: min, max_provisioned_concurrency: max };
  }
  const wanted = Number(
    fields['max_provisioned_concurrency'] ?? fields['min_provisioned_concurrency'] ?? NaN,
  );
  const [found] = Object.entries(WORKLOAD_SIZES).find(([, [, max]]) => wanted <= max) ?? [];
  return found === undefined ? {} : { workload_size: found };
}

/** A served entity in the older spelling. */
function modelShape(entity: Record<string, unknown>): Record<string, unknown> {
  const { entity_name: name, entity_version: version, ...rest } = entity;
  return { ...rest, model_name: name, model_version: version };
}

function deploymentOf(endpoint: Endpoint, pending: PendingUpdate, { name, fields }: Served): Deployment {
  const isOld = endpoint.config?.served.some(
    (each) => each.name === name && each.fields['entity_version'] === fields['entity_version'],
  );
  if (isOld === true) return READY;
  const { failure, isOver } = pending;
  if (!isOver || failure === undefined) {
    return {
      deployment: 'DEPLOYMENT_CREATING',
      deployment_state_message: 'Creating resources for the served entity.',
    };
  }
  if (failure.state === 'UPDATE_CANCELED' || (failure.served !== undefined && failure.served !== name)) {
    return { deployment: 'DEPLOYMENT_ABORTED', deployment_state_message: 'The update was ended.' };
  }
  return { deployment: 'DEPLOYMENT_FAILED', deployment_state_message: failure.message };
}
