import { PromoteError } from '../../domain/errors.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { tagValue } from '../../domain/model.ts';
import { requireModel } from '../../facts/version.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { movesOf, recordKey } from '../../policy/alias-history.ts';
import { aliasAt, aliasTimeline, type AliasMoment, type AliasSpan } from '../../policy/alias-timeline.ts';

/** Reads what an alias named when, newest first: by the record on its model, and by that of the version that it names. */
export async function readPast(
  name: FullName,
  alias: string,
  snapshot: Snapshot,
): Promise<readonly AliasSpan[]> {
  const [now, tags] = await Promise.all([
    snapshot.alias(name, alias),
    snapshot.tagsOf(name),
    requireModel(name, snapshot, 'model'),
  ]);
  const named = now === null ? undefined : await snapshot.version(name, now);
  const { capabilities } = snapshot.registry;
  const text = tagValue(tags, recordKey(alias, capabilities)) ?? null;
  return aliasTimeline(movesOf(alias, text, named, capabilities), now);
}

/** A span as the output `history` has it. */
export function spanOutput({ version, since, until, move, gap }: AliasSpan) {
  return {
    version,
    since: since ?? null,
    until: until ?? null,
    who: move?.who ?? null,
    run: move?.run ?? null,
    attempt: move?.attempt ?? null,
    gap: gap ?? null,
  };
}

/** The version that an alias named at a moment; null for none. Throws where that is not known, which is never a pass. */
export function requireMoment(
  { name, alias, at }: { readonly name: FullName; readonly alias: string; readonly at: number },
  spans: readonly AliasSpan[],
  now: number,
): number | null {
  const moment = aliasAt(spans, at, now);
  if (moment.kind === 'named') return moment.span.version;
  const when = new Date(at).toISOString();
  throw new PromoteError(
    `What ${formatFullName(name)}@${alias} named at ${when} is unknown: ${WHY[moment.why]}.`,
    {
      code: 'not-found',
      outcome: moment.why === 'future' ? 'invalid' : 'partial',
      fix:
        moment.why === 'future'
          ? 'Give a moment that has passed.'
          : 'Run it with history: true for all that is recorded; the audit log of the workspace may have the rest.',
    },
  );
}

const WHY: Readonly<Record<Extract<AliasMoment, { kind: 'unknown' }>['why'], string>> = {
  'no-record': 'no move of it is recorded',
  'before-record': 'its record begins later',
  gap: 'its record has a gap there',
  future: 'that moment is still to come',
};
