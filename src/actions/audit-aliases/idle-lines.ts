import { formatPattern, type ModelPattern } from '../../domain/model-pattern.ts';
import { show } from '../../domain/printable.ts';
import type { JudgedModel } from './judging.ts';

/** A line of `models` or `aliases` that matched nothing. */
export interface IdleLine {
  readonly line: string;
  readonly why: string;
}

/** The lines of the inputs that matched nothing. */
export function idleLines(
  withoutModel: readonly ModelPattern[],
  aliases: readonly string[],
  models: readonly JudgedModel[],
): IdleLine[] {
  return [
    ...withoutModel.map((pattern) => ({
      line: formatPattern(pattern),
      why: 'no model that the caller can see matches it',
    })),
    ...aliases
      .filter((alias) => !models.some((model) => model.kind === 'seen' && model.filters.includes(alias)))
      .map((alias) => ({ line: `alias ${alias}`, why: 'no model that was read has it' })),
  ];
}

/** Lines of a sentence; the list has all of them. */
const MAX_LINES = 3;

/** The lines, for a sentence. */
export function linesText(lines: readonly IdleLine[]): string {
  const more = lines.length > MAX_LINES ? ', …' : '';
  return `${lines
    .slice(0, MAX_LINES)
    .map(({ line }) => show(line, 100))
    .join(', ')}${more}`;
}
