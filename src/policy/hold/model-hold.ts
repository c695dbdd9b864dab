import { createHash } from 'node:crypto';
import type { Digests } from '../../domain/file-entry.ts';
import type { Naming } from '../../domain/full-name.ts';
import type { Tag } from '../../domain/model.ts';
import { isModelHoldKey, MODEL_HOLD_PREFIX, OWN_VALUE_LENGTH } from '../../domain/tag-keys.ts';
import type { MoveAuthor } from '../alias/history.ts';
import { markedOrigin, mayBeOrigin } from '../origin.ts';

/** What a hold on a model stops: a version by its number, and whatever came from its source or has its bytes. */
export interface HeldObject {
  readonly version?: number;
  /** Where the held version was copied from, as the mark of a copy says it. */
  readonly origin?: string;
  /** Digests of its files. */
  readonly content?: string;
  readonly listing?: string;
}

/** A hold on a registered model, as its tag has it. */
export interface ModelHold {
  /** Key of the tag. */
  readonly key: string;
  /** Its whole value. */
  readonly value: string;
  /** Undefined for a value of which nobody knows what it stops. */
  readonly held: HeldObject | undefined;
  readonly reason: string;
  readonly who?: string;
  /** ISO 8601, in UTC. */
  readonly at?: string;
  /** `<owner>/<repo>/<run id>`. */
  readonly run?: string;
}

/**
 * The key of the hold of a version: of its number, which no registry gives twice in a model. `nth` is above zero where something
 * else is under those before.
 */
export function holdKey(version: number, nth = 0): string {
  const place = nth === 0 ? String(version) : `${version}/${nth}`;
  return `${MODEL_HOLD_PREFIX}${createHash('sha256').update(place).digest('hex').slice(0, 12)}`;
}

/** Whether a hold is of one version and stops at least what another one does. */
export function stopsAll({ held }: Pick<ModelHold, 'held'>, wanted: HeldObject): boolean {
  return (
    held !== undefined &&
    held.version === wanted.version &&
    (['origin', 'content', 'listing'] as const).every(
      (part) => wanted[part] === undefined || wanted[part] === held[part],
    )
  );
}

