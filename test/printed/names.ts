import fc from 'fast-check';

/** Texts that mean something to a shell, a URL, a CLI, SQL, Python, YAML, a log or a page. */
const PIECES = [
  ...[
    '#2',
    '?a=b',
    '%25',
    '%zz',
    '%',
    '&',
    '+',
    ';x',
    '=',
    ',',
    '@',
    '~',
    '!',
    '*',
    '[a]',
    '(b)',
    '|',
    '<',
    '>',
  ],
  ...[
    "'",
    "''",
    '"',
    '""',
    '`',
    '``',
    '\\',
    '\\n',
    '\\u0041',
    '$HOME',
    '$(id)',
    '${x}',
    '${{x}}',
    '{{x}}',
    '$',
  ],
  ...['-', '--', '--owner', '-h', '-name', '---json', '##[error]x', '::error::', '#', '/', '://', ':x', '^'],
  ...[
    'é',
    'e\u0301',
    'Ω',
    '模型',
    '\u{1f600}',
    '❤\ufe0f',
    'a\u0301\u0302\u0303\u0304',
    '\ufe0f',
    '\u3164',
    '\u1160',
  ],
  ...[
    '\u200b',
    '\u202e',
    '\u2066',
    '\u00ad',
    '\ufeff',
    '\u{e0001}',
    '\u{e0041}',
    '\u061c',
    '\u2800',
    '\u{1d173}',
  ],
] as const;

const EVERYWHERE = /[\s/.\p{Cc}\p{Cs}]/u;

/** One level of a name: what Unity Catalog allows, and more. */
const level = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', minLength: 1, maxLength: 3 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => Array.from(parts.join('')).filter((character) => !EVERYWHERE.test(character)))
  .map((characters) =>
    characters
      .join('')
      .slice(0, 255)
      .replace(/[\ud800-\udbff]$/u, ''),
  )
  .filter((text) => text !== '');

/** Three levels. */
export const fullNames = fc.record({ catalog: level, schema: level, model: level });

/** Aliases of every character that a level may have. */
export const aliases = level;

/** A text of any characters, line ends and controls among them; no half characters. */
export const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...PIECES,
        '\n',
        '\r\n',
        '\r',
        '\t',
        ' ',
        '\u0000',
        '\u001b[1m',
        '\u0085',
        '\u2028',
        '\u00a0',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text.isWellFormed());

/** Names that were, or could have been, another's: each must be named by what is printed, or nothing. */
export const HOSTILE_LEVELS = [
  'fraud#2',
  'fraud?version=2',
  'a%b',
  'a%25b',
  'a%2Fb',
  'a%00b',
  "a'b",
  "';x;'",
  'a"b',
  '"quoted"',
  'a`b',
  'a``b',
  '`',
  'a\\',
  'a\\nb',
  'a\\u0041',
  '-fraud',
  '--owner',
  '--',
  '-',
  '-h',
  '-name',
  '$HOME',
  '${HOME}',
  '$(id)',
  '{{x}}',
  '${{github.actor}}',
  '$',
  '!x!',
  '~root',
  '*',
  '[a-z]',
  'a&b',
  'a;b',
  'a|b>c<d',
  'a+b',
  'a=b',
  'a:b@c',
  '##[error]x',
  '::error::x',
  'a##[x',
  'café',
  'cafe\u0301',
  '模型',
  '\u{1f600}',
  'fra\u200bud',
  '\u202eduarf',
  'fraud\u{e0041}',
  '\ufefffraud',
  'fraud\u3164',
  'fra\u00adud',
  'a\u0301\u0302\u0303\u0304\u0305',
] as const;

/** Principals, which may have any character: what grants name comes from lists that others write. */
export const HOSTILE_PRINCIPALS = [
  ...HOSTILE_LEVELS,
  'a b',
  'a  b',
  ' a ',
  'a.b/c',
  'a\nb',
  'x`;\nGRANT ALL PRIVILEGES ON CATALOG `prod` TO `eve',
  "x';\ndatabricks catalogs update prod --owner eve; '",
  'a\rb',
  'a\tb',
  'a\u0000b',
  'a\u001b[2Kb',
  'a\u0085b',
  'a\u2028b',
  'a\u00a0b',
  'a\u{1d173}b',
] as const;
