import { sizeText } from '../../domain/size-text.ts';
import { DELETION_REASONS, deletionWords, type DeletionReason } from '../../plan/changes/version-deletion.ts';
import { STAY_REASONS, type Stay, type StayReason } from '../../policy/clean-up/fate.ts';
import { table, type Section } from '../document.ts';

/** A version that goes, by which rule, and the bytes of its files; null where they were not seen. */
export interface GoingVersion {
  readonly version: number;
  readonly why: DeletionReason;
  readonly bytes: number | null;
}

/** A version that stays. */
export type StayingVersion = Stay & { readonly version: number };

const WORDS: Readonly<Record<StayReason, string>> = {
  alias: 'an alias names it',
  served: 'an endpoint serves it',
  rollback: 'a rollback would choose it',
  named: 'an alias named it within keep-days',
  'past-unknown': 'an alias may have named it: its record does not say',
  'on-hold': 'on hold',
  newest: 'among the newest',
  others: 'made by somebody else',
  unfinished: 'a run may still be at it',
  'age-unknown': 'its age is not known',
  'status-unknown': 'its status is not known',
  'no-rule': 'no rule applies to it',
};

/** The versions that go, and those that stay by what keeps them; counts stand in the titles. */
export function cleanUpSections(
  going: readonly GoingVersion[],
  staying: readonly StayingVersion[],
): Section[] {
  return [
    ...(going.length === 0 ? [] : [goingSection(going)]),
    ...(staying.length === 0 ? [] : [reasonsSection(staying), stayingSection(staying)]),
  ];
}

function goingSection(going: readonly GoingVersion[]): Section {
  const sorted = [...going].sort(
    (a, b) => DELETION_REASONS.indexOf(a.why) - DELETION_REASONS.indexOf(b.why) || a.version - b.version,
  );
  const rows = sorted.map(({ version, why, bytes }) => [
    String(version),
    deletionWords(why),
    bytes === null ? 'not seen' : sizeText(bytes),
  ]);
  return {
    title: `Versions to delete: ${going.length}`,
    folded: false,
    blocks: [table(['Version', 'Why', 'Size'], rows, ['right', 'left', 'right'])],
  };
}

function reasonsSection(staying: readonly StayingVersion[]): Section {
  const rows = STAY_REASONS.flatMap((reason) => {
    const kept = staying.filter(({ why }) => why === reason);
    return kept.length === 0
      ? []
      : [[WORDS[reason], String(kept.length), rangesText(kept.map(({ version }) => version))]];
  });
  return {
    title: `Versions that stay: ${staying.length}`,
    folded: false,
    blocks: [table(['Why', 'Count', 'Versions'], rows, ['left', 'right', 'left'])],
  };
}

function stayingSection(staying: readonly StayingVersion[]): Section {
  return {
    title: 'What keeps each version',
    folded: true,
    blocks: [
      table(
        ['Version', 'Why it stays'],
        staying.map(({ version, says }) => [String(version), says]),
        ['right', 'left'],
      ),
    ],
  };
}

/** `1–4, 7`: neighbours together. */
function rangesText(versions: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const version of [...versions].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && range.last + 1 === version) range.last = version;
    else ranges.push({ first: version, last: version });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}–${last}`)).join(', ');
}
