import { counted } from '../../../domain/count.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import type { ReportedChange } from '../../document.ts';
import type { PinsSubject } from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Wording } from './wording.ts';

/** How a page speaks of aliases that follow their pins. */
export function pinsWording(
  { path, counts, imported, models }: PinsSubject,
  { verdict, changes }: Ended,
): Wording {
  const [first] = models;
  if (imported !== undefined) {
    const written = { change: `${counted(imported, 'pin')} written`, lead: sentence(verdict) };
    return { object: path, done: written, planned: written, nothing: written, kept: 'no pins were written' };
  }
  const object = models.length === 1 && first !== undefined ? formatFullName(first) : path;
  const moved = movesIn(changes);
  const made = moved.filter(({ state }) => state === 'done').length;
  const aliases = counted(moved.length, 'alias', 'aliases');
  const nothing = { change: 'the aliases are as pinned', lead: sentence(verdict) };
  const alone = copiesIn(changes);
  const change =
    moved.length > 0
      ? `${aliases} ${moved.length === 1 ? 'follows its pin' : 'follow their pins'}`
      : alone > 0
        ? `${counted(alone, 'copy', 'copies')} for a pin`
        : nothing.change;
  return {
    object,
    done: { change, lead: sentence(verdict) },
    planned: { change, lead: `Nothing was written. ${sentence(verdict)}` },
    nothing,
    kept: counts === undefined ? 'the pins were not read' : 'the aliases do not follow their pins',
    ...(made > 0 ? { left: `${counted(made, 'alias was', 'aliases were')} moved before that.` } : {}),
  };
}

function movesIn(changes: readonly ReportedChange[]): ReportedChange[] {
  return changes.filter(({ change, state }) => change.kind === 'alias' && state !== 'not-needed');
}

function copiesIn(changes: readonly ReportedChange[]): number {
  return changes.filter(({ change }) => change.kind === 'copy').length;
}
