import type { InputFault } from '../domain/input-fault.ts';
import { formatFullName, parseFullName, type FullName, type Naming } from '../domain/full-name.ts';
import { splitLines } from './lines.ts';
import { levelFault, type ModelPattern } from '../domain/model-pattern.ts';

/**
 * Names among the inputs' values that a registry of the naming does not have. Fields read every name that any registry
 * may have; which one it is, is known beside them.
 */
export function namingFaults(
  inputs: object,
  raw: Readonly<Record<string, string>>,
  naming: Naming,
): InputFault[] {
  if (naming === 'any') return [];
  return Object.entries(inputs).flatMap(([input, value]: [string, unknown]) => {
    const lines = Array.isArray(value) ? splitLines(raw[input] ?? '') : [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((each, index) => {
      const line = lines.length === values.length ? `line ${lines[index]?.number ?? 0}: ` : '';
      return faultsIn(each).map(({ problem, fix }) => ({ input, problem: `${line}${problem}`, fix }));
    });
  });
}

function faultsIn(value: unknown): { problem: string; fix: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isPattern(value)) return [levelFault(value)].filter((fault) => fault !== undefined);
  if (isFullName(value)) {
    const strict = parseFullName(formatFullName(value));
    return strict.ok ? [] : [strict];
  }
  return 'name' in value ? faultsIn(value.name) : [];
}

function isFullName(value: object): value is FullName {
  return 'catalog' in value && 'schema' in value && 'model' in value;
}

function isPattern(value: object): value is ModelPattern {
  return 'kind' in value && (value.kind === 'all' || (value.kind === 'model' && 'name' in value));
}
