import { counted } from '../../domain/count.ts';
import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatFullName, type Naming } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { targetText, type PinRules, type PinTarget } from '../../domain/pin.ts';
import { show } from '../../domain/printable.ts';
import { formatPlace } from '../../domain/text-place.ts';
import { isSameUri, markedOrigin } from '../origin.ts';
import { isSameTarget, type PinChange } from './pin-changes.ts';

/** What an alias names in the registry. */
export interface LiveAlias {
  readonly now: number | null;
  /** Where the version that it names was copied from; undefined for one that is no copy. */
  readonly origin: string | undefined;
  /** How it came to name that, as far as it is recorded: the rest of a sentence. */
  readonly history: string;
  /** Whether a recorded move may have led to it. */
  readonly isRecorded: boolean;
  /** Whether an earlier attempt of this run made the version that it names. */
  readonly isOwnCopy: boolean;
}

/** What becomes of a changed pin. */
export type PinState =
  /** The alias is where the earlier pin says: it goes where the later one says. */
  | 'move'
  /** The alias is where the later pin says. */
  | 'done'
  /** The alias is at neither. */
  | 'conflict'
  /** A later commit pinned it again, and it is where that one says. */
  | 'superseded'
  /** A later commit pinned it again, and this run is repeated: it would go back. */
  | 'outdated'
  /** There is no pin any more: the alias stays. */
  | 'released';

/** A changed pin with what becomes of it, and what is to be said of that. */
export interface JudgedPin {
  readonly change: PinChange;
  readonly live: LiveAlias;
  readonly state: PinState;
  readonly finding: Finding | undefined;
}

/** What later commits of the branch say of a pin. */
export interface LaterPin {
  /** Undefined where there is no pin any more. */
  readonly target: PinTarget | undefined;
  /** Whether this is not the first attempt of its run. */
  readonly isRepeated: boolean;
}

/** Judges a changed pin by what its alias names; `later` is absent where the branch is not ahead of this run. */
export function judgePin(
  change: PinChange,
  live: LiveAlias,
  rules: Pick<PinRules, 'names'>,
  later?: LaterPin,
): JudgedPin {
  const judged = (state: PinState, finding?: Finding): JudgedPin => ({ change, live, state, finding });
  const { from, to } = change;
  if (to === undefined) return judged('released', released(change, live));
  if (isAt(live, to, rules.names)) return judged('done');
  if (later !== undefined && !isSameTarget(later.target, to, rules)) {
    if (later.target !== undefined && isAt(live, later.target, rules.names))
      return judged('superseded', supersededBy(change, live));
    if (later.isRepeated) return judged('outdated', outdated(change));
  }
  if (from === undefined)
    return live.now === null ? judged('move') : judged('conflict', unpinned(change, live));
  return isAt(live, from, rules.names) ? judged('move') : judged('conflict', moved(change, live));
}

/** Whether an alias is where a pin says. */
export function isAt(
  { now, origin }: Pick<LiveAlias, 'now' | 'origin'>,
  target: PinTarget,
  naming: Naming,
): boolean {
  switch (target.kind) {
    case 'none':
      return now === null;
    case 'version':
      return now === target.version;
    case 'copy':
      return (
        now !== null &&
        origin !== undefined &&
        isSameUri(markedOrigin(origin, naming).uri, formatModelUri(target.name, target.version), naming)
      );
  }
}

/** Whether so many aliases may be moved by one change. */
export function decideCount(judged: readonly JudgedPin[], most: number): Decision {
  const moves = judged.filter(({ state }) => state === 'move');
  if (moves.length <= most) return decide([]);
  return decide([
    {
      code: 'too-many-changes',
      severity: 'error',
      message: `${counted(moves.length, 'alias', 'aliases')} would be moved, and max-changes allows ${most}.`,
      fix: 'Split the change into several pull requests, or raise max-changes if all of them belong together.',
    },
  ]);
}

/** Whether every changed pin can be carried out, or needs nothing. */
export function decidePins(judged: readonly JudgedPin[]): Decision {
  return decide(judged.flatMap(({ finding }) => (finding === undefined ? [] : [finding])));
}

/** Whether who reviewed a pull request saw these pins: its last commit has to have each of them. */
export function decideReviewed(
  moves: readonly JudgedPin[],
  reviewed: (change: PinChange) => PinTarget | undefined,
  rules: Pick<PinRules, 'names'>,
): Decision {
  return decide(
    moves.flatMap(({ change }): Finding[] => {
      const seen = reviewed(change);
      if (isSameTarget(seen, change.to, rules)) return [];
      const said = seen === undefined ? 'has no such pin' : `pins ${targetText(seen)}`;
      return [
        {
          code: 'pin-not-reviewed',
          severity: 'error',
          message: `${subjectOf(change)} was not in the review: the last commit of the pull request ${said}, and the merged one ${toText(change)}.`,
          fix: 'Bring the branch up to date with the default branch before it is reviewed and merged, one pull request at a time.',
        },
      ];
    }),
  );
}

function moved(change: PinChange, live: LiveAlias): Finding {
  return {
    code: 'pin-conflict',
    severity: 'error',
    message: `${subjectOf(change)} names ${versionText(live)}${live.history}. That is neither what was pinned (${fromText(change)}) nor what is pinned now (${toText(change)}, ${placeText(change)}).`,
    fix: 'Find out why it was moved. To keep that, pin what it names now. To undo it, move the alias back with set-alias or rollback, then run the job again.',
  };
}

function unpinned(change: PinChange, live: LiveAlias): Finding {
  return {
    code: 'pin-unexpected',
    severity: 'error',
    message: `${subjectOf(change)} is pinned for the first time, to ${toText(change)} (${placeText(change)}), but names ${versionText(live)}${live.history}.`,
    fix: 'Pin what it names now in a first pull request (import writes that), and change it in a second one.',
  };
}

function outdated(change: PinChange): Finding {
  return {
    code: 'pin-outdated',
    severity: 'error',
    message: `${subjectOf(change)} was pinned again by a later commit, so that this repeated run would take it back to ${toText(change)}.`,
    fix: 'Run the job of the later commit again instead.',
  };
}

function supersededBy(change: PinChange, live: LiveAlias): Finding {
  return {
    code: 'pin-superseded',
    severity: 'note',
    message: `${subjectOf(change)} was pinned again by a later commit, and names ${versionText(live)} as that one says.`,
  };
}

function released(change: PinChange, live: LiveAlias): Finding {
  return {
    code: 'pin-removed',
    severity: 'note',
    message: `${subjectOf(change)} has no pin any more (it stood at ${placeText(change)}): it is no longer managed, and goes on to name ${versionText(live)}.`,
    fix: `To delete an alias, pin it to "none" before you remove the pin.`,
  };
}

/** `prod.ml_team.fraud_detection@Champion` */
export function subjectOf({ name, alias }: Pick<PinChange, 'name' | 'alias'>): string {
  return `${formatFullName(name)}@${alias}`;
}

function versionText({ now }: LiveAlias): string {
  return now === null ? 'no version' : `version ${now}`;
}

function fromText({ from }: PinChange): string {
  return from === undefined ? 'nothing' : targetText(from);
}

function toText({ to }: PinChange): string {
  return to === undefined ? 'nothing' : targetText(to);
}

function placeText({ place }: PinChange): string {
  return show(formatPlace(place), 200);
}
