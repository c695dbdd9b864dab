import type { InputFault } from './input-fault.ts';
import { show } from './printable.ts';
import { formatPlace, type TextPlace } from './text-place.ts';

/** One thing that is wrong with a file of the repository: where, what, and how to fix it. */
export interface DocumentFault {
  readonly place: TextPlace;
  /** The nearest key, with those above it: `models[0].require.status`; empty where there is none. */
  readonly near: string;
  /** A sentence. */
  readonly problem: string;
  /** What to do about it: a sentence, imperative. */
  readonly fix: string;
}

/** `aliases/prod.yml:12:5, at "models[0].require": "staus" is not a key here. Write status.` */
export function documentFaultText({ fix, ...fault }: DocumentFault): string {
  return `${placeText(fault)}: ${fault.problem} ${fix}`;
}

/** The same as a fault of the input by which the file was named. */
export function faultOfInput(input: string, { fix, ...fault }: DocumentFault): InputFault {
  return { input, problem: `${placeText(fault)}: ${fault.problem}`, fix };
}

/** More would bury the first. */
const MOST_FAULTS = 100;

/** The faults of a file, in its order, as far as a reader wants them; how many more there are stands in the place of the last. */
export function firstFaults<T>(found: readonly T[], faultOf: (found: T) => DocumentFault): DocumentFault[] {
  const shown = found.slice(0, MOST_FAULTS).map(faultOf);
  const last = shown.at(-1);
  if (found.length <= MOST_FAULTS || last === undefined) return shown;
  const problem = `${found.length - MOST_FAULTS + 1} more problems follow from here.`;
  return [...shown.slice(0, -1), { place: last.place, near: '', problem, fix: 'Correct those above first.' }];
}

function placeText({ place, near }: Pick<DocumentFault, 'place' | 'near'>): string {
  const at = show(formatPlace(place), 300);
  return near === '' ? at : `${at}, at "${show(near, 200)}"`;
}

/** A path in a document as people write it: `models[0].aliases.Champion`, and a key with other characters in brackets. */
export function formatKeyPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    const name = String(key);
    if (!/^[\w-]+$/u.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
