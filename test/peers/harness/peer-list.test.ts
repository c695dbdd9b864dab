import { expect, test } from 'vitest';
import { unavailable } from './outcome.ts';
import { peers, pinnedVersions } from '../../../scripts/peers/table.ts';
import { suites } from '../suites.ts';

test('every peer is pinned by a lockfile', async () => {
  const versions = await pinnedVersions();
  expect(Object.keys(versions)).toEqual(Object.keys(peers));
  for (const version of Object.values(versions)) expect(version).toMatch(/^\d+(?:\.\d+)+(?:-[\w.]+)?$/u);
});

test('every peer judges in a suite', () => {
  const judging = new Set(suites.flatMap((suite) => suite.peers));
  expect(Object.keys(peers).filter((name) => !judging.has(name as keyof typeof peers))).toEqual([]);
});

test('a peer may be absent only when its registry of packages does not answer', () => {
  expect(unavailable('moto', { why: 'PyPI does not answer', excused: true }).verdict).toBe('skipped');
  expect(unavailable('moto', { why: 'no such version', excused: false }).verdict).toBe('FAILED');
});
