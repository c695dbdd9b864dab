import { show } from '../../domain/printable.ts';
import type { AliasSpan } from '../../policy/alias-timeline.ts';
import { paragraph, table, type Section } from '../document.ts';
import { authorText } from './alias-history.ts';

/** What an alias named when, newest first, with who moved it, and where the record has a gap. */
export function pastSection(alias: string, spans: readonly AliasSpan[]): Section {
  return {
    title: `What ${show(alias, 60)} named, according to its record: ${spans.length}`,
    folded: false,
    blocks: [
      spans.length === 0
        ? paragraph('No move of this alias is recorded.')
        : table(
            ['Version', 'From', 'Until', 'Moved there by', 'Gap'],
            spans.map((span) => [
              versionText(span.version),
              momentText(span.since, 'not recorded'),
              momentText(span.until, span === spans[0] ? 'now' : 'not recorded'),
              span.move === undefined ? 'before the record' : authorText(span.move),
              gapText(span),
            ]),
          ),
    ],
  };
}

function momentText(time: string | undefined, absent: string): string {
  return time === undefined ? absent : show(time, 40);
}

function gapText({ gap, version }: AliasSpan): string {
  if (gap === undefined) return '';
  return `this entry ends with ${versionText(version)}, but the alias then named ${versionText(gap.found)}: either the recorded move was not made, or someone moved the alias again without a record`;
}

function versionText(version: number | null): string {
  return version === null ? 'nothing' : String(version);
}
