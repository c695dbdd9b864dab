import type { VersionRef } from '../../../domain/change-target.ts';
import { formatFullName } from '../../../domain/full-name.ts';
import { formatModelUri } from '../../../domain/model-uri.ts';
import { show } from '../../../domain/printable.ts';
import type { Change } from '../../../plan/change.ts';
import type { AliasChange } from '../../../plan/changes/alias.ts';
import { sharesText } from '../../../plan/changes/serving.ts';
import type { ReportedChange } from '../../document.ts';
import type { CopyMade, MoveSubject, NamedVersion } from '../../subject.ts';
import { sentence } from './sentence.ts';
import type { Ended, Said, Wording } from './wording.ts';

interface Move extends ReportedChange {
  readonly change: AliasChange<VersionRef>;
}

/** How a page speaks of the move of an alias. */
export function moveWording(subject: MoveSubject, ended: Ended): Wording {
  const { verdict, changes, left } = ended;
  const { alias, name, now, copy, source } = subject;
  const object = formatFullName(name);
  const move = changes.flatMap(({ change, state }): Move[] =>
    change.kind === 'alias' ? [{ change, state }] : [],
  )[0];
  const isBack = changes.some(
    ({ change, state }) => change.kind === 'alias' && isReturn(change, move?.change) && state === 'done',
  );
  const from = move?.change.from ?? now ?? null;
  const to = move === undefined ? (subject.to ?? null) : move.change.to;
  const moved = `${alias} ${from ?? 'none'} → ${to === null ? 'none' : numberText(to)}`;
  const copied = copyText(copy, source);
  return {
    object,
    done:
      move === undefined
        ? { change: standing(alias, copy?.version ?? now ?? null), lead: sentence(verdict) }
        : { change: moved, lead: [movedText(alias, from, to), ...copied, ...heldText(changes)].join(' ') },
    planned: {
      change: move === undefined ? standing(alias, now ?? null) : moved,
      lead: [
        'Nothing was written.',
        plannedText({ subject, from, to, changes, moves: move !== undefined }),
      ].join(' '),
    },
    ...(left === undefined ? {} : { waiting: waitingOf(subject, left) }),
    nothing: {
      change: standing(alias, copy?.version ?? now ?? null),
      lead: sentence(verdict),
    },
    kept: move?.state === 'unknown' ? `${moved}, not confirmed` : keptText(subject, { move, moved, isBack }),
    ...(copy?.made === true && move?.state !== 'unknown' && move?.state !== 'done'
      ? { left: `Version ${copy.version} was copied and stays; ${alias} was not moved to it.` }
      : {}),
  };
}

function waitingOf({ alias, copy, source }: MoveSubject, left: readonly Change[]): Said {
  const move = left.find((change) => change.kind === 'alias');
  const record = left.find((change) => change.kind === 'record');
  const updates = left.flatMap((change) => (change.kind === 'serving' ? [change] : []));
  const changes = updates.map(
    ({ endpoint, from, to }) => `${show(endpoint, 63)} ${sharesText(from)} → ${sharesText(to)}`,
  );
  const stays = updates.map(
    ({ endpoint, from }) => `The endpoint ${show(endpoint, 63)} still serves ${sharesText(from)}.`,
  );
  const copied = [...stays, ...copyText(copy, source)];
  const moved = move ?? record;
  if (moved === undefined) return { change: changes.join(', '), lead: copied.join(' ') };
  const { from, to } = moved;
  const now =
    from === null
      ? `${alias} does not name a version yet.`
      : `${alias} has not moved: its callers still get version ${from}.`;
  return { change: `${alias} ${from ?? 'none'} → ${to ?? 'none'}`, lead: [now, ...copied].join(' ') };
}

/** Whether a change takes a move back. */
function isReturn({ from, to }: AliasChange<VersionRef>, move: AliasChange<VersionRef> | undefined): boolean {
  return move !== undefined && from !== to && from === move.to && to === move.from;
}

function numberText(version: VersionRef): string {
  return version === 'copy' ? 'a new version' : String(version);
}

function standing(alias: string, now: number | null): string {
  return now === null ? `${alias} does not exist` : `${alias} already names ${now}`;
}

function movedText(alias: string, from: number | null, to: VersionRef | null): string {
  if (to === null)
    return `The alias was deleted, and the deletion was read back. Callers of ${alias} no longer find a version.`;
  const did = from === null ? 'set' : 'moved';
  return `The alias was ${did} and read back. Callers of ${alias} now get version ${to}.`;
}

function copyText(copy: CopyMade | undefined, source: NamedVersion | undefined): string[] {
  if (copy === undefined || source === undefined) return [];
  const how = copy.made ? 'a new copy of' : 'the copy that an earlier run made of';
  return [`Version ${copy.version} is ${how} ${formatModelUri(source.name, source.version)}.`];
}

/** The versions that are put on hold. */
function holdsIn(changes: readonly ReportedChange[], wanted: ReportedChange['state']): number[] {
  return changes.flatMap(({ change, state }) =>
    change.kind === 'hold' && change.to !== null && state === wanted ? [change.version] : [],
  );
}

function heldText(changes: readonly ReportedChange[]): string[] {
  return holdsIn(changes, 'done').map(
    (version) => `Version ${version} is on hold: no action takes it for this model.`,
  );
}

function plannedText({
  subject: { alias, source, copy },
  from,
  to,
  changes,
  moves,
}: {
  readonly subject: MoveSubject;
  readonly from: number | null;
  readonly to: VersionRef | null;
  readonly changes: readonly ReportedChange[];
  readonly moves: boolean;
}): string {
  const copies =
    source === undefined || copy !== undefined
      ? []
      : [`copies ${formatModelUri(source.name, source.version)}`];
  const target = to === 'copy' ? 'the copy' : `version ${to}`;
  const verb =
    to === null
      ? `deletes ${alias}, which names version ${from}`
      : from === null
        ? `sets ${alias} to ${target}`
        : `moves ${alias} from version ${from} to ${target}`;
  const holds = holdsIn(changes, 'planned').map((version) => `puts version ${version} on hold`);
  return `Without \`dry-run\`, this step ${[...copies, ...(moves ? [verb] : []), ...holds].join(' and ')}.`;
}

/** What of the alias is known to stay. */
function keptText(
  { alias, now }: MoveSubject,
  {
    move,
    moved,
    isBack,
  }: { readonly move: Move | undefined; readonly moved: string; readonly isBack: boolean },
): string {
  if (isBack) return `${moved} and back`;
  if (move?.state === 'done') return `${moved}, but not finished`;
  // What was read before the first write may have moved since.
  if (now === undefined || move !== undefined) return `${alias} not moved`;
  return now === null ? `${alias} stays unset` : `${alias} stays ${now}`;
}
