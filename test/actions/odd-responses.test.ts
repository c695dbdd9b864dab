import { describe, expect, test } from 'vitest';
import type { Fault } from '../../emulator/index.ts';
import { CASES } from './action-cases.ts';
import { faultsOf, runCase } from './run-case.ts';

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

/** Without aliases, records and statuses nothing says that a version may go: it deletes nothing, and that is all that there is to do. */
const CLEAN_UPS = ['clean-up deletes what nothing protects', 'clean-up refuses too many deletions'];

/** Alone in claiming that a value is there: with it gone, or another in its place, nothing else contradicts. */
const SOLE_EVIDENCE: Readonly<Record<string, readonly string[]>> = {
  // A registry that leaves out empty lists says the same of a model without aliases.
  aliases: ['audit-aliases finds an alias on a version without signature', ...CLEAN_UPS],
  // Who the caller is, only the registry knows.
  applicationId: ['check-connection is connected'],
  groups: ['check-connection is connected'],
  display: ['check-connection is connected'],
  // What a source says that it lacks does not travel.
  tags: ['copy-version copies a version', ...CLEAN_UPS],
  key: ['copy-version copies a version', ...CLEAN_UPS],
  value: ['copy-version copies a version', ...CLEAN_UPS],
  description: ['copy-version copies a version', 'promote promotes', 'sync-aliases follows a pin to a copy'],
};

/** A fault that says whether it found anything to change: an answer without the field is as it was. */
function counted(fault: Fault & { kind: 'set-field' }): {
  readonly fault: Fault;
  readonly found: () => boolean;
} {
  let found = false;
  const { value } = fault;
  return {
    fault: {
      ...fault,
      get value() {
        found = true;
        return value;
      },
    },
    found: () => found,
  };
}

for (const each of CASES) {
  describe(each.title, () => {
    const faultsUnder = async (fault: Fault) =>
      faultsOf(
        each,
        await runCase(each, {
          prepare: ({ faults }) => faults.add({ times: Number.POSITIVE_INFINITY, kind: fault }),
        }),
        true,
      );
    for (const field of FIELDS) {
      if (SOLE_EVIDENCE[field]?.includes(each.title) === true) continue;
      test(`whatever stands in ${field}, it ends right or says why not`, async () => {
        expect(await faultsUnder({ kind: 'missing-field', field }), 'missing').toEqual([]);
        // Of a refusal the only question is whether its reason can get lost.
        if (each.outcome !== 'ok') return;
        for (const [name, value] of VALUES) {
          const { fault, found } = counted({ kind: 'set-field', field, value });
          expect(await faultsUnder(fault), name).toEqual([]);
          if (!found()) return;
        }
      });
    }
  });
}
