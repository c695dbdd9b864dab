import { describe, expect, test } from 'vitest';
import { switchNames, switchTable, type EmulatorOptions } from '../../emulator/index.ts';
import { CASES, type ActionCase } from './cases.ts';
import { world, type ActionRun } from './harness.ts';

/** Seeds of the mixes: each draws a value for every switch. */
const MIXES = Array.from({ length: 20 }, (_, index) => index + 1);

/** Outcomes by which an action says that it did not do it. */
const REFUSALS = ['denied', 'blocked', 'conflict', 'invalid', 'unavailable', 'partial'];

async function play(each: ActionCase, options: EmulatorOptions): Promise<ActionRun> {
  const { run, emulator } = await world(options);
  each.prepare?.(emulator.metastore);
  return run(each.action, each.inputs, each.token === undefined ? {} : { token: each.token });
}

/** What is wrong with how a case ended, where another behaviour of the registry may make it refuse. */
function faultsOf(each: ActionCase, seen: ActionRun, mayRefuse: boolean): string[] {
  const { outcome = '' } = seen.outputs;
  if (outcome === 'ok' || outcome === 'noop') {
    return each.outcome === outcome ? each.faultsOfSuccess(seen) : [`it says ${outcome}`];
  }
  const said = `${outcome}: ${seen.report.verdict}`;
  if (!REFUSALS.includes(outcome)) return [`it ended with ${said}`];
  if (outcome !== each.outcome && !mayRefuse) return [`it was refused: ${said}`];
  const changed = JSON.stringify(seen.before) !== JSON.stringify(seen.after);
  return changed && seen.outputs['changed'] !== 'true'
    ? [`it changed something and does not say so: ${said}`]
    : [];
}

function expectNoFault(faults: readonly string[]): void {
  expect(faults, faults.join('; ')).toEqual([]);
}

/** Switch values under which a case is refused for a reason of its own, which the refusal names. */
const REFUSED_UNDER: Readonly<Record<string, readonly string[]>> = {
  // A registry that hides what exists answers as if it did not: then it is `invalid`, and the message says both.
  'set-alias refuses a caller without rights': ['hiddenObject=404'],
  'gate-on-grants stays shut for a reader': ['hiddenObject=404'],
};

for (const each of CASES) {
  describe(each.title, () => {
    for (const name of switchNames) {
      for (const value of switchTable[name].values) {
        test(`${name}=${String(value)}`, async () => {
          const seen = await play(each, { switches: { [name]: value } });
          const mayRefuse = (REFUSED_UNDER[each.title] ?? []).includes(`${name}=${String(value)}`);
          expectNoFault(faultsOf(each, seen, mayRefuse));
        });
      }
    }

    for (const mix of MIXES) {
      test(`mix ${mix}`, async () => {
        expectNoFault(faultsOf(each, await play(each, { mix }), true));
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
      expectNoFault(faultsOf(each, await play(each, { switches }), false));
    });
  });
}
