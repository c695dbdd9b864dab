import { createHash } from 'node:crypto';
import type { Account } from '../domain/account.ts';
import type { KeptText, TextContent } from '../domain/kept-text.ts';

/** What is done so that one text of ours says what it is to say. */
export type KeepStep =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'reopen' | 'close' | 'keep'; readonly text: KeptText }
  | { readonly kind: 'none' };

/** What is done, and which later texts of ours are withdrawn, since one is enough. */
export interface KeepDecision {
  readonly step: KeepStep;
  readonly surplus: readonly KeptText[];
}

/** How a text of ours is known again: nobody sees its first line, and anybody may write the same. */
export interface Mark {
  readonly marker: string;
  /** The login that the token writes as. */
  readonly author: string;
}

/** Hexadecimal digits of a key: few enough for a first line, and enough for all texts of a repository. */
const KEY_LENGTH = 12;

/** 16 bits: each hint is that of countless addresses. */
const HINT_LENGTH = 4;

/**
 * The first line of a text of ours, such as `<!-- uc-promote:v1 page 0123456789ab -->`. The key stands for what the text is about,
 * in parts, and names none of it; upper and lower case are the same.
 */
export function textMarker(kind: string, about: readonly string[]): string {
  const parts = JSON.stringify(about.map((part) => part.toLowerCase()));
  const key = createHash('sha256').update(parts).digest('hex').slice(0, KEY_LENGTH);
  return `<!-- uc-promote:v1 ${kind} ${key} -->`;
}

/** Of an address enough to distinguish a few workspaces, and too little to find it by trial: many keep it as a secret. */
export function hintOf(address: string): string {
  return createHash('sha256').update(address.toLowerCase()).digest('hex').slice(0, HINT_LENGTH);
}

/** Whether a text begins with the line, whoever wrote it. */
export function isMarked({ body }: TextContent, marker: string): boolean {
  return body.startsWith(marker);
}

/**
 * Whether an account is the one that a token writes as. An app's account ends in `[bot]`, which GraphQL leaves out of some of
 * its responses; a person may have the same name without it.
 */
export function isAuthor({ login, kind }: Account, author: string): boolean {
  const [written, known] = [login?.toLowerCase(), author.toLowerCase()];
  return written === known || (kind === 'app' && written === `${known}[bot]`);
}

/**
 * Decides what becomes of the texts of a place. Ours is the oldest one with the marker and the author; another one of ours is what
 * two runs made at the same moment, and is withdrawn. Nothing is created to say that something is closed.
 */
export function decideKept(
  found: readonly KeptText[],
  { marker, author }: Mark,
  wanted: TextContent,
): KeepDecision {
  const [ours, ...later] = found
    .filter((text) => isMarked(text, marker) && isAuthor(text.author, author))
    .toSorted((one, other) => one.id - other.id);
  const surplus = later.filter(({ isOpen }) => isOpen);
  if (ours === undefined) return { step: { kind: wanted.isOpen ? 'create' : 'none' }, surplus };
  return { step: { kind: kindOf(ours, wanted), text: ours }, surplus };
}

function kindOf(ours: KeptText, wanted: TextContent): 'edit' | 'reopen' | 'close' | 'keep' {
  if (ours.isOpen !== wanted.isOpen) return wanted.isOpen ? 'reopen' : 'close';
  // One that is closed is left as it was closed.
  if (!ours.isOpen) return 'keep';
  const isSame = plain(ours.body) === plain(wanted.body) && ours.title === wanted.title;
  return isSame ? 'keep' : 'edit';
}

/** A form of a text that GitHub keeps with line feeds or with carriage returns, and with or without an end. */
function plain(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd();
}
