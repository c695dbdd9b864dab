import { parse, type Node } from 'acorn';

const SYNTAX = { ecmaVersion: 'latest', sourceType: 'module' } as const;

/** What licences demand to be kept: some packages have code of others, whose notice stands in their code alone. */
const NOTICE = /^!|\bcopyright\b|@licen[cs]e|@preserve/iu;

/** A part of a text: `[start, end)`, in UTF-16 units. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A module without its comments and empty lines and with half of its indentation, a quarter smaller; notices of copyright
 * stay. Names, lines and what a stack trace shows stay too, and so do the brackets around functions by which V8 compiles at once what runs at once.
 * Throws where what is left would be another program.
 */
export function compact(text: string): string {
  const comments: Span[] = [];
  const strings: Span[] = [];
  const before = parse(text, {
    ...SYNTAX,
    onComment: (_isBlock, comment, start, end) => {
      if (!NOTICE.test(comment)) comments.push({ start, end });
    },
    onToken: ({ type, start, end }) => {
      if (type.label === 'template' || type.label === 'string') strings.push({ start, end });
    },
  });
  const made = compactLines(text, comments, strings);
  if (shapeOf(before) !== shapeOf(parse(made, SYNTAX)))
    throw new Error('A bundle without its comments would be another program.');
  return made;
}

function compactLines(text: string, comments: readonly Span[], strings: readonly Span[]): string {
  const commentsOf = spansOf(comments);
  const stringsOf = spansOf(strings);
  const lines: string[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    const cut = commentsOf(start, end);
    const kept = without(line, start, cut);
    // The blanks before what began on an earlier line are those of a text.
    const isText = stringsOf(start, end).some((string) => string.start < start);
    if (isText || kept.trim() !== '') lines.push(isText ? kept : halfIndented(kept));
    start = end + 1;
  }
  return `${lines.join('\n')}\n`;
}

/** Finds those of the spans that touch a part of the text; the parts are asked for in their order. */
function spansOf(spans: readonly Span[]): (start: number, end: number) => readonly Span[] {
  let first = 0;
  return (start, end) => {
    while ((spans[first]?.end ?? Infinity) <= start) first += 1;
    let last = first;
    while ((spans[last]?.start ?? Infinity) < end) last += 1;
    return spans.slice(first, last);
  };
}

/** A line that begins at `start` of the text, without the parts of it that are cut; nor blanks before one that ends it. */
function without(line: string, start: number, cut: readonly Span[]): string {
  let kept = '';
  let from = 0;
  for (const span of cut) {
    kept += line.slice(from, Math.max(from, span.start - start));
    from = Math.min(line.length, span.end - start);
  }
  return cut.length > 0 && from === line.length ? kept.trimEnd() : kept + line.slice(from);
}

function halfIndented(line: string): string {
  const code = line.trimStart();
  return ' '.repeat(Math.ceil((line.length - code.length) / 2)) + code;
}

/** What a program is, wherever it stands in its text. */
function shapeOf(program: Node): string {
  return JSON.stringify(program, (key, value: unknown) => {
    if (key === 'start' || key === 'end') return undefined;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}
