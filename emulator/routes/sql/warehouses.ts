import type { Warehouse } from '../../workspace/sql/state.ts';
import { listWarehouses, requireWarehouse, startWarehouse } from '../../workspace/sql/warehouses.ts';
import { list } from '../legacy/shapes.ts';
import { family, ok, type Route } from '../route.ts';

const sql = family('/api/2.0/sql/warehouses', { from: 'client code', section: 'SQL warehouses' });

function shown({ id, name, state, creator }: Warehouse): object {
  return {
    id,
    name,
    state,
    creator_name: creator,
    cluster_size: '2X-Small',
    warehouse_type: 'PRO',
    enable_serverless_compute: true,
    num_clusters: state === 'RUNNING' ? 1 : 0,
    auto_stop_mins: 10,
  };
}

/** SQL warehouses: those that there are, and starting and stopping them. */
export const warehouseRoutes: readonly Route[] = [
  sql({
    method: 'GET',
    template: '',
    write: false,
    handle: (_input, { session }) => ok(list('warehouses', listWarehouses(session).map(shown))),
  }),
  sql({
    method: 'GET',
    template: '/{id}',
    write: false,
    handle: (input, { session }) => ok(shown(requireWarehouse(session, input.text('id'), 'CAN_VIEW'))),
  }),
  sql({
    method: 'POST',
    template: '/{id}/start',
    write: true,
    handle: (input, { session }) => {
      startWarehouse(session, requireWarehouse(session, input.text('id'), 'CAN_USE'));
      return ok({});
    },
  }),
  sql({
    method: 'POST',
    template: '/{id}/stop',
    write: true,
    handle: (input, { session }) => {
      requireWarehouse(session, input.text('id'), 'CAN_MANAGE').state = 'STOPPED';
      return ok({});
    },
  }),
];
