import { INVALID, sql, workspace, type Line } from '../givers.ts';

const sdk = 'client code: databricks-sdk-py 0.162.0';
const missing = '404 RESOURCE_DOES_NOT_EXIST';

/** Refusals about warehouses and statements; what SQL itself refuses comes with 200, in the status of the statement. */
export const sqlRefusals: readonly Line[] = [
  [INVALID, '{…} is not a valid endpoint id.', workspace, 'assumed: public reports quote it'],
  [missing, 'SQL warehouse {…} does not exist.', workspace, 'assumed: 404, as for other objects'],
  [missing, 'The statement {…} was not found.', sql, `${sdk}: NotFound; message assumed`],
  [INVALID, 'Invalid wait timeout {…}: it must be 0s, or between 5s and 50s.', sql, `${sdk}: the limits`],
  [
    INVALID,
    'The emulator has the disposition INLINE alone, not {…}.',
    sql,
    'assumed: the emulator has no more, and says so',
  ],
  [INVALID, 'The disposition INLINE takes the format JSON_ARRAY only.', sql, `${sdk}: the rule`],
  [INVALID, 'There is no chunk {…} of this result.', sql, 'assumed'],
  [INVALID, 'The statement {…} has no result: it is {…}.', sql, 'assumed'],
];
