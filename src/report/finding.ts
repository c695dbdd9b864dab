import * as z from 'zod';

const text = z.string();

/** A finding as a report and an output have it. Texts are verbatim, not escaped. */
export const findingSchema = z.object({
  code: text,
  severity: z.enum(['error', 'warning', 'note']),
  message: text,
  /** What the first line of the page says of it. */
  headline: z.exactOptional(text),
  fix: z.exactOptional(text),
  /** The line of a file of the repository that it is about. */
  place: z.exactOptional(z.object({ file: text, line: z.int().min(1), column: z.int().min(1) })),
});

/** A finding of an audit, with the place that it is about: the output `findings` is a list of these. */
export const auditFindingSchema = findingSchema.extend({
  /** `catalog.schema.model`, or the name of a model without levels. */
  model: text,
  /** As the model spells it. */
  alias: z.exactOptional(text),
  version: z.exactOptional(z.int().min(1)),
  /** How many versions it is about, where it is about several. */
  versions: z.exactOptional(z.int().min(1)),
  /** The size of the files of those. */
  bytes: z.exactOptional(z.int().min(0)),
  /** Who moved the alias, as far as the audit log says so, and when: ISO 8601, in UTC. */
  mover: z.exactOptional(z.object({ who: z.exactOptional(text), at: text })),
});
