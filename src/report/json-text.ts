/** Characters of one piece, at least; a report of many findings is longer than what may be held at once. */
const PIECE = 64 * 1024;

/** A value of plain data as `JSON.stringify(value, null, 2)` writes it, in pieces, with a line feed at its end. */
export function* jsonText(value: unknown): Generator<string> {
  let piece = '';
  for (const part of partsOf(value, '\n')) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n`;
}

/** The parts of a value; `line` begins a line of its own depth. */
function* partsOf(value: unknown, line: string): Generator<string> {
  if (typeof value === 'string') yield* textParts(value);
  else if (typeof value !== 'object' || value === null) yield JSON.stringify(value);
  else {
    const [open, close] = Array.isArray(value) ? (['[', ']'] as const) : (['{', '}'] as const);
    let before: string = open;
    for (const [name, member] of membersOf(value)) {
      yield `${before}${line}  ${name}`;
      yield* partsOf(member, `${line}  `);
      before = ',';
    }
    yield before === ',' ? `${line}${close}` : `${open}${close}`;
  }
}

/** What is in a list or an object, each behind its name as it is written. */
function* membersOf(value: object): Generator<readonly [name: string, member: unknown]> {
  if (Array.isArray(value)) {
    for (const member of value) yield ['', member ?? null];
    return;
  }
  const entries: [string, unknown][] = Object.entries(value);
  for (const [key, member] of entries) if (member !== undefined) yield [`${JSON.stringify(key)}: `, member];
}

/** A text in quotes, never parted within a character: half a one would be written as an escape. */
function* textParts(text: string): Generator<string> {
  if (text.length <= PIECE) {
    yield JSON.stringify(text);
    return;
  }
  yield '"';
  for (let start = 0; start < text.length;) {
    const most = text.slice(start, start + PIECE);
    const next = most.length < PIECE ? most : most.replace(/[\uD800-\uDBFF]$/u, '');
    yield JSON.stringify(next).slice(1, -1);
    start += next.length;
  }
  yield '"';
}
