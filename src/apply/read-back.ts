import { formatChange } from '../plan/change.ts';
import { messageOf, PromoteError } from '../domain/errors.ts';
import { poll } from '../domain/poll.ts';
import type { ApplyContext } from './context.ts';
import { currentValue, isReadBack, nameOf, valueText, type ValueChange } from './value.ts';
import type { Value } from './changes/value-writer.ts';

/** Reads of a value just written that may lag behind it: how often and how far apart, milliseconds. */
const READ_BACK = { tries: 4, pause: 500 } as const;

/** From the first read to the last, seconds. */
const SPAN = (READ_BACK.pause * (READ_BACK.tries * (READ_BACK.tries - 1))) / 2 / 1000;

const AGAIN = 'Running the step again is safe: existing values are not written twice.';

/**
 * Reads every value that was written, for some seconds, until it is as written. Throws `conflict` when one is not: it is
 * noted as unknown then. That it cannot be read at all is thrown as it is, with the word that it was written.
 */
export async function readBack(
  written: readonly ValueChange[],
  context: ApplyContext,
  alongside?: () => Promise<unknown>,
): Promise<void> {
  if (written.length === 0) return;
  const wrong = await poll(
    () => readWrong(written, context, alongside),
    ({ length }) => length === 0,
    { tries: READ_BACK.tries, pause: (looks) => READ_BACK.pause * looks },
    context,
  );
  for (const { change } of wrong) context.journal.end(change, 'unknown');
  const [first] = wrong;
  if (first !== undefined) throw notAsWritten(first.change, first.found);
}

/** The changes whose value is not as written, and what it is. */
async function readWrong(
  written: readonly ValueChange[],
  context: ApplyContext,
  alongside: (() => Promise<unknown>) | undefined,
) {
  for (const change of written) context.snapshot.forget(nameOf(change));
  const reading = Promise.all(written.map((change) => valueAfter(change, context)));
  await Promise.allSettled([reading, alongside?.()]);
  const values = await reading;
  return written.flatMap((change, index) => {
    const found = values[index] ?? null;
    return isReadBack(change, found, context) ? [] : [{ change, found }];
  });
}

async function valueAfter(change: ValueChange, { snapshot }: ApplyContext): Promise<Value> {
  try {
    return await currentValue(change, snapshot);
  } catch (error) {
    if (!(error instanceof PromoteError) || error.details.code === 'cancelled') throw error;
    throw new PromoteError(
      `${formatChange(change)} was written but could not be read back: ${messageOf(error)}`,
      { ...error.details, fix: `Check the value yourself, or run the step again. ${AGAIN}`, cause: error },
    );
  }
}

/** The value from before may be an old response; any other was written by somebody. */
function notAsWritten(change: ValueChange, found: Value): PromoteError {
  const conflict = { code: 'conflict', outcome: 'conflict' } as const;
  const before = change.kind === 'hold' ? (change.found ?? null) : change.from;
  if (found === before) {
    return new PromoteError(
      `${formatChange(change)} was written and accepted, but ${READ_BACK.tries} reads within ${SPAN} s still returned the previous value, ${valueText(found)}.`,
      {
        ...conflict,
        fix: `Either the registry still returns the old value, or someone restored it. Check the value in a minute, then run the step again. ${AGAIN}`,
      },
    );
  }
  return new PromoteError(
    `${formatChange(change)} was written, but reading it back returned ${valueText(found)}, which is neither the new nor the previous value.`,
    {
      ...conflict,
      fix: 'Someone else is changing the same value. Find out who, then run the step again.',
    },
  );
}
