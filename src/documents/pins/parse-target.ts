import {
  parseFullName,
  parseModelName,
  sameFullName,
  type FullName,
  type Naming,
} from '../../domain/full-name.ts';
import { parseVersion } from '../../domain/model-uri.ts';
import type { Parsed } from '../../domain/parsed.ts';
import { NO_VERSION, type PinTarget } from '../../domain/pin.ts';
import { show } from '../../domain/printable.ts';

const FIX =
  'Write the number of a version of this model, such as 7, or the version to copy, such as staging.ml_team.fraud_detection/37.';

/** Reads what an alias of a model is pinned to: `7`, `staging.ml_team.fraud_detection/37` or `none`. */
export function parseTarget(value: unknown, pinned: FullName | undefined, names: Naming): Parsed<PinTarget> {
  if (value === null || value === '')
    return { ok: false, problem: 'It is left empty.', fix: `${FIX} To delete the alias, write none.` };
  if (typeof value !== 'string' && typeof value !== 'number')
    return { ok: false, problem: `${kindOf(value)} is nothing that an alias can be pinned to.`, fix: FIX };
  const text = String(value);
  if (text.split('/').some((part) => part !== part.trim()))
    return {
      ok: false,
      problem: `"${show(text, 120)}" has spaces around it or around a slash.`,
      fix: 'Remove them.',
    };
  if (text === NO_VERSION) return { ok: true, value: { kind: 'none' } };
  const slash = text.lastIndexOf('/');
  if (slash < 0) return numbered(text);
  const uri = /^models:\/+(.*)$/u.exec(text)?.[1];
  if (uri !== undefined)
    return { ok: false, problem: `"${show(text, 120)}" is a model URI.`, fix: `Write ${show(uri, 120)}.` };
  const name = (names === 'three-level' ? parseFullName : parseModelName)(text.slice(0, slash));
  if (!name.ok) return { ok: false, problem: name.problem, fix: name.fix };
  const version = parseVersion(text.slice(slash + 1));
  if (!version.ok) return { ok: false, problem: version.problem, fix: FIX };
  const isOwn = pinned !== undefined && sameFullName(name.value, pinned, names);
  return isOwn
    ? { ok: true, value: { kind: 'version', version: version.value } }
    : { ok: true, value: { kind: 'copy', name: name.value, version: version.value } };
}

function numbered(text: string): Parsed<PinTarget> {
  const version = parseVersion(text);
  if (version.ok) return { ok: true, value: { kind: 'version', version: version.value } };
  const problem = text.includes('@')
    ? `"${show(text, 120)}" names an alias, which may be moved: a pin names a version.`
    : version.problem;
  return { ok: false, problem, fix: FIX };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'A list';
  return typeof value === 'object' ? 'A mapping' : 'What is neither a number nor a text';
}
