import type { AliasHistory, MoveEntry } from '../../policy/alias/history.ts';
import { show } from '../../domain/printable.ts';

/**
 * What is recorded of how an alias came to name what it names, as the rest of a sentence: `, moved there by ada at …`.
 * `now` is null for an alias that does not exist.
 */
export function historyText(history: AliasHistory, now: number | null): string {
  const done = now === null ? 'deleted' : 'moved there';
  switch (history.kind) {
    case 'trusted':
      return `, ${done} by ${authorText(history.move)}`;
    case 'interrupted': {
      const before =
        history.before === undefined ? unrecordedText(now) : `, ${done} by ${authorText(history.before)}`;
      return `${before}; ${authorText(history.interrupted)} began ${moveText(history.interrupted)}, but it was not completed`;
    }
    case 'outside':
      return `, ${done} without a record after ${moveText(history.newest)} by ${authorText(history.newest)}`;
    case 'none':
      return unrecordedText(now);
  }
}

function unrecordedText(now: number | null): string {
  return now === null ? '' : ' (no record of who moved it there)';
}

function moveText({ to }: MoveEntry): string {
  return to === null ? 'its deletion' : `a move to version ${to}`;
}

/** Who made a move, when, and in which run. */
export function authorText({ who, at, run, attempt }: MoveEntry): string {
  const time = at === undefined ? '' : ` at ${show(at, 40)}`;
  const place =
    run === undefined
      ? ''
      : ` (run ${show(run, 160)}${attempt === undefined ? '' : `, attempt ${show(attempt, 20)}`})`;
  return `${who === undefined ? 'a person whose name is not recorded' : show(who, 80)}${time}${place}`;
}
