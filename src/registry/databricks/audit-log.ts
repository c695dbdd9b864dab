import type { HttpClient } from '../../http/client.ts';
import { protocolError } from '../../http/failed-response.ts';
import type { Registry } from '../port.ts';
import { runQuery } from './statements.ts';
import * as wire from './wire/audit-log.ts';

/** Who moved aliases, by the table of audit logs (workspace-apis §3.3). */
export function auditLogCalls(http: HttpClient): Required<Pick<Registry, 'findMoves'>> {
  return {
    async findMoves(asked) {
      const { most, ...statement } = wire.aliasEvents(asked);
      const rows = await runQuery(http, { warehouse: asked.warehouse, ...statement });
      const moves = rows.slice(0, most).map((row) => {
        const event = wire.aliasEvent.safeParse(row);
        if (!event.success)
          throw http.named(
            protocolError('has a row of the audit log without its time', 'POST /api/2.0/sql/statements'),
          );
        return wire.toMove(event.data);
      });
      return {
        moves: moves.filter((move) => move !== undefined).reverse(),
        isCut: rows.length > most,
      };
    },
  };
}
