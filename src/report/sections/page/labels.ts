import { counted } from '../../../domain/count.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import { show } from '../../../domain/printable.ts';
import type { PlannedChange } from '../../../plan/change.ts';
import type { LabelsSubject } from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

/** How a page speaks of tags, status and description. */
export function labelsWording(subject: LabelsSubject, { verdict, changes }: Ended): Wording {
  const { name, version, statusKey, status, isGate } = subject;
  const made = changes.filter(({ state }) => state !== 'not-needed').map(({ change }) => change);
  const what = version === undefined ? 'the model' : `version ${version}`;
  const change = changeText(made, statusKey);
  const open = changes.filter(({ state }) => state === 'unknown').map(({ change: each }) => each);
  return {
    object: version === undefined ? formatFullName(name) : `${formatFullName(name)}/${version}`,
    done: {
      change: isGate ? 'every required tag is set' : change,
      lead: isGate
        ? `There was nothing to write: ${what} has every required tag.`
        : `${counted(made.length, 'value')} of ${what} ${made.length === 1 ? 'was' : 'were'} written and read back.`,
    },
    planned: {
      change,
      lead: `Nothing was written. Without \`dry-run\`, this step writes ${counted(made.length, 'value')} of ${what}.`,
    },
    nothing: { change: 'every value is already set', lead: sentence(verdict) },
    kept:
      open.length > 0
        ? `${changeText(open, statusKey)}, not confirmed`
        : status === undefined || isGate || changes.length > 0
          ? `${what} not changed as requested`
          : `${statusKey} stays ${status ?? 'unset'}`,
  };
}

/** The status where it is among the changes, with a count of the others. */
function changeText(changes: readonly PlannedChange[], statusKey: string): string {
  const status = changes.find((change) => change.kind === 'tag' && change.key === statusKey);
  const others = changes.filter((change) => change !== status);
  const counts = [
    ...countOf(others, (change) => change.kind === 'tag' && change.to !== null, 'tag', 'set'),
    ...countOf(others, (change) => change.kind === 'tag' && change.to === null, 'tag', 'removed'),
    ...countOf(others, (change) => change.kind === 'description', 'description', 'changed'),
    ...countOf(others, (change) => change.kind === 'hold' && change.to !== null, 'hold', 'set'),
    ...countOf(others, (change) => change.kind === 'hold' && change.to === null, 'hold', 'lifted'),
  ];
  const first =
    status?.kind === 'tag'
      ? [`${show(statusKey, 60)} ${statusText(status.from)} → ${statusText(status.to)}`]
      : [];
  return [...first, ...counts].join(', ');
}

function countOf(
  changes: readonly PlannedChange[],
  matches: (change: PlannedChange) => boolean,
  noun: string,
  did: string,
): string[] {
  const count = changes.filter(matches).length;
  return count === 0 ? [] : [`${counted(count, noun)} ${did}`];
}

/** A status in the heading, which is read whole: a tag holds a thousand characters. */
function statusText(value: string | null): string {
  return value === null ? 'none' : show(value, 40);
}
