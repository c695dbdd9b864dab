import type { Engine } from '../domain/job.ts';
import { show } from '../domain/printable.ts';
import { parsedLines, splitLines, type LineFault } from './lines.ts';
import { computeLines } from './validation-job.ts';

/** What a registry must have for a copy elsewhere. */
export const ENGINE_NEEDS = { 'engine: workspace': ['jobs'] } as const;

/** `runner`, or `workspace` and lines that say what its run is on. */
export const engine = parsedLines((text): { readonly value: Engine; readonly faults: LineFault[] } => {
  const [first, ...others] = splitLines(text);
  const word = first?.text.toLowerCase() ?? '';
  if (word === 'workspace') {
    const { compute, runAs, faults } = computeLines(others, ['cluster', 'run-as', 'environment']);
    return {
      value: { kind: 'workspace', compute, ...(runAs === undefined ? {} : { runAs }) },
      faults: [...faults],
    };
  }
  const value = { kind: 'runner' } as const;
  const [second] = others;
  if (word === 'runner' && second === undefined) return { value, faults: [] };
  const problem =
    word === 'runner'
      ? '"runner" takes no further lines.'
      : `"${show(first?.text ?? '', 60)}" is neither runner nor workspace.`;
  const line = word === 'runner' ? (second?.number ?? 1) : (first?.number ?? 1);
  return {
    value,
    faults: [{ line, problem, fix: 'Write runner, or workspace and then lines such as "run-as: identity".' }],
  };
});
