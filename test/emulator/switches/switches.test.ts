import { expect, test } from 'vitest';
import {
  settleSwitches,
  switchNames,
  switchTable,
  workspaceSwitchNames,
  workspaceSwitchTable,
  type SwitchName,
  type Switches,
  type WorkspaceSwitchName,
} from '../../../emulator/index.ts';
import { bench } from '../request-bench.ts';
import type { Case } from './cases.ts';
import { ruleCases } from './rules.ts';
import { wireCases } from './wire.ts';
import { workspaceCases } from './workspace.ts';

const cases: Record<SwitchName, Case> = { ...ruleCases, ...wireCases };
const ofWorkspace: Record<WorkspaceSwitchName, Case> = workspaceCases;

for (const name of switchNames) {
  for (const value of switchTable[name].values) {
    test(`${name}=${String(value)}`, async () => {
      const switches: Partial<Switches> = { [name]: value };
      const world = await bench({ switches });
      expect(await cases[name].see(world)).toEqual(cases[name].shows[String(value)]);
      expect(world.emulator.violations).toEqual([]);
    });
  }
}

for (const name of workspaceSwitchNames) {
  for (const value of workspaceSwitchTable[name].values) {
    test(`${name}=${String(value)}`, async () => {
      const switches: Partial<Switches> = { [name]: value };
      const world = await bench({ switches, jobs: { python: process.execPath } });
      expect(await ofWorkspace[name].see(world)).toEqual(ofWorkspace[name].shows[String(value)]);
      expect(world.emulator.violations).toEqual([]);
    });
  }
}

test('a mix settles every switch, the same way each time, and given values win', () => {
  for (let mix = 0; mix < 50; mix += 1) {
    const settled = settleSwitches({ aliasLimit: 'none' }, mix);
    expect(settled).toEqual(settleSwitches({ aliasLimit: 'none' }, mix));
    expect(settled.aliasLimit).toBe('none');
    expect([settled.unknownEnums, settled.nativeEnriched, settled.filesMode === 's3']).toEqual([
      false,
      true,
      false,
    ]);
    for (const name of switchNames) expect(switchTable[name].values).toContain(settled[name]);
    for (const name of workspaceSwitchNames)
      expect(workspaceSwitchTable[name].values).toContain(settled[name]);
  }
});

test('mixes differ, and between them draw both answers of nearly every switch', () => {
  const drawn = Array.from({ length: 40 }, (_, mix) => settleSwitches({}, mix));
  const constant = switchNames.filter((name) => new Set(drawn.map((settled) => settled[name])).size === 1);
  expect(constant.sort()).toEqual(['filesApi', 'nativeEnriched', 'unknownEnums']);
});
