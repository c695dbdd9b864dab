import {
  formatFullName,
  parseFullName,
  parseModelName,
  quotedFault,
  sameFullName,
  spelled,
  type FullName,
  type Naming,
} from './full-name.ts';
import { matchesGlob } from './glob.ts';
import type { Parsed } from './parsed.ts';
import { show } from './printable.ts';

/** One model by name, or all models of a schema or a catalog whose last level matches. */
export type ModelPattern =
  | { readonly kind: 'model'; readonly name: FullName }
  | { readonly kind: 'all'; readonly catalog: string; readonly schema?: string; readonly model: string };

const FIX = 'Write catalog.schema.model, catalog.schema.*, catalog.schema.prefix_* or catalog.*.';

/** Reads `catalog.schema.model`, `catalog.schema.*`, `catalog.schema.fraud_*` or `catalog.*`; a text without such levels matches whole names. */
export function parseModelPattern(text: string): Parsed<ModelPattern> {
  const trimmed = text.trim();
  if (!trimmed.includes('*')) {
    const name = parseModelName(trimmed);
    return name.ok ? { ok: true, value: { kind: 'model', name: name.value } } : name;
  }
  const levels = trimmed.split('.');
  const [catalog = '', schema = '', model] = levels;
  const whole = levels.length === 2 && schema === '*';
  const probe = parseFullName(
    whole ? `${catalog}.any.any` : `${catalog}.${schema}.${(model ?? '').replaceAll('*', 'x')}`,
  );
  if (!probe.ok || catalog.includes('*') || (!whole && (levels.length !== 3 || schema.includes('*')))) {
    if (levels.length < 3 && parseModelName(trimmed.replaceAll('*', 'x')).ok)
      return { ok: true, value: { kind: 'all', catalog: '', model: trimmed } };
    const fix = trimmed.includes(',') ? `Write one pattern per line. ${FIX}` : FIX;
    return quotedFault(trimmed) ?? { ok: false, problem: patternProblem(trimmed), fix };
  }
  return {
    ok: true,
    value: whole
      ? { kind: 'all', catalog, model: '*' }
      : { kind: 'all', catalog, schema, model: model ?? '*' },
  };
}

/** Whether a model is one of those that a pattern means, as its registry compares names. */
export function matchesPattern(
  pattern: ModelPattern,
  name: FullName,
  naming: Naming = 'three-level',
): boolean {
  if (pattern.kind === 'model') return sameFullName(pattern.name, name, naming);
  const whole = pattern.catalog === '' ? formatFullName(name) : name.model;
  return matchesGlob(spelled(pattern.model, naming), spelled(whole, naming));
}

/** Whether a model is one of those that a pattern means, wherever it lies: its catalog and schema are compared too. */
export function meansModel(pattern: ModelPattern, name: FullName, naming: Naming): boolean {
  if (pattern.kind === 'model') return sameFullName(pattern.name, name, naming);
  const { catalog, schema } = pattern;
  const isPlace = (wanted: string | undefined, level: string) =>
    wanted === undefined || wanted === '' || spelled(wanted, naming) === spelled(level, naming);
  return (
    isPlace(catalog, name.catalog) && isPlace(schema, name.schema) && matchesPattern(pattern, name, naming)
  );
}

/** The pattern as text. */
export function formatPattern(pattern: ModelPattern): string {
  if (pattern.kind === 'model') return formatFullName(pattern.name);
  if (pattern.catalog === '') return pattern.model;
  return pattern.schema === undefined
    ? `${pattern.catalog}.*`
    : `${pattern.catalog}.${pattern.schema}.${pattern.model}`;
}

function patternProblem(text: string): string {
  return `"${show(text)}" is not a model pattern.`;
}

/** What is wrong with a pattern where names have three levels, or nothing. */
export function levelFault(pattern: ModelPattern): { problem: string; fix: string } | undefined {
  if (pattern.kind === 'all')
    return pattern.catalog === '' ? { problem: patternProblem(pattern.model), fix: FIX } : undefined;
  const text = formatFullName(pattern.name);
  const strict = parseFullName(text);
  if (strict.ok) return undefined;
  if (text.includes(','))
    return {
      problem: `"${show(text)}" contains a comma, which no name contains.`,
      fix: 'Write one name or pattern per line.',
    };
  const above =
    text.split('.').length < 3 && parseFullName(`${text}.x.x`.split('.').slice(0, 3).join('.')).ok;
  return above
    ? { problem: strict.problem, fix: `Write ${show(text)}.* for all of its models. ${FIX}` }
    : strict;
}
