import { describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/index.ts';
import { CASES } from './cases.ts';
import { faultsOf, play } from './play.ts';

/** Fields of the answers that our calls read. */
const FIELDS = [
  'aliases',
  'alias_name',
  'version_num',
  'version',
  'status',
  'tags',
  'key',
  'value',
  'model_version',
  'model_versions',
  'registered_model',
  'registered_models',
  'name',
  'full_name',
  'catalog_name',
  'schema_name',
  'owner',
  'privilege_assignments',
  'principal',
  'privileges',
  'privilege',
  'inherited_from_type',
  'inherited_from_name',
  'applicationId',
  'userName',
  'groups',
  'display',
  'schemas',
  'emails',
  'description',
  'next_page_token',
  'contents',
  'path',
  'file_size',
  'is_directory',
] as const;

/** What stands in a field instead of what belongs there. */
const VALUES: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['a number', 42],
  ['a text', 'x'],
  ['an object', { x: 1 }],
];

/** Alone in claiming that a value is there: with it gone, or another in its place, nothing else contradicts. */
const SOLE_EVIDENCE: Readonly<Record<string, readonly string[]>> = {
  // A registry that leaves out empty lists says the same of a model without aliases.
  aliases: ['audit-aliases finds an alias on a version without signature'],
  // Who the caller is, only the registry knows.
  applicationId: ['check-connection is connected'],
  groups: ['check-connection is connected'],
  display: ['check-connection is connected'],
  // What a source says that it lacks does not travel.
  tags: ['copy-version copies a version'],
  key: ['copy-version copies a version'],
  value: ['copy-version copies a version'],
  description: ['copy-version copies a version', 'promote promotes'],
};

for (const each of CASES) {
  describe(each.title, () => {
    const strange = (field: string): readonly (readonly [string, Fault])[] => [
      ['missing', { kind: 'missing-field', field }],
      // Of a refusal the only question is whether its reason can get lost.
      ...(each.outcome === 'ok' ? VALUES : []).map(
        ([name, value]) => [name, { kind: 'set-field', field, value }] as const,
      ),
    ];
    for (const field of FIELDS) {
      test(`whatever stands in ${field}, it ends right or says why not`, async () => {
        for (const [name, kind] of strange(field)) {
          if (SOLE_EVIDENCE[field]?.includes(each.title) === true) continue;
          const seen = await play(each, {
            prepare: ({ faults }) => faults.add({ times: Number.POSITIVE_INFINITY, kind }),
          });
          const faults = faultsOf(each, seen, true);
          expect(faults, `${name}: ${faults.join('; ')}`).toEqual([]);
        }
      });
    }
  });
}
