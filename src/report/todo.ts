import { paragraph, type Block, type SummaryDocument } from './document.ts';
import { defaultNext } from './words.ts';

const AFTER_CANCEL = 'To continue, run the step again. Completed changes are not repeated.';

/** The head of a column that says of each row what to do about it. */
export const TODO_COLUMN = 'What to do';

/** What to do: the document's own words, or the sentence of its outcome where nothing else says it. */
export function todoOf(document: SummaryDocument): readonly Block[] {
  const next = document.headline.state === 'cancelled' ? AFTER_CANCEL : defaultNext(document.outcome);
  const isListed = document.sections.some(({ blocks }) =>
    blocks.some((block) => block.kind === 'table' && block.columns.includes(TODO_COLUMN)),
  );
  const isSaid =
    isListed || document.todo.length > 0 || document.reasons.some(({ fix }) => fix !== undefined);
  return isSaid || next === undefined ? document.todo : [paragraph(next)];
}
