import type { Stage } from '../../apply/stage.ts';
import { decide } from '../../domain/decision.ts';
import { hasCode, messageOf, PromoteError } from '../../domain/errors.ts';
import type { ModelVersion, Tag } from '../../domain/model.ts';
import type { FullName } from '../../domain/full-name.ts';
import { modelSecurable } from '../../domain/privilege.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Bytes } from '../../facts/equal-versions.ts';
import { findHoldsOf } from '../../facts/holds.ts';
import type { HoldChange } from '../../plan/changes/hold.ts';
import type { MoveEntry } from '../../policy/alias/history.ts';
import { readHolds } from '../../policy/hold/model-hold.ts';
import type { FoundHold } from '../../policy/hold/findings.ts';
import { rightName } from '../../policy/grants/findings.ts';
import { missingHoldBlocks, unsetHoldBlocks } from '../../report/sections/rollback.ts';
import { noteHoldUndo, withStops } from '../parts/holds.ts';
import type { RollbackContext } from './rollback.ts';

/** The stage that puts the bad version on hold, and why the registry refused that, once it has. */
export interface HoldStage {
  readonly stages: readonly Stage[];
  /** What stops the step before the bad version is on hold, with that it is not; `done` says what was made before. */
  explain(this: void, error: PromoteError, done: string): PromoteError;
  readonly refusal: { readonly outcome: Outcome; readonly why: string } | undefined;
}

/** Puts the bad version on hold once the alias is moved: that this is refused leaves the alias moved. */
export function holdStage(
  context: RollbackContext,
  { bad, bytes }: { readonly bad: ModelVersion | undefined; readonly bytes: Bytes | undefined },
  changes: readonly HoldChange[],
  /** What was made of the alias before. */
  what: string,
): HoldStage {
  const { record } = context;
  let refusal: HoldStage['refusal'];
  let made = changes;
  const explain: HoldStage['explain'] = (error, done) => {
    if (bad === undefined || changes.length === 0)
      return new PromoteError(`${done}: ${error.message}`, { ...error.details, cause: error });
    const isSent = made.some((change) => record.wasWritten(change));
    const state = isSent
      ? `it is not known whether version ${bad.version} is on hold`
      : `version ${bad.version} is NOT on hold`;
    record.todo.push(
      ...unsetHoldBlocks(
        { name: bad.name, version: bad.version, reason: context.inputs.reason },
        record.again,
      ),
    );
    return new PromoteError(`${done}; ${state}: ${error.message}`, { ...error.details, cause: error });
  };
  if (bad === undefined || changes.length === 0) return { stages: [], explain, refusal: undefined };
  const stage: Stage = {
    name: 'holds',
    changes,
    work: {
      kind: 'values',
      async confirm() {
        return (made = await Promise.all(changes.map((change) => withStops(change, bad, context, bytes))));
      },
      explain: (error) => explain(error, what),
      async whenRefused(error) {
        const isDenied = error.details.code === 'permission-denied';
        const right = rightName({ securable: modelSecurable(bad.name), privilege: 'APPLY_TAG' });
        refusal = {
          outcome: isDenied ? 'denied' : 'blocked',
          why: isDenied ? `the registry refused the tag, which needs ${right}` : messageOf(error),
        };
        record.warn('Hold', {
          code: 'hold-refused',
          severity: 'warning',
          message: `The registry refused to put version ${bad.version} on hold: ${messageOf(error)}`,
          fix: isDenied
            ? `Have an administrator grant the caller ${right}, then run again.`
            : (error.details.fix ?? 'Look at the tags of the model, then run again.'),
        });
        const held = { name: bad.name, version: bad.version };
        record.todo.push(
          ...(isDenied
            ? missingHoldBlocks(
                { ...held, principal: await principalOf(context) },
                context.destination.registry.commands,
              )
            : unsetHoldBlocks({ ...held, reason: context.inputs.reason }, record.again)),
        );
        return [];
      },
      ended: (ended) => noteHoldUndo(context, ended),
    },
  };
  return {
    stages: [stage],
    explain,
    get refusal() {
      return refusal;
    },
  };
}

/** Who is to be granted the right; empty where that is not known. */
async function principalOf({ destination }: RollbackContext): Promise<string> {
  try {
    return (await destination.caller()).principal;
  } catch (error) {
    if (!(error instanceof PromoteError)) throw error;
    return '';
  }
}

/** A bad version that does not exist, of an alias that is moved or is there already. */
interface GoneVersion {
  readonly uri: string;
  readonly bad: number;
  readonly moves: readonly MoveEntry[];
  readonly isMoved: boolean;
}

/** Notes that the bad version is gone and cannot be held: it stops no move, and is refused where there is none. */
export function noteGone({ record }: RollbackContext, { uri, bad, moves, isMoved }: GoneVersion): void {
  const isRecorded = isMoved || moves.some(({ from, to }) => from === bad || to === bad);
  const what = isRecorded ? 'no longer exists' : 'does not exist, and no recorded move of the alias names it';
  record.check(
    'Bad version',
    isMoved ? 'warn' : 'fail',
    decide([
      {
        code: 'hold-of-nothing',
        severity: isMoved ? 'warning' : 'error',
        message: `${uri} ${what}, so its content cannot be put on hold.`,
        fix: `${isRecorded ? '' : 'Check from-version. '}Put its source on hold with tag-status, on the model that it was copied from, and set hold: false here.`,
      },
    ]),
    '',
    'blocked',
  );
}

/** The holds of a model on a version by its number alone, for one that is gone. */
export function holdsByNumber(name: FullName, bad: number, tags: readonly Tag[]): FoundHold[] {
  return readHolds(tags)
    .filter(({ held }) => held?.version === bad)
    .map((hold) => ({ name, hold, by: 'version' }));
}

/** The holds that stop the bad version already. That its files cannot be read stops no rollback: it gets one of its own. */
export async function holdsOfBad(
  context: RollbackContext,
  bad: ModelVersion,
  tags: readonly Tag[],
): Promise<FoundHold[]> {
  try {
    return await findHoldsOf(bad, tags, { ...context, snapshot: context.destination });
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled')) throw error;
    return [];
  }
}
