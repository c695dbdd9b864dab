import { counted } from '../../domain/count.ts';
import { formatFullName } from '../../domain/full-name.ts';
import type { AuditFamily } from './family.ts';
import { sizeText } from '../../domain/size-text.ts';

/** Versions that a sentence names, newest first. */
const NAMED = 10;

/** What could be cleaned up. */
export const UNUSED: AuditFamily = {
  kinds: [
    {
      code: 'versions-unused',
      severity: 'note',
      needs: 'report-unused',
      meaning:
        'versions that are `READY`, and that no alias and no rollback needs: one finding a model, with their number (`versions`) and the size of their files (`bytes`)',
      cause: 'Each promotion leaves the version before it.',
      fix: 'Delete what is no longer needed.',
    },
    {
      code: 'model-without-alias',
      severity: 'note',
      needs: 'report-unused',
      meaning: 'the model has no alias',
      cause: 'It was never promoted, or its aliases were deleted.',
      fix: 'Promote a version, or delete the model.',
    },
  ],
  find: ({ name, aliases, unused }) => {
    if (unused === undefined) return [];
    const model = formatFullName(name);
    const { versions, bytes } = unused;
    const newest = [...versions].sort((a, b) => b - a).slice(0, NAMED);
    const more = versions.length > NAMED ? ', …' : '';
    const size = bytes === undefined ? 'of unknown size' : sizeText(bytes);
    return [
      ...(versions.length === 0
        ? []
        : [
            {
              model,
              versions: versions.length,
              ...(bytes === undefined ? {} : { bytes }),
              code: 'versions-unused',
              severity: 'note' as const,
              message: `${model} has ${counted(versions.length, 'version')} that no alias and no rollback needs, ${size}: ${newest.join(', ')}${more}.`,
              fix: 'Delete what is no longer needed.',
            },
          ]),
      ...(aliases.length > 0
        ? []
        : [
            {
              model,
              code: 'model-without-alias',
              severity: 'note' as const,
              message: `${model} has no alias.`,
              fix: 'Promote a version, or delete the model.',
            },
          ]),
    ];
  },
};
