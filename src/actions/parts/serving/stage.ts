import type { Stage } from '../../../apply/stage.ts';
import type { VersionRef } from '../../../domain/change-target.ts';
import { hasCode, PromoteError } from '../../../domain/errors.ts';
import { show } from '../../../domain/printable.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import type { AliasChange } from '../../../plan/changes/alias.ts';
import { sharesText, type ServingChange } from '../../../plan/changes/serving.ts';
import { servingUndo } from '../../../report/sections/serving-undo.ts';
import type { ActionContext } from '../../contract/context.ts';
import { noteMove, noteMoved, type Move } from '../alias/move.ts';
import { returnBasis } from './returned-version.ts';

/** What became of the endpoints of a run. */
export interface ServingState {
  readonly made: ServingChange[];
  /** Why one was not updated, and what was put back then, in words. */
  failure: { readonly error: PromoteError; readonly putBack: string } | undefined;
}

/** What goes around the updates of endpoints. */
export interface Around {
  /** What puts the alias back, where this plan has moved it. Default: it stays. */
  readonly moveBack?: (this: void) => Promise<Move>;
  /** The updates that an earlier attempt made of the same plan. */
  readonly madeBefore?: readonly ServingChange[];
  /** Names of endpoints that served the version before, and stay where the alias is put back. */
  readonly standing?: readonly string[];
  /** What stops the plan, with what was made before it; default: as it is. */
  readonly explain?: (this: void, error: PromoteError) => PromoteError;
}

/** The stage in which endpoints are updated. */
export function servingStage(
  context: ActionContext<CommonInputs>,
  changes: readonly ServingChange<VersionRef>[],
  { moveBack, madeBefore = [], standing = [], explain }: Around = {},
): { readonly stages: Stage[]; readonly state: ServingState } {
  const { record } = context;
  const state: ServingState = { made: [...madeBefore], failure: undefined };
  const [first] = changes;
  if (first === undefined) return { stages: [], state };
  const { putsBack } = first.rules;
  const stage: Stage = {
    name: 'serving',
    changes,
    work: {
      kind: 'serving',
      ...(explain === undefined ? {} : { explain }),
      ended(change) {
        state.made.push(change);
        record.undo.push(...servingUndo(change));
        noteServed(context, change);
      },
      ...(putsBack === 'nothing'
        ? {}
        : {
            async whenFailed(error: PromoteError) {
              const { move, routes } = await puttingBack(error, async () => ({
                move: putsBack === 'endpoints' ? [] : ((await moveBack?.()) ?? []),
                routes: await returnsOf(context, state.made),
              }));
              // One that was on its way before this run: what it served is not known.
              const coming = state.made.flatMap(({ endpoint, from }) =>
                from.length === 0 ? [endpoint] : [],
              );
              const left = [...standing, ...coming];
              // What was made before and stays is said with the failure.
              const said = move.length === 0 ? (explain?.(error) ?? error) : error;
              state.failure = { error: said, putBack: putBackText(putsBack, { move, routes, left }) };
              return restoringStages(context, { error, move, routes });
            },
          }),
    },
  };
  return { stages: [stage], state };
}

function noteServed({ record }: ActionContext<CommonInputs>, { endpoint, to }: ServingChange): void {
  record.factAgain(`Endpoint ${show(endpoint, 63)}`, sharesText(to), 'ready and read back');
}

/** The changes that put an alias back: a move like every other, with its record. */
export async function movedBack(context: ActionContext<CommonInputs>, move: AliasChange): Promise<Move> {
  const { name, from: version } = move;
  const basis = version === null ? [] : await returnBasis(context, { name, version });
  const tags = (await context.destination.freshExtras(name))?.tags ?? [];
  return noteMove(context, { ...move, from: move.to, to: version, basis }, tags);
}

/** What is put back. */
interface PutBack {
  readonly move: Move;
  readonly routes: readonly ServingChange[];
}

function putBackText(
  putsBack: ServingChange['rules']['putsBack'],
  { move, routes, left }: PutBack & { readonly left: readonly string[] },
): string {
  const stay = left.map(
    (name) => `The endpoint ${show(name, 80)} was set to the version before this run, and stays.`,
  );
  if (move.length > 0) {
    const what = routes.length > 0 ? 'The alias and the other endpoints were' : 'The alias was';
    return [`${what} put back.`, ...stay].join(' ');
  }
  const others = routes.length > 0 ? ['The other endpoints were put back.'] : [];
  // Where an earlier run moved it, this one does not know that it may take it back.
  const stays = putsBack === 'alias-and-endpoints' ? ['This run had not moved the alias, which stays.'] : [];
  return [...others, ...stays, ...stay].join(' ');
}

/** What puts alias and endpoints back: the alias first, since that is at once. */
function restoringStages(
  context: ActionContext<CommonInputs>,
  { error, move, routes }: PutBack & { readonly error: PromoteError },
): Stage[] {
  const explain = (failure: PromoteError) => notPutBack(error, 'Not everything', failure);
  const alias: Stage = {
    name: 'alias',
    changes: move,
    work: {
      kind: 'values',
      confirm: async () => move,
      ended: (made) => noteMoved(context, made),
      explain,
    },
  };
  const serving: Stage = {
    name: 'serving',
    changes: routes,
    work: { kind: 'serving', ended: (change) => noteServed(context, change), explain },
  };
  return [...(move.length === 0 ? [] : [alias]), ...(routes.length === 0 ? [] : [serving])];
}

/** Says, beside why an update failed, why nothing of it was put back. */
async function puttingBack<T>(error: PromoteError, prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (failure) {
    throw failure instanceof PromoteError ? notPutBack(error, 'Nothing', failure) : failure;
  }
}

function notPutBack(error: PromoteError, what: string, failure: PromoteError): PromoteError {
  return new PromoteError(`${error.message} ${what} could be put back: ${failure.message}`, {
    ...failure.details,
    cause: failure,
  });
}

/** The changes that take updates back, each as long as its former version may be taken. */
async function returnsOf(
  context: ActionContext<CommonInputs>,
  made: readonly ServingChange[],
): Promise<ServingChange[]> {
  return Promise.all(
    made.flatMap(returnOf).map(async (change) => ({ ...change, basis: await returnBasis(context, change) })),
  );
}

/** The change that takes an update back; none where it was not known what was served before. */
function returnOf({ config: _config, alias: _alias, ...change }: ServingChange): ServingChange[] {
  const [live] = change.from;
  if (live === undefined) return [];
  const keepsPrevious = change.from.some(({ version }) => version === change.version);
  return [{ ...change, version: live.version, keepsPrevious, from: change.to, to: change.from }];
}

/** Throws why an endpoint was not updated, once everything else was put back. */
export function requireServed({ failure }: ServingState): void {
  if (failure === undefined) return;
  const { error, putBack } = failure;
  throw new PromoteError([error.message, putBack].filter((each) => each !== '').join(' '), {
    ...error.details,
    ...(hasCode(error, 'internal') ? {} : { cause: error }),
  });
}
