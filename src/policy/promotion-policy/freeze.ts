import { formatFullName, type FullName, type Naming } from '../../domain/full-name.ts';
import { meansModel, type ModelPattern } from '../../domain/model-pattern.ts';
import type { Finding } from '../../domain/decision.ts';
import { show } from '../../domain/printable.ts';
import { localTimesAt, WEEKDAYS, type LocalTime } from './local-time.ts';

/**
 * A time in which no protected alias is moved, by the clock on the wall of its zone: from the first moment on, up to the last and
 * without it. An hour that a clock shows twice in autumn counts both times.
 */
export interface FreezeWindow {
  readonly name: string;
  readonly timeZone: string;
  readonly from: LocalTime;
  readonly until: LocalTime;
  /** Empty for all of them. */
  readonly models: readonly ModelPattern[];
}

/** The window that a model is in at a moment, if it is in one. */
export function freezeAt(
  windows: readonly FreezeWindow[],
  { name, naming, now }: { readonly name: FullName; readonly naming: Naming; readonly now: number },
): FreezeWindow | undefined {
  return windows.find(
    (window) =>
      (window.models.length === 0 || window.models.some((pattern) => meansModel(pattern, name, naming))) &&
      isWithin(window, now),
  );
}

function isWithin({ from, until, timeZone }: FreezeWindow, now: number): boolean {
  const { [from.kind]: at } = localTimesAt(now, timeZone);
  // A weekly window may go over the end of the week.
  return from.at <= until.at ? from.at <= at && at < until.at : from.at <= at || at < until.at;
}

/** What is said of a move in a window. */
export function freezeFinding(window: FreezeWindow, name: FullName, now: number): Finding {
  const { name: title, timeZone } = window;
  const until = localText(window.until);
  const at = localTimesAt(now, timeZone).day;
  return {
    code: 'policy-frozen',
    severity: 'error',
    message: `${formatFullName(name)} is frozen until ${until} (${timeZone}) by the window "${show(title, 60)}"; it is ${at} there now.`,
    fix: 'Wait until then. In an emergency, rollback works in every window, and the policy file can be changed by whoever owns it.',
  };
}

/** A local time as the file has it. */
function localText({ kind, at }: LocalTime): string {
  if (kind === 'day') return at;
  const [number = '', time = ''] = at.split(' ');
  return `${WEEKDAYS[Number(number) - 1] ?? ''} ${time}`;
}
