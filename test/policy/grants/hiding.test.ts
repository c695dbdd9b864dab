import { expect, test } from 'vitest';
import type { Securable } from '../../../src/domain/privilege.ts';
import { hidingRight } from '../../../src/policy/grants/hiding-right.ts';
import { GRANT_COMMANDS } from '../../../src/registry/databricks/grant-commands.ts';
import type { JudgedRight } from '../../../src/policy/grants/remedy.ts';

const MODEL: Securable = { type: 'function', name: 'prod.ml_team.fraud_detection' };
const SCHEMA: Securable = { type: 'schema', name: 'prod.ml_team' };
const ON_SCHEMA = { securable: SCHEMA, privilege: 'USE_SCHEMA' };
const ON_CATALOG = { securable: { type: 'catalog', name: 'PROD' }, privilege: 'USE_CATALOG' } as const;

interface Right {
  readonly securable: Securable;
  readonly privilege: string;
}

const whole = (right: Right) => ({ ...right, alternatives: [], for: ['read'] });

/** A right that is not held, or may not be, and what would give it. */
function lacking(state: 'missing' | 'unknown', right: Right): JudgedRight {
  const request = GRANT_COMMANDS.grantRequest(right.securable, [right.privilege], 'eve');
  const remedy = { kind: 'grant', ...right, statement: 'GRANT …', request, mayRun: 'its owner' } as const;
  const judged = { right: whole(right), reason: 'why', remedy };
  return state === 'missing' ? { ...judged, state } : { ...judged, state, doubts: ['unread'] };
}

test.each<[string, JudgedRight, boolean]>([
  ['a right to use the schema, certainly missing', lacking('missing', ON_SCHEMA), true],
  ['that of the catalog', lacking('missing', ON_CATALOG), true],
  ['unknown is not missing', lacking('unknown', ON_SCHEMA), false],
  ['granted', { right: whole(ON_SCHEMA), state: 'granted', by: 'directly', paths: [] }, false],
  [
    'a parent that is not there',
    { right: whole(ON_SCHEMA), state: 'missing', reason: 'why', absent: true },
    false,
  ],
  ['another right on the parent', lacking('missing', { ...ON_SCHEMA, privilege: 'CREATE_MODEL' }), false],
  ['a right on the model itself', lacking('missing', { securable: MODEL, privilege: 'EXECUTE' }), false],
  [
    'a parent of another model',
    lacking('missing', { ...ON_SCHEMA, securable: { type: 'schema', name: 'prod.other' } }),
    false,
  ],
])('%s', (_title, right, hides) => {
  expect(hidingRight(MODEL, [{ rights: [right] }])).toBe(hides ? right : undefined);
});
