import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DIGESTS, digestsOf, PICTURED, pictureName, PICTURES, WIDTHS } from '../../scripts/pictured-pages.ts';
import { ROOT } from '../imports.ts';

test('the pictures show the pages as they are: npm run pictures draws them again', () => {
  expect(JSON.parse(readFileSync(join(ROOT, DIGESTS), 'utf8'))).toEqual(digestsOf(ROOT));
});

test('each picture is there, and each page stands in a document', () => {
  const documents = ['README.md', 'docs/promote-a-model.md', 'docs/signature-compatibility.md']
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
  for (const page of PICTURED) {
    for (const width of WIDTHS)
      expect(existsSync(join(ROOT, PICTURES, pictureName(page, width))), page).toBe(true);
    expect(documents).toContain(pictureName(page, 960));
  }
});
