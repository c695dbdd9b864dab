import { targetText, type PinTarget } from '../../domain/pin.ts';
import { show } from '../../domain/printable.ts';
import { formatPlace } from '../../domain/text-place.ts';
import { subjectOf, type JudgedPin } from '../../policy/sync/decide.ts';
import type { CheckResult, Section } from '../document.ts';

/** What became of a changed pin, once it is carried out. */
export type PinOutcome = JudgedPin['state'] | 'moved' | 'refused' | 'not-done' | 'unknown';

/** A changed pin, and what became of it. */
export interface PinRow {
  readonly judged: JudgedPin;
  readonly outcome: PinOutcome;
}

const WORDS: { readonly [State in PinOutcome]: { readonly text: string; readonly sign: CheckResult } } = {
  move: { text: 'to be moved', sign: 'not-reached' },
  moved: { text: 'moved', sign: 'passed' },
  refused: { text: 'refused', sign: 'refused' },
  'not-done': { text: 'not moved', sign: 'not-reached' },
  unknown: { text: 'unknown whether it was moved', sign: 'warned' },
  done: { text: 'names it already', sign: 'passed' },
  conflict: { text: 'conflict', sign: 'refused' },
  superseded: { text: 'left to a later commit', sign: 'noted' },
  outdated: { text: 'pinned again by a later commit', sign: 'refused' },
  released: { text: 'no longer managed', sign: 'noted' },
};

/** How the title of the section begins. */
export const PINS_TITLE = 'Changed pins';

/** Every changed pin with what its alias names and what becomes of it. */
export function pinsSection(rows: readonly PinRow[]): Section {
  return {
    title: `${PINS_TITLE} (${rows.length})`,
    folded: false,
    blocks: [
      {
        kind: 'table',
        columns: ['Alias', 'Pin', 'Named before', 'Result', 'Place'],
        signs: rows.map(({ outcome }) => WORDS[outcome].sign),
        rows: rows.map(({ judged: { change, live }, outcome }) => [
          subjectOf(change),
          `${pinText(change.from)} → ${pinText(change.to)}`,
          live.now === null ? 'no version' : `version ${live.now}`,
          WORDS[outcome].text,
          show(formatPlace(change.place), 200),
        ]),
      },
    ],
  };
}

function pinText(target: PinTarget | undefined): string {
  return target === undefined ? 'no pin' : targetText(target);
}
