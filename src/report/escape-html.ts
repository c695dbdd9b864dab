import { cut, visible, visibleLines } from '../domain/printable.ts';

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

/**
 * A sentence with names, links, mentions, numbers of issues and the like in code elements and the rest escaped. The
 * page looks for mentions, issues, commits and emoji in the finished HTML, where entities no longer protect, but
 * leaves code elements alone (html-pipeline, MentionFilter and EmojiFilter).
 */
export function prose(text: string, limit = MAX_PROSE): string {
  const html: string[] = [];
  let code = '';
  const flush = (): void => {
    if (code !== '') html.push(`<code>${escapeInline(code)}</code>`);
    code = '';
  };
  for (const [i, word] of wordsOf(visible(cut(text, limit))).entries()) {
    const runs = runsOf(word);
    const goesOn = code !== '' && runs[0]?.inCode === true;
    if (!goesOn) flush();
    if (i > 0 && goesOn) code += ' ';
    else if (i > 0) html.push(' ');
    for (const run of runs) {
      if (run.inCode) code += run.text;
      else {
        flush();
        html.push(escapeInline(run.text));
      }
    }
  }
  flush();
  return html.join('');
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
