import { formatModelUri, parseModelUri } from '../../domain/model-uri.ts';
import { formatPattern, meansModel, type ModelPattern } from '../../domain/model-pattern.ts';
import type { Naming } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import { copiedFrom } from '../equal-versions.ts';
import { markedOrigin } from '../origin.ts';
import type { AuditFamily } from './family.ts';
import { ofEachVersion } from './finding.ts';

/** Whether the version of an alias was copied from where it must come from. */
export const ORIGIN: AuditFamily = {
  kinds: [
    {
      code: 'origin-missing',
      severity: 'error',
      needs: 'require-origin',
      meaning:
        'the version of the alias is no copy: neither its tag `uc_promote_origin` nor its source names a version of a model',
      cause: 'It was registered there directly, past the earlier environment.',
      fix: 'Promote a version from the earlier environment, and let the alias name the copy.',
    },
    {
      code: 'origin-other',
      severity: 'error',
      needs: 'require-origin',
      meaning:
        'the version of the alias was copied from a model that no line of `require-origin` means, by its tag `uc_promote_origin`, or by its source where it has none',
      cause: 'It was copied from another environment, a sandbox for example.',
      fix: 'Promote a version from the earlier environment, and let the alias name the copy.',
    },
  ],
  find: (audited, { origins, names }) =>
    origins.length === 0
      ? []
      : ofEachVersion(audited, ({ version }) => {
          if (version === undefined) return [];
          const uri = formatModelUri(version.name, version.version);
          const lines = show(origins.map(formatPattern).join(', '), 200);
          const origin = copiedFrom(version);
          if (origin === undefined)
            return [
              {
                code: 'origin-missing',
                severity: 'error',
                message: `${uri} is no copy of another version, but must come from ${lines}.`,
                fix: 'Promote a version from the earlier environment, and let the alias name the copy.',
              },
            ];
          if (isFrom(origin, origins, names)) return [];
          return [
            {
              code: 'origin-other',
              severity: 'error',
              message: `${uri} was copied from ${show(origin, 200)}, but must come from ${lines}.`,
              fix: 'Promote a version from the earlier environment, and let the alias name the copy.',
            },
          ];
        }),
};

function isFrom(origin: string, origins: readonly ModelPattern[], names: Naming): boolean {
  const named = parseModelUri(markedOrigin(origin, names).uri);
  return named.ok && origins.some((pattern) => meansModel(pattern, named.value.name, names));
}
