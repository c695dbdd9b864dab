import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The pages of which pictures stand in the documentation, by their golden files. */
export const PICTURED = [
  'promote-waits-for-approval',
  'promote-plans-what-breaks-callers',
  'promote-promotes',
  'promote-refuses-what-breaks-callers',
] as const;

/** Pixels: the width of a job's page, and of a phone. */
export const WIDTHS = [960, 500] as const;

/** Where the pictures are, beside the digests of the pages that they were made of. */
export const PICTURES = 'docs/pictures';
export const DIGESTS = join(PICTURES, 'digests.json');

/** The file of a picture in {@link PICTURES}. */
export function pictureName(page: string, width: number): string {
  return `${page}-${width}.png`;
}

/** The golden file of a page, below the root of the project. */
export function pageFile(page: string): string {
  return join('test/report/pages', `${page}.md`);
}

/** The digest of each pictured page as it is now; `root` is that of the project. */
export function digestsOf(root: string): Record<string, string> {
  return Object.fromEntries(
    PICTURED.map((page) => [
      page,
      createHash('sha256')
        .update(readFileSync(join(root, pageFile(page))))
        .digest('hex'),
    ]),
  );
}
