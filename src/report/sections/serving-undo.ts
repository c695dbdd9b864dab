import { show } from '../../domain/printable.ts';
import type { ServingChange } from '../../plan/changes/serving.ts';
import { paragraph, type Block } from '../document.ts';

/** How to take the update of an endpoint back; nothing where it is not known what it served before. */
export function servingUndo({ endpoint, from }: ServingChange): Block[] {
  const [live] = from;
  if (live === undefined) return [];
  return [
    paragraph(
      `To take the endpoint ${show(endpoint, 63)} back, have the alias name version ${live.version}, then run update-serving for it.`,
    ),
  ];
}
