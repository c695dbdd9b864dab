import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import { optional, parsed } from './fields.ts';

/** The id of a SQL warehouse, which asks the audit log; what for, is said by each action. */
export function warehouseId(purpose: string) {
  return optional(parsed(parseWarehouse), {
    description: `ID of a SQL warehouse: ${purpose} The caller needs CAN USE on it, and SELECT on \`system.access.audit\`.`,
  });
}

/** Databricks' own ids have 16 hexadecimal digits; a name or an address is a mistake that shows here. */
function parseWarehouse(text: string): Parsed<string> {
  const value = text.trim();
  return /^[\w-]{1,100}$/u.test(value)
    ? { ok: true, value }
    : {
        ok: false,
        problem: `"${show(value, 60)}" is no ID of a SQL warehouse.`,
        fix: 'Copy the ID from the page of the warehouse, such as 1234567890abcdef.',
      };
}
