import type { Tag } from '../../domain/model.ts';
import { table, type Section } from '../document.ts';

/** All tags of a version or model as a folded section. */
export function tagsSection(tags: readonly Tag[]): Section {
  return {
    title: `Tags: ${tags.length}`,
    folded: true,
    blocks: [
      table(
        ['Key', 'Value'],
        tags.map(({ key, value }) => [key, value]),
      ),
    ],
  };
}
