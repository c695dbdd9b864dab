import { hasCode, invalidInputs, messageOf, PromoteError } from '../../domain/errors.ts';
import type { Pin } from '../../domain/pin.ts';
import { show } from '../../domain/printable.ts';
import type { RepositoryEvent } from '../../domain/repository-event.ts';
import { readPinFiles, readPinTree, type PinFiles } from '../../facts/pin-files.ts';
import type { GitHub } from '../../github/port.ts';
import { nothingAt, parsedPins, readLocalPins } from '../parts/pins.ts';
import type { SyncContext } from './sync.ts';

/** The pins of the states of a repository that a run compares, and what the run may do. */
export interface PinStates {
  readonly earlier: readonly Pin[];
  readonly later: readonly Pin[];
  /** Those of the default branch, where it is ahead of the run. */
  readonly tip: readonly Pin[] | undefined;
  /** The commit that has the later state; undefined where it is a copy on this machine. */
  readonly commit: string | undefined;
  /** Whether the later state was merged, so that it is carried out, and approved. */
  readonly isMerged: boolean;
  /** Why nothing is written by this run, whatever its inputs say: a sentence; undefined where it may write. */
  readonly readsOnly:
    { readonly why: string; readonly fix: string; readonly from: 'copy' | 'alias' } | undefined;
  /** The pins of another commit. */
  pinsAt(this: void, commit: string): Promise<readonly Pin[]>;
}

type GitEvent = Exclude<RepositoryEvent, { readonly kind: 'other' }>;

/** Reads the pins that the event of the run names, or two local copies of them. */
export async function readStates(context: SyncContext, github: GitHub | undefined): Promise<PinStates> {
  const { inputs } = context;
  const path = inputs.pins ?? '';
  if (inputs['base-pins'] !== undefined || github === undefined)
    return readLocal(context, path, inputs['base-pins'] ?? '');
  const event = await requireEvent(context);
  return explained(() => readCommits(context, github, path, event));
}

async function readLocal(context: SyncContext, path: string, base: string): Promise<PinStates> {
  const [earlier, later] = await Promise.all(
    (['base-pins', 'pins'] as const).map(async (input) => {
      const place = input === 'pins' ? path : base;
      return readLocalPins(context, input, place);
    }),
  );
  return {
    earlier: earlier ?? [],
    later: later ?? [],
    tip: undefined,
    commit: undefined,
    isMerged: true,
    readsOnly: undefined,
    pinsAt: async () => [],
  };
}

async function requireEvent({ readEvent, run }: SyncContext): Promise<GitEvent> {
  const event = await readEvent();
  if (event !== undefined && event.kind !== 'other') return event;
  const what =
    event === undefined
      ? 'this is not a run of a GitHub workflow'
      : `an event "${show(event.name, 60)}" changes no file`;
  throw invalidInputs([
    {
      input: 'pins',
      problem: `which of its states to compare is unknown: ${what}${run.provider === 'github' ? '' : `, but of ${show(run.provider, 40)}`}.`,
      fix: 'Run the step on push and pull_request, or give the earlier pins as base-pins.',
    },
  ]);
}

async function readCommits(
  context: SyncContext,
  github: GitHub,
  path: string,
  event: GitEvent,
): Promise<PinStates> {
  const { repository } = context.run;
  const at = (commit: string) => readPinTree(github, repository, commit, path);
  const isPull = event.kind === 'pull-request';
  const base = isPull ? await github.mergeBase(repository, event.base, event.head) : requireBefore(event);
  const head = isPull ? event.head : event.after;
  const tipCommit = isPull ? head : (await github.branch(repository, event.branch)).commit;
  const trees = await Promise.all([at(base), at(head), ...(tipCommit === head ? [] : [at(tipCommit)])]);
  const [before, after, tip] = await readPinFiles(github, repository, trees);
  if (before === undefined && after === undefined)
    throw nothingAt(
      'pins',
      path,
      `in commit ${base.slice(0, 7)} or ${head.slice(0, 7)}`,
      'the root of the repository',
    );
  const read = (files: PinFiles) => parsedPins(context, files ?? [], 'pins');
  return {
    later: await read(after),
    earlier: await read(marked(before, base)),
    tip: trees.length === 2 ? undefined : await read(marked(tip, tipCommit)),
    commit: head,
    isMerged: !isPull,
    readsOnly: isPull ? ofPull(event) : ofPush(event),
    pinsAt: async (commit) => {
      const [files] = await readPinFiles(github, repository, [await at(commit)]);
      return read(marked(files, commit));
    },
  };
}

/** Files of another commit, by names that say so. */
function marked(files: PinFiles, commit: string): PinFiles {
  return files?.map((file) => ({ ...file, path: `${file.path} at ${commit.slice(0, 7)}` }));
}

function requireBefore({ before, branch }: GitEvent & { readonly kind: 'push' }): string {
  if (before !== undefined) return before;
  throw invalidInputs([
    {
      input: 'pins',
      problem: `the push created the branch ${show(branch, 80)}, so that there are no earlier pins to compare with.`,
      fix: 'Run the step on pushes to the default branch.',
    },
  ]);
}

function ofPull({
  number,
  isFromFork,
}: GitEvent & { readonly kind: 'pull-request' }): PinStates['readsOnly'] {
  return isFromFork
    ? {
        why: `Pull request #${number} comes from a fork, for which nothing is written.`,
        fix: 'Add "dry-run: true" to the step for pull requests.',
        from: 'copy',
      }
    : {
        why: `Pull request #${number} is not merged, so that no alias is moved for it.`,
        fix: 'Add "dry-run: ${{ github.event_name != \'push\' }}" to the step, or "until: copy" to have the copies made before the merge.',
        from: 'alias',
      };
}

function ofPush({ branch, isDefaultBranch }: GitEvent & { readonly kind: 'push' }): PinStates['readsOnly'] {
  return isDefaultBranch
    ? undefined
    : {
        why: `${show(branch, 80)} is not the default branch, and only its pins are carried out.`,
        fix: 'Run the step on pushes to the default branch.',
        from: 'copy',
      };
}

/** What was refused by GitHub, with what gives the right. */
async function explained<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!hasCode(error, 'unauthenticated', 'permission-denied', 'not-found')) throw error;
    throw new PromoteError(`The pins cannot be read from GitHub: ${messageOf(error)}`, {
      ...error.details,
      fix: 'Add "permissions: contents: read" to the job and "github-token: ${{ github.token }}" to the step. A commit that a forced push removed cannot be read either.',
    });
  }
}
