import type { ChangeClass, SignatureChange, SignatureComparison } from '../../domain/signature-change.ts';
import { show } from '../../domain/printable.ts';
import { paragraph, table, type Block, type Section } from '../document.ts';

/** Rows of the table; two signatures may differ in 10,000 columns, and a summary may not. */
const MAX_ROWS = 200;
const MAX_CELL = 120;

const SIGNS: Readonly<Record<ChangeClass, string>> = {
  breaking: '⛔ breaks',
  warning: '⚠️ look',
  compatible: '✅ fine',
};

/**
 * The difference of two signatures as a section: the sentence on what it means for callers, then one row a change,
 * what breaks first, at most 200. Folded when nothing breaks and nothing needs a look.
 */
export function compatibilitySection(verdict: string, comparison: SignatureComparison | undefined): Section {
  const changes = comparison?.changes ?? [];
  return {
    title: 'Compared signature',
    folded: changes.every((change) => change.class === 'compatible'),
    blocks: [paragraph(`${verdict}.`), ...changeTable(changes)],
  };
}

function changeTable(changes: readonly SignatureChange[]): Block[] {
  if (changes.length === 0) return [];
  const blocks: Block[] = [
    table(
      ['Callers', 'Where', 'Before', 'After', 'Why'],
      changes
        .slice(0, MAX_ROWS)
        .map((change) => [
          SIGNS[change.class],
          show(change.path, MAX_CELL),
          cell(change, change.before),
          cell(change, change.after),
          show(change.reason, 300),
        ]),
    ),
  ];
  const rest = changes.length - MAX_ROWS;
  return rest > 0 ? [...blocks, paragraph(`… and ${rest} more.`)] : blocks;
}

/** Nothing on one side is said with a dash; where neither side has a text, the kind of the change is all there is. */
function cell(change: SignatureChange, value: string | null): string {
  if (value !== null) return show(value, MAX_CELL);
  return change.before === null && change.after === null ? '' : '—';
}
