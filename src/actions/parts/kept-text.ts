import { hasCode } from '../../domain/errors.ts';
import type { KeptText, TextContent } from '../../domain/kept-text.ts';
import type { GitHub, TextPlace } from '../../github/port.ts';
import { decideKept, type KeepDecision } from '../../policy/kept-text.ts';

/** Who a job's token writes as, where GitHub does not say it: that of a job without an app of its own. */
const JOB_AUTHOR = 'github-actions[bot]';

/** What became of a text of ours. */
export interface KeptResult {
  readonly did: 'created' | 'edited' | 'reopened' | 'closed' | 'kept' | 'none';
  /** Address of its page; undefined where there is none. */
  readonly page?: string;
}

/**
 * Has one text of ours in a place say what is wanted, found again by its marker and its author, whatever runs beside: whoever
 * creates one looks again afterwards, keeps the oldest and withdraws the others. Where the response to a creation is lost, it is looked for and not
 * created twice: a later run finds it.
 */
export async function keepText(
  github: Pick<GitHub, 'viewer'>,
  place: TextPlace,
  { marker, content }: { readonly marker: string; readonly content: TextContent },
): Promise<KeptResult> {
  const author = await authorOf(github);
  const before = decideKept(await place.list(author), { marker, author }, content);
  if (before.step.kind !== 'create') return carryOut(place, before, content);
  const made = await created(place, content);
  // The author that GitHub names, where it did not say before whose token it is.
  const writer = ('id' in made ? made.author.login : undefined) ?? author;
  const listed = await place.list(writer);
  const found = 'id' in made ? [...listed.filter(({ id }) => id !== made.id), made] : listed;
  const after = decideKept(found, { marker, author: writer }, content);
  if (after.step.kind !== 'create') {
    const result = await carryOut(place, after, content);
    return result.did === 'kept' ? { ...result, did: 'created' } : result;
  }
  if ('lost' in made) throw made.lost;
  return { did: 'created', page: made.page };
}

async function authorOf(github: Pick<GitHub, 'viewer'>): Promise<string> {
  try {
    return await github.viewer();
  } catch (error) {
    if (hasCode(error, 'permission-denied', 'not-found', 'rejected')) return JOB_AUTHOR;
    throw error;
  }
}

/** A text that was written, or why nobody knows whether it was. */
async function created(
  place: TextPlace,
  content: TextContent,
): Promise<KeptText | { readonly lost: unknown }> {
  try {
    return await place.create(content);
  } catch (lost) {
    if (!hasCode(lost, 'unavailable', 'protocol')) throw lost;
    return { lost };
  }
}

async function carryOut(
  place: TextPlace,
  { step, surplus }: KeepDecision,
  content: TextContent,
): Promise<KeptResult> {
  const result = await stepTaken(place, step, content);
  for (const { id } of surplus) await place.withdraw(id);
  return result;
}

async function stepTaken(
  place: TextPlace,
  step: KeepDecision['step'],
  content: TextContent,
): Promise<KeptResult> {
  switch (step.kind) {
    case 'create': {
      const { page } = await place.create(content);
      return { did: 'created', page };
    }
    case 'none':
      return { did: 'none' };
    case 'keep':
      return { did: 'kept', page: step.text.page };
    case 'edit':
    case 'reopen':
    case 'close':
      await place.edit(step.text.id, content);
      return { did: DID[step.kind], page: step.text.page };
  }
}

const DID = { edit: 'edited', reopen: 'reopened', close: 'closed' } as const;
