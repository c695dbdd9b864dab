import { at, listAt, textAt, type RawResponse } from '../call.ts';
import { must, verdictOf } from '../fixtures.ts';
import type { Row } from '../row.ts';
import type { RowContext } from '../row-context.ts';
import { NO_ENDPOINT } from '../scope.ts';
import { Unseen } from '../unseen.ts';
import { fact, type Sight } from './kinds.ts';

const group = 'Serving endpoints';
const SERVING = '/api/2.0/serving-endpoints';
const CONCURRENCY = ['min_provisioned_concurrency', 'max_provisioned_concurrency'];

function endpoint({ first }: RowContext, name: string): Promise<RawResponse> {
  return first.call({ method: 'GET', template: `${SERVING}/{name}`, params: { name } });
}

/** The given endpoint, which several rows look at. */
function given(context: RowContext): Promise<RawResponse> {
  return context.once('endpoint', async () =>
    must(await endpoint(context, context.scope.endpoint ?? ''), 'endpoint'),
  );
}

/** Switches of serving endpoints that a look shows. */
export const servingSights = {
  servingHidden: {
    group,
    needs: 'hidden-endpoint',
    async see(context) {
      const response = await endpoint(context, context.scope.hiddenEndpoint ?? '');
      if (response.status < 300) throw new Unseen('the caller may view the endpoint');
      return { value: String(response.status), note: verdictOf(response) };
    },
  },
  servingListShows: {
    group,
    needs: 'hidden-endpoint',
    async see({ first, scope }) {
      const response = must(await first.call({ method: 'GET', template: SERVING }), 'list of endpoints');
      const names = listAt(response.body, 'endpoints').map((each) => textAt(each, 'name'));
      return names.includes(scope.hiddenEndpoint ?? '') ? 'all' : 'viewable';
    },
  },
  servingSizeEcho: {
    group,
    needs: 'endpoint',
    async see(context) {
      const { body } = await given(context);
      const sized = listAt(body, 'config', 'served_entities').map((entity) => ({
        size: at(entity, 'workload_size') !== undefined,
        concurrency: CONCURRENCY.some((field) => at(entity, field) !== undefined),
      }));
      if (!sized.some(({ size, concurrency }) => size || concurrency))
        throw new Unseen('no entity of the endpoint has a size or a concurrency');
      return sized.some(({ size, concurrency }) => size && concurrency)
        ? 'size-and-concurrency'
        : 'size-only';
    },
  },
  servingFailedKeepsPending: {
    group,
    needs: 'endpoint',
    async see(context) {
      const { body } = await given(context);
      const state = textAt(body, 'state', 'config_update');
      if (state !== 'UPDATE_FAILED') throw new Unseen(`the last update of the endpoint is ${state}`);
      return String(at(body, 'pending_config') !== undefined);
    },
  },
} as const satisfies Readonly<Record<string, Sight>>;

/** Facts about serving endpoints. */
export const servingFacts: readonly Row[] = [
  fact(
    'endpoint-absent',
    {
      group,
      about: 'the response for a serving endpoint that does not exist',
      assumed: '404 RESOURCE_DOES_NOT_EXIST',
    },
    async (context) => verdictOf(await endpoint(context, NO_ENDPOINT)),
  ),
  {
    ...fact(
      'endpoint-read',
      {
        group,
        about:
          'a read of an endpoint has the number of its config, its routes by entity, and the state of each entity',
        assumed: 'config_version, routes, deployment',
      },
      async (context) => {
        const { body } = await given(context);
        const [entity] = listAt(body, 'config', 'served_entities');
        const [route] = listAt(body, 'config', 'traffic_config', 'routes');
        const seen = [
          at(body, 'config', 'config_version') === undefined ? [] : ['config_version'],
          textAt(route, 'served_entity_name') + textAt(route, 'served_model_name') === '' ? [] : ['routes'],
          textAt(entity, 'state', 'deployment') === '' ? [] : ['deployment'],
        ].flat();
        return seen.length === 0 ? 'none of them' : seen.join(', ');
      },
    ),
    needs: 'endpoint',
  },
];
