import { expect, test } from 'vitest';
import { rows } from '../../conformance/rows/index.ts';
import { switchNames, switchTable, type SwitchSpec } from '../../emulator/index.ts';
import { scratchEmulator } from './scratch-emulator.ts';
import { runAgainst } from './run-suite.ts';

/** With every row tried, and for every value: `npm run test:peers -- conformance`. */
for (const name of switchNames) {
  const { values, default: assumed }: SwitchSpec = switchTable[name];
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
  expect(switchNames.filter((name) => !ids.includes(name))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});
