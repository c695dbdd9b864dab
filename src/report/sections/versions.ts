import { table, type Section } from '../document.ts';

/** Versions that were found, by the full name of their model. */
export function versionsSection(
  found: readonly { readonly model: string; readonly version: number }[],
): Section {
  return {
    title: `Versions found: ${found.length}`,
    folded: false,
    blocks: [
      table(
        ['Model', 'Version'],
        found.map((row) => [row.model, String(row.version)]),
        ['left', 'right'],
      ),
    ],
  };
}
