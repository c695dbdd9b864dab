import { describe, expect, it } from 'vitest';
import { codeSpan, preBlock, prose } from '../../src/report/escape-html.ts';
import { escapeLogLine } from '../../src/report/log-text.ts';
import { cut, visible, visibleLines } from '../../src/domain/printable.ts';
import { commandsIn } from './runner-commands.ts';

describe('visible', () => {
  it.each([
    ['plain text → as it is', 'plain text → as it is'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\u0000\u001b[31m\u007f\u0085', '\\u{0}\\u{1b}[31m\\u{7f}\\u{85}'],
    ['safe\u202etxt\u2066\u200b\ufeff', 'safe\\u{202e}txt\\u{2066}\\u{200b}\\u{feff}'],
    ['a\u00a0b\u3000c\u2800\u3164\u115f', 'a\\u{a0}b\\u{3000}c\\u{2800}\\u{3164}\\u{115f}'],
    ['tag\u{e0041}\u{e0100}', 'tag\\u{e0041}\\u{e0100}'],
    ['lone \ud800 half', 'lone \\u{d800} half'],
    ['⚠️ a\ufe0f', '⚠️ a\\u{fe0f}'],
    ['e\u0301\u0302\u0303\u0304\u0305', 'e\u0301\u0302\u0303\\u{304}\\u{305}'],
    ['ünïcödé 模型 модель', 'ünïcödé 模型 модель'],
  ])('spells out what is unseen: %j', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it('keeps lines in text to be copied, a lone CR spelled out', () => {
    expect(visibleLines('a\r\n\tb\rc\n')).toEqual(['a', '  b\\rc', '']);
  });

  it.each([
    ['abc', 3, 'abc'],
    [`abc${'d'.repeat(40)}`, 3, 'abc… (40 more characters)'],
    [`ab😀${'d'.repeat(40)}`, 3, 'ab… (42 more characters)'],
    ['abcdef', 3, 'abcdef'],
    [`abc${'d'.repeat(22)}`, 3, `abc${'d'.repeat(22)}`],
    [`abc${'d'.repeat(23)}`, 3, 'abc… (23 more characters)'],
  ])('cuts %j after %i units and never within a character', (text, limit, expected) => {
    expect(cut(text, limit)).toBe(expected);
  });
});

describe('prose', () => {
  it.each([
    ['The signature declares inputs and outputs.', 'The signature declares inputs and outputs.'],
    [
      'The model a.b.c, see (models:/a.b.c/7).',
      'The model <code>a.b.c</code>, see &#40;<code>models&#58;/a.b.c/7</code>&#41;.',
    ],
    ['ask @team about #12', 'ask <code>&#64;team</code> about <code>&#35;12</code>'],
    ['GH-12 and gh-12', '<code>GH-12</code> and <code>gh-12</code>'],
    ['fixed in deadbeef, or 12345678', 'fixed in <code>deadbeef</code>, or 12345678'],
    ['www.evil.example http://x', '<code>www.evil.example http&#58;//x</code>'],
    ['key=value x = 1', '<code>key=value</code> x = 1'],
    ['Signature: passed', 'Signature&#58; passed'],
    ['call f(a, b_c) now', 'call <code>f&#40;a, b&#95;c&#41;</code> now'],
    ['3.17 of 12,345 (50%)', '3.17 of 12,345 &#40;50%&#41;'],
    ['it is "so"', 'it is &#34;so&#34;'],
    [':tada: ✅', '<code>&#58;tada</code>&#58; <code>✅</code>'],
    ['$x$', '<code>&#36;x&#36;</code>'],
    ['a\n## b', '<code>a&#92;n&#35;&#35;</code> b'],
    ['', ''],
    ['a  b', 'a  b'],
  ])('%j', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });
});

describe('code', () => {
  it('leaves no character with a meaning in a code element', () => {
    expect(codeSpan('&<>"\'|`@[](){}*_~#!\\$:^')).toBe(
      `<code>${[...'&<>"\'|`@[](){}*_~#!\\$:^'].map((c) => `&#${c.charCodeAt(0)};`).join('')}</code>`,
    );
  });

  it('puts a block on one line, so that no blank line or fence ends it', () => {
    const html = preBlock('sql', 'GRANT x;\n\n```\n</pre>\u202e');
    expect(html).toBe(
      '<pre lang="sql"><code>GRANT x;&#10;&#10;&#96;&#96;&#96;&#10;&#60;/pre&#62;&#92;u&#123;202e&#125;</code></pre>',
    );
  });
});

describe('escapeLogLine', () => {
  it.each([
    ['Version 8 is READY', 'Version 8 is READY'],
    ['::error::x', ': :error::x'],
    ['  \t ::SET-OUTPUT name=a::b', '     : :SET-OUTPUT name=a::b'],
    ['a\n::error::x', 'a\\n::error::x'],
    ['a\r::error::x', 'a\\r::error::x'],
    ['\u2028::error::x', '\\u{2028}::error::x'],
    ['\u00a0::error::x', '\\u{a0}::error::x'],
    ['\u000b::error::x', '\\u{b}::error::x'],
    ['text ##[Error]x', 'text # #[Error]x'],
    ['####[group]x', '### #[group]x'],
    ['##vso[task.setvariable]x', '# #vso[task.setvariable]x'],
    ['## heading', '## heading'],
    ['std::vector', 'std::vector'],
    [':: alone', ': : alone'],
  ])('%j', (text, expected) => {
    expect(escapeLogLine(text)).toBe(expected);
    expect(commandsIn(escapeLogLine(text))).toEqual([]);
  });

  it('cuts a text of a megabyte', () => {
    expect(escapeLogLine('x'.repeat(1 << 20)).length).toBeLessThan(17_000);
  });

  it('is not idle: the same texts are commands as they are', () => {
    expect(commandsIn('a\n::error::x')).toEqual([{ name: 'error', data: 'x' }]);
    expect(commandsIn('a\r ::add-mask::x')).toEqual([{ name: 'add-mask', data: 'x' }]);
    expect(commandsIn('text ##[Error]x')).toEqual([{ name: '[Error', data: 'x' }]);
  });
});
