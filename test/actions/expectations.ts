import { expect } from 'vitest';
import type { ActionRun } from './harness.ts';

/** Refused before or instead of a write: nothing changed, nothing was sent that writes, and the step fails and says why. */
export function expectRefused(seen: ActionRun, outcome: string): void {
  expect(seen.outputs).toMatchObject({ outcome, changed: 'false', 'would-change': 'false' });
  expect(seen.exitCode).toBe(1);
  expect(seen.after).toEqual(seen.before);
  expect(seen.records.filter((record) => record.write)).toEqual([]);
  expect(seen.annotations[0]?.level).toBe('error');
}

/** What a run tells its reader to do, as one text. */
export function printedTodo(seen: ActionRun): string {
  return seen.report.todo
    .map((block) => {
      if (block.kind === 'list') return block.items.join('\n');
      return 'rows' in block ? JSON.stringify(block.rows) : block.text;
    })
    .join('\n');
}

/** The outputs without the paths of files, which are different each time. */
export function outputsOf(seen: ActionRun): Record<string, string> {
  for (const name of FILES.filter((each) => each === 'report' || each in seen.outputs))
    expect(seen.outputs[name]).toMatch(/uc-promote-[a-z-]+-[0-9a-f-]{36}\.json$/u);
  return Object.fromEntries(Object.entries(seen.outputs).filter(([name]) => !FILES.includes(name)));
}

/** Outputs that are paths of files beside each other. */
const FILES: readonly string[] = ['report', 'sarif-file'];
