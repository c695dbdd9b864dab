import type { ActionRecord } from '../actions/contract/record.ts';
import { formatChange, subjectOf, type PlannedChange } from '../plan/change.ts';
import { code, paragraph, type Block } from '../report/document.ts';

/** What to look at, when it is not known whether a change was made: a request that changes nothing. */
export function unknownBlocks(record: ActionRecord): Block[] {
  const unknown = record.changes.flatMap(({ change, state }) => (state === 'unknown' ? [change] : []));
  if (unknown.length === 0) return [];
  return [
    paragraph(
      'It is unknown whether these changes were made. Check them, or run the step again: completed changes are not repeated.',
    ),
    ...unknown.flatMap((change) => [paragraph(formatChange(change)), ...look(change, record)]),
  ];
}

/** What shows the value which a change is about. */
function look(change: PlannedChange, { commands }: ActionRecord): Block[] {
  if (commands === undefined) return [];
  const command = commands.look(subjectOf(change));
  return command === undefined
    ? [paragraph('No command of this registry can express that name; check it in another way.')]
    : [code(command.language, command.text)];
}
