import { invalid, missing } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import type { GivenConfig } from '../../workspace/serving/config.ts';
import {
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  requireEndpoint,
  updateConfig,
} from '../../workspace/serving/endpoints.ts';
import type { Json } from '../../workspace/serving/state.ts';
import type { Input } from '../input.ts';
import { isObject } from '../input.ts';
import { list } from '../legacy/shapes.ts';
import { family, ok, type Context, type Route, type RouteResponse } from '../route.ts';
import { detailed, summary } from './shapes.ts';

const serving = family('/api/2.0/serving-endpoints', { from: 'client code', section: 'model serving' });

const configFields = { served_entities: 'array', served_models: 'array', traffic_config: 'object' } as const;

function objectIn(input: Input, field: string): Json | undefined {
  const value = input.value(field);
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`Parameter '${field}' must be an object.`);
  return value;
}

function configIn(input: Input): GivenConfig {
  if (input.has('served_entities') && input.has('served_models')) {
    throw invalid('Only one of served_entities and served_models can be given.');
  }
  const traffic = objectIn(input, 'traffic_config');
  const routes = traffic === undefined ? undefined : input.object('traffic_config').objects('routes');
  return {
    served: input.objects(input.has('served_models') ? 'served_models' : 'served_entities'),
    routes,
    routing: Object.fromEntries(Object.entries(traffic ?? {}).filter(([field]) => field !== 'routes')),
    autoCapture: objectIn(input, 'auto_capture_config'),
  };
}

/** Provisioned throughput in model units: foundation models only, and no other sizes. */
function unitsIn(input: Input): GivenConfig {
  const config = configIn(input.object('config'));
  for (const entity of config.served) {
    if (entity['provisioned_model_units'] === undefined) throw invalid('provisioned_model_units is needed.');
  }
  return config;
}

function create(input: Input, { session }: Context, config: GivenConfig): RouteResponse {
  const endpoint = createEndpoint(session, {
    name: input.text('name'),
    config,
    tags: input.tags('tags'),
    aiGateway: objectIn(input, 'ai_gateway'),
    description: input.maybeText('description'),
    notifications: objectIn(input, 'email_notifications'),
    routeOptimized: input.flag('route_optimized'),
  });
  return ok(detailed(session, endpoint));
}

/** What a container said while it was built: with an update that failed, why. */
function logsOf(session: CallContext, input: Input): string {
  const { config, pending } = requireEndpoint(session, input.text('name'), 'CAN_VIEW');
  const served = input.text('served');
  const all = [...(pending?.config.served ?? []), ...(config?.served ?? [])];
  if (!all.some(({ name }) => name === served)) throw missing(`The served entity ${served} does not exist.`);
  const failure = pending?.isOver === true ? pending.failure : undefined;
  return failure === undefined
    ? `${served} is served.\n`
    : `Building the container of ${served}.\n${failure.message}\n`;
}

const common = {
  name: 'string!',
  ai_gateway: 'object',
  budget_policy_id: 'string',
  description: 'string',
  email_notifications: 'object',
  tags: 'array',
} as const;

/** Serving endpoints. */
export const servingRoutes: readonly Route[] = [
  serving({
    method: 'GET',
    template: '',
    write: false,
    handle: (_input, { session }) =>
      ok(
        list(
          'endpoints',
          listEndpoints(session).map((endpoint) => summary(session, endpoint)),
        ),
      ),
  }),
  serving({
    method: 'POST',
    template: '',
    write: true,
    fields: { ...common, config: 'object!', rate_limits: 'array', route_optimized: 'bool' },
    handle: (input, context) => create(input, context, configIn(input.object('config'))),
  }),
  serving({
    method: 'POST',
    template: '/pt',
    write: true,
    fields: { ...common, config: 'object!' },
    handle: (input, context) => create(input, context, unitsIn(input)),
  }),
  serving({
    method: 'GET',
    template: '/{name}',
    write: false,
    handle: (input, { session }) => {
      const endpoint = requireEndpoint(session, input.text('name'), 'CAN_VIEW');
      const stale = endpoint.staleReads > 0;
      if (stale) endpoint.staleReads -= 1;
      return ok(detailed(session, endpoint, stale));
    },
  }),
  serving({
    method: 'PUT',
    template: '/{name}/config',
    write: true,
    fields: { ...configFields, auto_capture_config: 'object' },
    handle: (input, { session }) =>
      ok(detailed(session, updateConfig(session, input.text('name'), configIn(input)))),
  }),
  serving({
    method: 'PUT',
    template: '/pt/{name}/config',
    write: true,
    fields: { config: 'object!' },
    handle: (input, { session }) =>
      ok(detailed(session, updateConfig(session, input.text('name'), unitsIn(input)))),
  }),
  serving({
    method: 'PATCH',
    template: '/{name}/tags',
    write: true,
    fields: { add_tags: 'array', delete_tags: 'array' },
    handle: (input, { session }) => {
      const { tags } = requireEndpoint(session, input.text('name'), 'CAN_MANAGE');
      for (const [key, value] of input.tags('add_tags')) tags.set(key, value);
      for (const key of input.texts('delete_tags')) tags.delete(key);
      return ok({ tags: [...tags].map(([key, value]) => ({ key, value })) });
    },
  }),
  serving({
    method: 'PUT',
    template: '/{name}/ai-gateway',
    write: true,
    fields: {
      fallback_config: 'object',
      guardrails: 'object',
      inference_table_config: 'object',
      rate_limits: 'array',
      usage_tracking_config: 'object',
    },
    handle: (input, { session }) => {
      const endpoint = requireEndpoint(session, input.text('name'), 'CAN_MANAGE');
      const parts = [
        'fallback_config',
        'guardrails',
        'inference_table_config',
        'rate_limits',
        'usage_tracking_config',
      ];
      endpoint.aiGateway = Object.fromEntries(
        parts.flatMap((part) => (input.has(part) ? [[part, input.value(part)]] : [])),
      );
      return ok(endpoint.aiGateway);
    },
  }),
  serving({
    method: 'PATCH',
    template: '/{name}/notifications',
    write: true,
    fields: { email_notifications: 'object' },
    handle: (input, { session }) => {
      const endpoint = requireEndpoint(session, input.text('name'), 'CAN_MANAGE');
      endpoint.notifications = objectIn(input, 'email_notifications');
      return ok({ name: endpoint.name, email_notifications: endpoint.notifications ?? {} });
    },
  }),
  ...(['build-logs', 'logs'] as const).map((kind) =>
    serving({
      method: 'GET',
      template: `/{name}/served-models/{served}/${kind}`,
      write: false,
      handle: (input, { session }) => ok({ logs: logsOf(session, input) }),
    }),
  ),
  serving({
    method: 'DELETE',
    template: '/{name}',
    write: true,
    handle: (input, { session }) => {
      deleteEndpoint(session, input.text('name'));
      return ok({});
    },
  }),
];
