import { invalid, missing } from '../../metastore/api-error.ts';
import type { CallContext } from '../../metastore/session.ts';
import { holds, lacksLevel } from '../rights.ts';
import type { Warehouse } from './state.ts';

/** The warehouse, if the caller has the level on it. */
export function requireWarehouse(session: CallContext, id: string, level: string): Warehouse {
  if (!/^[0-9a-f]{16}$/.test(id)) throw invalid(`${id} is not a valid endpoint id.`);
  const warehouse = session.state.workspace.warehouses.get(id);
  if (warehouse === undefined || warehouse.state === 'DELETED') {
    throw missing(`SQL warehouse ${id} does not exist.`);
  }
  if (!holds(session, 'warehouses', id, level)) {
    throw lacksLevel(session, 'warehouses', level, `the SQL warehouse ${id}`);
  }
  return warehouse;
}

/** The warehouses that the caller may view. */
export function listWarehouses(session: CallContext): Warehouse[] {
  return [...session.state.workspace.warehouses.values()].filter(
    ({ id, state }) => state !== 'DELETED' && holds(session, 'warehouses', id, 'CAN_VIEW'),
  );
}

/** Begins to start a warehouse that does not run; it takes as many looks as the switch says. */
export function startWarehouse({ switches }: CallContext, warehouse: Warehouse): void {
  if (warehouse.state === 'RUNNING' || warehouse.state === 'STARTING') return;
  warehouse.state = 'STARTING';
  warehouse.starting = switches.warehouseStart;
}

/** One look of a statement at its warehouse: whether it runs by now. */
export function runsNow(session: CallContext, warehouse: Warehouse): boolean {
  if (warehouse.state === 'RUNNING') return true;
  if (!warehouse.starts) return false;
  startWarehouse(session, warehouse);
  warehouse.starting -= 1;
  if (warehouse.starting >= 0) return false;
  warehouse.state = 'RUNNING';
  return true;
}