/** The holds among the tags of a model, in the order of their keys. */
export function readHolds(tags: readonly Tag[]): ModelHold[] {
  return tags
    .filter(({ key }) => isModelHoldKey(key))
    .map(({ key, value }) => readHold(key, value))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The hold that a tag of a model is. */
export function readHold(key: string, value: string): ModelHold {
  const fields = fieldsOf(value);
  if (fields === undefined) return { key, value, held: undefined, reason: value };
  const version = fields.get('version');
  const isVersion = typeof version === 'number' && Number.isSafeInteger(version) && version > 0;
  const held: HeldObject = {
    ...(isVersion ? { version } : {}),
    ...textIn(fields, 'origin'),
    ...textIn(fields, 'content'),
    ...textIn(fields, 'listing'),
  };
  const stopsSomething =
    held.version !== undefined || held.origin !== undefined || held.content !== undefined;
  return {
    key,
    value,
    held: stopsSomething ? held : undefined,
    reason: textIn(fields, 'reason').reason ?? '',
    ...textIn(fields, 'who'),
    ...textIn(fields, 'at'),
    ...textIn(fields, 'run'),
  };
}

/** Who sets a hold, when (milliseconds since the epoch), and why. */
export interface HoldAuthor extends Pick<MoveAuthor, 'repository' | 'runId' | 'actor'> {
  readonly at: number;
  readonly reason: string;
}

/** As much of a reason as stays where everything else has to go. */
const LEAST_REASON = 100;

/**
 * The value of the tag that holds something. Where it is too long for a tag, who and when go first, then the origin where the
 * digest of the content is known, then the end of the reason.
 */
export function holdText(held: HeldObject, { repository, runId, actor, at, reason }: HoldAuthor): string {
  const { version, origin, content, listing } = held;
  const bytes = {
    ...(content === undefined ? {} : { content }),
    ...(listing === undefined ? {} : { listing }),
  };
  const source = origin === undefined ? {} : { origin };
  const moment = { at: new Date(at).toISOString() };
  const author = { who: actor, ...moment, run: `${repository}/${runId}` };
  const stopped = version === undefined ? {} : { version };
  const shapes = [
    { source, author },
    { source, author: { who: actor, ...moment } },
    { source, author: {} },
    ...(content === undefined ? [] : [{ source: {}, author: {} }]),
  ];
  for (const [index, shape] of shapes.entries()) {
    const least = index === shapes.length - 1 ? 0 : Math.min(LEAST_REASON, reason.length);
    for (let length = Math.min(reason.length, OWN_VALUE_LENGTH); length >= least; length -= 1) {
      const text = JSON.stringify({
        ...stopped,
        reason: cutReason(reason, length),
        ...shape.source,
        ...bytes,
        ...shape.author,
      });
      if (text.length <= OWN_VALUE_LENGTH) return text;
    }
  }
  // What no tag has room for is refused by the registry: a hold that stops neither source nor bytes is none.
  return JSON.stringify({ ...stopped, reason: '', ...(content === undefined ? source : {}), ...bytes });
}

function cutReason(reason: string, length: number): string {
  if (length === reason.length) return reason;
  return `${reason.slice(0, Math.max(0, length - 1)).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

/** What is compared with the holds of a model. */
export interface HoldCandidate {
  /** Its number, where it is a version of that model itself. */
  readonly version?: number;
  /** Its own URI and what it was copied from, as marks of copies say it. */
  readonly origins: readonly string[];
  /** Its digest as it is recorded. */
  readonly content?: string;
}

/** What shows that a hold stops something: nobody knows that it does not, or number, bytes or, where these are not known to be equal, source. */
export type HoldMatch = 'unreadable' | 'version' | 'source' | 'bytes';

/** Why a hold stops a candidate by what is recorded of it; undefined where only its bytes could show it, or it does not. */
export function matchHold(
  { held }: ModelHold,
  candidate: HoldCandidate,
  uriOfHeld: (version: number) => string,
  naming: Naming,
): HoldMatch | undefined {
  if (held === undefined) return 'unreadable';
  const { version, origin, content } = held;
  if (version !== undefined && version === candidate.version) return 'version';
  if (content !== undefined && content === candidate.content) return 'bytes';
  const sources = [
    ...(version === undefined ? [] : [uriOfHeld(version)]),
    ...(origin === undefined ? [] : [origin]),
  ].map((text) => markedOrigin(text, naming));
  const isOfSource = candidate.origins.some((mark) => sources.some((source) => mayBeOrigin(mark, source)));
  return isOfSource ? 'source' : undefined;
}

/**
 * Whether a hold stops files: `content` is asked for only where their list is the same. Where the hold has the list alone, files
 * of the same list may be the same, and are stopped.
 */
export async function holdsBytes(
  { held }: Pick<ModelHold, 'held'>,
  bytes: { readonly listing: () => Promise<string>; readonly content: () => Promise<string> },
): Promise<boolean> {
  const { content, listing } = held ?? {};
  if (content === undefined && listing === undefined) return false;
  if (listing !== undefined && listing !== (await bytes.listing())) return false;
  return content === undefined || content === (await bytes.content());
}

/** What a hold of a version has to have: its source, and the digests of its files, as far as they are known. */
export function heldObject(
  version: number,
  origin: string | undefined,
  digests: Partial<Digests>,
): HeldObject {
  return { version, ...(origin === undefined ? {} : { origin }), ...digests };
}

/**
 * A text that is the same as long as the holds of a model are; null for none. Of each it has the key and the digest of its value:
 * reasons are long, and may have what no plan may show.
 */
export function holdsState(tags: readonly Tag[]): string | null {
  const held = tags
    .filter(({ key }) => isModelHoldKey(key))
    .map(({ key, value }) => `${key}=${sha256(value)}`);
  return held.length === 0 ? null : held.sort().join('\n');
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function fieldsOf(value: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(value);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? new Map<string, unknown>(Object.entries(parsed)) : undefined;
  } catch {
    return undefined;
  }
}

function textIn<Name extends string>(
  fields: ReadonlyMap<string, unknown>,
  name: Name,
): { readonly [K in Name]?: string } {
  const value = fields.get(name);
  return typeof value === 'string' ? ({ [name]: value } as { readonly [K in Name]: string }) : {};
}
