import { cut, visible, visibleLines } from '../domain/printable.ts';
import type { Link } from './document.ts';

/** Everything that Markdown, its table extension, HTML, mentions, links, emoji codes or formulas begin with. */
const ACTIVE = /[&<>"'|`@[\](){}*_~#!\\$:^]/gu;

/** A plain word: letters, digits and mild punctuation, none of which the page gives a meaning. */
const PLAIN_WORD = /^(?:=|[\p{L}\p{M}\p{N}'’‘“”"&;:,.!?%()/+×·•→←≤≥±–—…-]*)$/u;

/** What consists of plain characters and is linked or drawn by the page all the same: hosts, commits, `GH-12`, `:x:`. */
const LINKED =
  /\.\p{L}|:\S|(?<![\p{L}\p{N}])(?=\d*[a-f])[0-9a-f]{7,64}(?![\p{L}\p{N}])|\bGH-\d|\/\/|www\.\S/iu;

const MAX_PROSE = 4000;
const MAX_BLOCK = 100_000;
const MAX_CALL = 12;
const MAX_PUNCTUATION = 8;

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** One line of visible text in which no character has a meaning for Markdown or HTML. */
export function escapeInline(text: string): string {
  return visible(text).replace(ACTIVE, entity);
}

/** The text in a code element, where the page makes no mentions, issue links, emoji or formulas of it. */
export function codeSpan(text: string, limit = MAX_PROSE): string {
  return `<code>${escapeInline(cut(text, limit))}</code>`;
}

function isPlainWord(word: string): boolean {
  return PLAIN_WORD.test(word) && !LINKED.test(word);
}

/** The word without the punctuation of its sentence: what stands before, the word itself, what stands after. */
function splitPunctuation(word: string): [before: string, core: string, after: string] {
  const before = /^[("“]*/u.exec(word)?.[0] ?? '';
  let core = word.slice(before.length);
  let after = '';
  for (let i = 0; i < MAX_PUNCTUATION; i += 1) {
    const last = core.at(-1) ?? '';
    const belongs = last === ')' && core.includes('(');
    if (last === '' || belongs || !'.,;:!?)"”…'.includes(last)) break;
    core = core.slice(0, -1);
    after = `${last}${after}`;
  }
  return [before, core, after];
}

/** Words a space apart; a call such as `f(a, b)` whose parenthesis opens in a word stays together. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  const parts = text.split(' ');
  for (let i = 0; i < parts.length; i += 1) {
    let word = parts[i] ?? '';
    if (/^[\p{L}_][^\s(]*\(/u.test(word)) {
      for (
        let j = i, joined = word;
        j < Math.min(parts.length, i + MAX_CALL);
        joined += ` ${parts[++j] ?? ''}`
      ) {
        if (joined.split('(').length > joined.split(')').length) continue;
        word = joined;
        i = j;
        break;
      }
    }
    words.push(word);
  }
  return words;
}

interface Run {
  readonly text: string;
  readonly inCode: boolean;
}

/** The runs of a word: its punctuation as text, itself as text or in code. */
function runsOf(word: string): Run[] {
  if (isPlainWord(word)) return [{ text: word, inCode: false }];
  const [before, core, after] = splitPunctuation(word);
  const runs = [
    { text: before, inCode: false },
    { text: core, inCode: !isPlainWord(core) },
    { text: after, inCode: false },
  ];
  return runs.filter((run) => run.text !== '');
}

/** What a text says in code by a pair of backticks, as one writes it in Markdown; a text without them has none. */
const QUOTED = /(?<![^\s("“])`(?<code>[^`]+)`(?![^\s).,;:!?"”…])/gu;

/** A statement of SQL, whose backticks belong to it. */
const STATEMENT = /\b(?:GRANT|REVOKE) [A-Z][A-Z ,]* ON [^`]*(?:`[^`]*`\.?)+ (?:TO|FROM) `[^`]+`/gu;

/** The parts of a text that are code as a whole, and what is between them. */
function partsOf(text: string): Run[] {
  const parts: Run[] = [];
  let end = 0;
  const take = (found: RegExpExecArray, code: string): void => {
    parts.push({ text: text.slice(end, found.index), inCode: false }, { text: code, inCode: true });
    end = found.index + found[0].length;
  };
  const statements = [...text.matchAll(STATEMENT)];
  for (const found of text.matchAll(statements.length > 0 ? STATEMENT : QUOTED))
    take(found, found.groups?.['code'] ?? found[0]);
  parts.push({ text: text.slice(end), inCode: false });
  return parts.filter((part) => part.text !== '');
}

/** The runs of a sentence: names, links, mentions, numbers of issues and the like in code, the rest as text. */
function sentenceRuns(text: string): Run[] {
  const runs: Run[] = [];
  const add = (run: Run): void => {
    const last = runs.at(-1);
    if (last?.inCode === run.inCode) runs.splice(-1, 1, { ...run, text: `${last.text}${run.text}` });
    else runs.push(run);
  };
  let goesOn = false;
  for (const [i, word] of wordsOf(text).entries()) {
    const parts = runsOf(word);
    goesOn &&= parts[0]?.inCode === true;
    if (i > 0) add({ text: ' ', inCode: goesOn });
    for (const part of parts) add(part);
    goesOn = parts.at(-1)?.inCode === true;
  }
  return runs;
}

/** How a run of code is written where it stands. */
type CodeWriter = (text: string) => string;

function written(text: string, limit: number, write: CodeWriter): string {
  return partsOf(visible(cut(text, limit)))
    .flatMap((part) => (part.inCode ? [part] : sentenceRuns(part.text)))
    .map((run) => (run.inCode ? write(run.text) : escapeInline(run.text)))
    .join('');
}

/**
 * A sentence with names, links, mentions, numbers of issues and the like in code elements and the rest escaped; what
 * stands between backticks is in code without them. The page looks for mentions, issues, commits and emoji in the
 * finished HTML, where entities no longer protect, but leaves code elements alone (html-pipeline, MentionFilter and
 * EmojiFilter).
 */
export function prose(text: string, limit = MAX_PROSE): string {
  return written(text, limit, (code) => `<code>${escapeInline(code)}</code>`);
}

/**
 * The same sentence where Markdown is read, as an alert has to be: code stands between backticks, in which nothing else
 * is read. In a code element it would be (GFM, autolinks).
 */
export function markdownProse(text: string, limit = MAX_PROSE): string {
  return written(text, limit, (code) => {
    const longest = Math.max(0, ...[...code.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
    const fence = '`'.repeat(longest + 1);
    const room = /^[` ]|[` ]$/u.test(code) ? ' ' : '';
    return `${fence}${room}${code}${room}${fence}`;
    // A sign of an underline or a list at the beginning of the line would be read as one.
  }).replace(/^[^\p{L}\p{N}`&]|^\d/u, entity);
}

/** What stands in an address that a page may lead to: nothing that could end the attribute, or that is no part of one. */
const ADDRESS = /^https?:\/\/[\w.:-]+(?:\/[\w.~%/?#=&@:+,-]*)?$/u;

/** A link; its text alone where the address is none that a page may lead to. */
export function anchor({ text, href }: Link): string {
  const inner = prose(text, 200);
  return ADDRESS.test(href) ? `<a href="${href.replaceAll('&', '&#38;')}">${inner}</a>` : inner;
}

/**
 * Text to be copied, in a `pre` on one line of source: line feeds are entities, so that no blank line, fence or tag
 * within can end it. Cut after 100,000 characters, which is said.
 */
export function preBlock(language: string, text: string): string {
  const body = visibleLines(cut(text, MAX_BLOCK))
    .map((line) => line.replace(ACTIVE, entity))
    .join('&#10;');
  return `<pre lang="${escapeInline(language)}"><code>${body}</code></pre>`;
}
