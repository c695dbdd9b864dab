import { counted } from '../../domain/count.ts';
import {
  countClasses,
  type ChangeClass,
  type SignatureChange,
  type SignatureComparison,
} from '../../domain/signature-change.ts';
import { show } from '../../domain/printable.ts';
import { diff, paragraph, type Block, type DiffRow, type Section } from '../document.ts';
import { differenceText } from './side-by-side.ts';

/** Changes that are shown; two signatures may differ in 10,000 columns, and a summary may not. */
const MAX_CHANGES = 200;
const MAX_NAME = 120;
const MAX_REASON = 300;

const REMARKS: Readonly<Record<ChangeClass, string>> = {
  breaking: 'breaks: ',
  warning: 'review: ',
  compatible: 'compatible: ',
};

/**
 * The difference of two signatures as a section: what is no longer there and what is, what breaks first, at most 200
 * changes; where there is none, the sentence on what that means for callers. Folded when nothing breaks and nothing needs a look.
 */
export function compatibilitySection(verdict: string, comparison: SignatureComparison | undefined): Section {
  const changes = comparison?.changes ?? [];
  const counts = comparison === undefined ? '' : `: ${differenceText(countClasses(changes))}`;
  return {
    title: `Signature comparison${counts}`,
    folded: changes.every((change) => change.class === 'compatible'),
    blocks: changes.length === 0 ? [paragraph(`${verdict}.`)] : changeBlocks(changes),
  };
}

function changeBlocks(changes: readonly SignatureChange[]): Block[] {
  // One more line for one more change saves nothing.
  const shown = changes.length <= MAX_CHANGES + 1 ? changes : changes.slice(0, MAX_CHANGES);
  const rest = changes.length - shown.length;
  return [
    diff(shown.flatMap(rowsOf)),
    ...(rest > 0 ? [paragraph(`… and ${counted(rest, 'more change')}.`)] : []),
  ];
}

/** What was there and what is there instead; the remark stands on the last of them. */
function rowsOf(change: SignatureChange): DiffRow[] {
  const name = show(change.path, MAX_NAME);
  const remark = `${REMARKS[change.class]}${show(change.reason, MAX_REASON)}`;
  const before = change.before === null ? [] : [row('-', name, change.before)];
  const after = change.after === null ? [] : [row('+', name, change.after)];
  const rows = [...before, ...after];
  const last = rows.pop() ?? row(' ', name, '');
  return [...rows, { ...last, remark }];
}

function row(sign: DiffRow['sign'], name: string, type: string): DiffRow {
  return { sign, name, type: show(type, MAX_NAME) };
}
