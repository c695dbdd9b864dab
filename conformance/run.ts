import { messageOf, hasCode, PromoteError, type ErrorCode } from '../src/domain/errors.ts';
import type { Exchange } from './fence/transport.ts';
import type { RowContext } from './row-context.ts';
import { NEEDS, type Need, type Observation, type Row, type Verdict } from './row.ts';
import { Unseen } from './unseen.ts';

/** How a row ended, and the requests that it was judged by. */
export interface Result {
  readonly row: Row;
  readonly verdict: Verdict;
  /** In the words of the assumption; absent where nothing was seen. */
  readonly seen?: string;
  readonly note?: string;
  readonly evidence: readonly Evidence[];
}

/** A request of one of the people. */
export interface Evidence extends Exchange {
  readonly as: 'first' | 'second' | 'expired';
}

/** Tries each row in turn, until `signal` ends it; `evidence` gives the requests since it was last asked. */
export async function* tryRows(
  rows: readonly Row[],
  context: RowContext,
  evidence: () => readonly Evidence[],
  signal: AbortSignal,
): AsyncGenerator<Result> {
  for (const row of rows) {
    if (signal.aborted) return;
    evidence();
    const ended = await tryRow(row, context);
    if (signal.aborted) return;
    yield { row, ...ended, evidence: evidence() };
  }
}

async function tryRow(row: Row, context: RowContext): Promise<Omit<Result, 'row' | 'evidence'>> {
  const why = row.inapplicable(context.first.registry.capabilities, context.kind);
  if (why !== undefined) return { verdict: 'not applicable', note: why };
  if (row.needs !== undefined && !isGiven(row.needs, context))
    return { verdict: 'not tried', note: `needs ${NEEDS[row.needs]}` };
  try {
    return judged(row, await row.see(context));
  } catch (error) {
    return failed(row, error);
  }
}

function judged(row: Row, observation: Observation): Omit<Result, 'row' | 'evidence'> {
  const { value, note } =
    typeof observation === 'string' ? { value: observation, note: undefined } : observation;
  const verdict = value === row.assumed ? 'as assumed' : 'differs';
  return { verdict, seen: value, ...(note === undefined ? {} : { note }) };
}

const TRANSIENT: ReadonlySet<ErrorCode> = new Set([
  'unavailable',
  'rate-limited',
  'cancelled',
  'interrupted',
  'unauthenticated',
  'other-identity',
]);

/** An outage shows nothing; a refusal of an operation is what the row is about. */
function failed(row: Row, error: unknown): Omit<Result, 'row' | 'evidence'> {
  if (error instanceof Unseen) return { verdict: 'unknown', note: error.message };
  if (hasCode(error, 'unsupported')) return { verdict: 'not applicable', note: error.message };
  if (!(error instanceof PromoteError) || error.details.code === 'internal') throw error;
  if (row.kind !== 'operation' || TRANSIENT.has(error.details.code))
    return { verdict: 'unknown', note: messageOf(error) };
  const { serverCode, httpStatus, code } = error.details;
  const refusal = [httpStatus, serverCode ?? code].filter((part) => part !== undefined).join(' ');
  return { verdict: 'differs', seen: `refused: ${refusal}`, note: messageOf(error) };
}

function isGiven(need: Need, context: RowContext): boolean {
  const { second, expired, extras, scope, first } = context;
  switch (need) {
    case 'second-principal':
      return second !== undefined;
    case 'second-schema':
      return scope.schemas.length > 1;
    case 'expired-token':
      return expired !== undefined;
    case 'nested-group':
      return extras.nestedGroup !== undefined;
    case 'deployment-job':
      return extras.deploymentJob !== undefined;
    case 'shared-version':
      return scope.sharedVersion !== undefined;
    case 'warehouse':
      return scope.warehouse !== undefined;
    case 'large':
      return extras.large;
    case 'job':
      return scope.job !== undefined;
    case 'hidden-job':
      return scope.hiddenJob !== undefined;
    case 'endpoint':
      return scope.endpoint !== undefined;
    case 'hidden-endpoint':
      return scope.hiddenEndpoint !== undefined;
    case 'service-principal':
      return [first, second].some((person) => person?.caller.kind === 'service-principal');
  }
}
