import { expect, test } from 'vitest';
import { rows } from '../../conformance/rows/index.ts';
import { workspaceSights } from '../../conformance/rows/workspace.ts';
import {
  switchNames,
  switchTable,
  workspaceSwitchNames,
  workspaceSwitchTable,
  type SwitchSpec,
} from '../../emulator/index.ts';
import { scratchEmulator } from './scratch-emulator.ts';
import { runAgainst } from './run-suite.ts';

/** With every row tried, and for every value: `npm run test:peers -- conformance`. */
const SPECS: Readonly<Record<string, SwitchSpec>> = { ...switchTable, ...workspaceSwitchTable };
const ASKED = workspaceSwitchNames.filter((name) => !('unasked' in workspaceSights[name]));
for (const name of [...switchNames, ...ASKED]) {
  const { values, default: assumed } = SPECS[name] ?? { values: [], default: '' };
  for (const value of values.filter((each) => each !== assumed)) {
    test(`${name}=${String(value)} is told by its row`, async () => {
      const emulator = await scratchEmulator({ [name]: value });
      const large = rows.find(({ id }) => id === name)?.needs === 'large' ? ['--large'] : [];
      const { report, exitCode } = await runAgainst(emulator.url, ['--only', name, ...large]);
      expect(report.rows.map(({ id, verdict, seen }) => [id, verdict, seen])).toEqual([
        [name, 'differs', String(value)],
      ]);
      expect([exitCode, report.cleanedUp]).toEqual([2, true]);
      expect(emulator.violations).toEqual([]);
    });
  }
}

test('every switch has a row, and no two rows have one name', () => {
  const ids = rows.map(({ id }) => id);
  expect([...switchNames, ...ASKED].filter((name) => !ids.includes(name))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every switch of the workspace has a row, or a reason that is written out', () => {
  expect(ASKED).toEqual([
    'jobMissing',
    'jobHidden',
    'runStateFields',
    'jobsListTriggers',
    'servingSizeEcho',
    'servingFailedKeepsPending',
    'servingListShows',
    'servingHidden',
  ]);
  const reasons = workspaceSwitchNames.flatMap((name) => {
    const sight = workspaceSights[name];
    return 'unasked' in sight ? [sight.unasked] : [];
  });
  expect(reasons).toHaveLength(workspaceSwitchNames.length - ASKED.length);
  expect(reasons.filter((reason) => reason.length < 20)).toEqual([]);
});
