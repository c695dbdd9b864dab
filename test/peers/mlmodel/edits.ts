import type { Draws } from '../compatibility/random.ts';

/** What an edit puts into a file: every mark of YAML, words that are no texts, characters that readers count otherwise. */
const PIECES = [
  ...[' ', '  ', '\t', '\n', '\r', '\r\n', '\u0085', '\u2028', '\ufeff', '\u0007', 'é', '😀'],
  ...[
    ':',
    ': ',
    '?',
    '? ',
    '-',
    '- ',
    ',',
    '#',
    ' #',
    "'",
    '"',
    '[',
    ']',
    '{',
    '}',
    '|',
    '>',
    '|\n',
    '>-\n',
    '|2\n',
  ],
  ...[
    '&a',
    '&a ',
    '*a ',
    '!',
    '! ',
    '%',
    '@',
    '`',
    '=',
    '\\',
    '\\n',
    '<<',
    '<<: ',
    '<<: *a',
    '---',
    '\n---\n',
    '\n...\n',
  ],
  ...[
    '!!str ',
    '!!int ',
    '!!float ',
    '!!bool ',
    '!!null ',
    '!!map ',
    '!!seq ',
    '!!set ',
    '!!omap ',
    '!!pairs ',
  ],
  ...[
    '!!binary ',
    '!!timestamp ',
    '!<tag:yaml.org,2002:str> ',
    '!e!x ',
    '!mine ',
    '%YAML 1.1\n---\n',
    '%YAML 2.0\n---\n',
  ],
  ...[
    '~',
    'null',
    'true',
    'no',
    '0',
    '1_0',
    '0x',
    '017',
    '1:30',
    '.5',
    '1e3',
    '.nan',
    '2024-02-30',
    '2024-01-01',
  ],
];
const STARTS = [' ', '  ', '\t', '- ', ''];

/** The text with one to three edits: a piece put in or in place of a character, characters taken out, lines moved. */
export function mutate(text: string, draws: Draws): string {
  let edited = text;
  for (let edits = draws.chance(0.6) ? 1 : 2 + draws.below(2); edits > 0; edits -= 1)
    edited = edit(edited, draws);
  return edited;
}

function edit(text: string, draws: Draws): string {
  const kind = draws.next();
  if (kind >= 0.8) return editLines(text.split('\n'), draws).join('\n');
  const characters = [...text];
  const at = draws.below(characters.length + 1);
  if (kind < 0.5) characters.splice(at, 0, draws.pick(PIECES));
  else if (kind < 0.65) characters.splice(at, 1 + draws.below(3));
  else characters.splice(at, 1, draws.pick(PIECES));
  return characters.join('');
}

/** Indents a line otherwise, or repeats it elsewhere. */
function editLines(lines: string[], draws: Draws): string[] {
  const at = draws.below(lines.length);
  const line = lines[at] ?? '';
  if (draws.chance(0.5))
    return lines.with(at, draws.pick(STARTS) + (draws.chance(0.5) ? line.trimStart() : line));
  return lines.toSpliced(draws.below(lines.length), 0, line);
}
