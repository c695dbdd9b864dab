import { expect } from 'vitest';
import type { Action } from '../../src/actions/contract/action.ts';
import { readSummary } from '../../scripts/read-summary.ts';
import type { SeenJob } from './run-job.ts';

/** A runner finds nothing that a stranger wrote, whatever that was; `secrets` are all that was masked. */
export function expectHarmless(
  seen: SeenJob,
  action: Action,
  secrets: readonly string[] = ['emulator-promoter'],
): void {
  const names = seen.commands.map(({ name }) => name.split(' ')[0]);
  expect(names.filter((name) => !/^(add-mask|debug|notice|warning|error)$/u.test(name ?? ''))).toEqual([]);
  expect(seen.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)).toEqual(secrets);
  // A title is ours alone: the action's name or a check's, never a stranger's word.
  const titles = seen.commands.flatMap(
    ({ name }) => /^(?:notice|warning|error) (.*)$/u.exec(name)?.[1] ?? [],
  );
  for (const title of titles) expect(title).toMatch(/^title=[\w %-]+$/u);
  expect(Object.keys(seen.outputs).filter((name) => !(name in action.outputs))).toEqual([]);
  expect(Object.keys(seen.state).filter((name) => !['journal', 'finished'].includes(name))).toEqual([]);
  expect(seen.leftForOthers).toBe('');
  expect(seen.printed).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/u);
  const headings = readSummary(seen.summary).flatMap((block) => (block.kind === 'heading' ? [block] : []));
  // One verdict: no other heading is as large as the first.
  expect(headings.filter(({ level }) => level <= (headings[0]?.level ?? 0))).toHaveLength(1);
}
