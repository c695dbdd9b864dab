import { describe, expect, test } from 'vitest';
import { switchNames, switchTable, type SwitchName, type Switches } from '../../emulator/index.ts';
import { CASES } from './action-cases.ts';
import { faultsOf, runCase } from './run-case.ts';

/** Seeds of the mixes: each draws a value for every switch. */
const MIXES = Array.from({ length: 20 }, (_, index) => index + 1);

function expectNoFault(faults: readonly string[]): void {
  expect(faults, faults.join('; ')).toEqual([]);
}

/** Switch values under which a case is refused for a reason of its own, which the refusal names. */
const REFUSED_UNDER: Readonly<Record<string, readonly string[]>> = {
  // A registry that hides what exists answers as if it did not: then it is `invalid`, and the message says both.
  'set-alias refuses a caller without rights': ['hiddenObject=404'],
  'gate-on-grants stays shut for a reader': ['hiddenObject=404'],
  'check-connection tells a catalog that may not be used': ['hiddenObject=404'],
  // Then a model that is not there looks like one that is hidden.
  'manage-model creates a model for a group': ['missingObject=403'],
  // One version of its world is pending, and one of a status of its own.
  'clean-up deletes what nothing protects': ['deleteOfPending=refused', 'unknownEnums=true'],
};

/** What stands beside a switch: where the Files API is closed, files have no other way than temporary credentials. */
const BESIDE: Partial<Readonly<Record<SwitchName, Partial<Switches>>>> = {
  filesApi: { vendedCredentials: 'aws' },
};

/** The default of one switch is the default of all, which is played once. */
function otherValues(name: SwitchName): readonly unknown[] {
  const { values, default: usual } = switchTable[name];
  return values.filter((value: unknown) => value !== usual);
}

for (const each of CASES) {
  describe(each.title, () => {
    test('every switch at its default', async () => {
      expectNoFault(faultsOf(each, await runCase(each), false));
    });

    for (const name of switchNames) {
      for (const value of otherValues(name)) {
        test(`${name}=${String(value)}`, async () => {
          const switches = { ...BESIDE[name], [name]: value };
          const seen = await runCase(each, { emulator: { switches } });
          const mayRefuse = (REFUSED_UNDER[each.title] ?? []).includes(`${name}=${String(value)}`);
          expectNoFault(faultsOf(each, seen, mayRefuse));
        });
      }
    }

    for (const mix of MIXES) {
      test(`mix ${mix}`, async () => {
        expectNoFault(faultsOf(each, await runCase(each, { emulator: { mix } }), true));
      });
    }

    test('on lists that are shuffled, in small and empty pages, with numbers as strings and unknown fields', async () => {
      const switches = {
        smallPages: true,
        emptyPages: true,
        shuffledLists: true,
        numbersAsStrings: true,
        unknownFields: true,
      };
      expectNoFault(faultsOf(each, await runCase(each, { emulator: { switches } }), false));
    });
  });
}
