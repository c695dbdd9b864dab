import { describe, expect, test } from 'vitest';
import { elements, textOf } from '../../src/storage/xml.ts';

describe('elements of stores', () => {
  test('are found by their very name, with attributes or without, in order', () => {
    const xml = '<A><Key x="1">one</Key><KeyCount>2</KeyCount><Key>two &amp; &#51;&#x34;</Key></A>';
    expect(elements(xml, 'Key')).toEqual(['one', 'two &amp; &#51;&#x34;']);
    expect(textOf(elements(xml, 'A')[0] ?? '', 'KeyCount')).toBe('2');
    expect(textOf('<Key>two &amp; &#51;&#x34; &odd; &#x110000;</Key>', 'Key')).toBe(
      'two & 34 &odd; &#x110000;',
    );
  });

  test('without content are empty, and take nothing of what follows', () => {
    const xml = '<NextMarker /><Name/><Name>a</Name><NextMarker>b</NextMarker>';
    expect([textOf(xml, 'NextMarker'), elements(xml, 'Name'), textOf(xml, 'Size')]).toEqual([
      '',
      ['', 'a'],
      undefined,
    ]);
  });
});

describe('16 MiB that were made to be slow are read in the time of a good list', () => {
  const size = 16 * 1024 * 1024;
  const filledWith = (part: string) => part.repeat(Math.floor(size / part.length));
  for (const [title, xml] of [
    ['elements that never end', filledWith('<Key>')],
    ['tags that never end', filledWith('<Key ')],
    ['elements that are closed once, far away', `${filledWith('<Key>')}</Key>`],
    ['names that only begin alike', filledWith('<Keys>')],
    ['an entity that never ends', `<Key>${filledWith('&')}</Key>`],
    ['a number that never ends', `<Key>&#${filledWith('1')}</Key>`],
  ] as const) {
    test(title, () => {
      const startedAt = performance.now();
      elements(xml, 'Key');
      textOf(xml, 'Key');
      expect(performance.now() - startedAt).toBeLessThan(4000);
    });
  }
});
