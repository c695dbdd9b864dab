import type * as z from 'zod';
import { firstFaults, formatKeyPath, type DocumentFault } from '../domain/document-fault.ts';
import { nearestWord } from '../domain/nearest-word.ts';
import { show } from '../domain/printable.ts';
import { schemaAt } from './schema-place.ts';
import type { YamlDocument } from './yaml-document.ts';
import type { PlainValue } from './yaml-nodes.ts';

type Issue = z.core.$ZodIssue;

/** What a schema finds wrong with a document, each at its place, in the order of the file. */
export function schemaFaults(
  schema: z.ZodType,
  document: YamlDocument,
  issues: readonly Issue[],
): DocumentFault[] {
  const faults = issues.flatMap((issue) => faultsOf(issue, [], { schema, document }));
  faults.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  return firstFaults(faults, (fault) => fault);
}

interface Source {
  readonly schema: z.ZodType;
  readonly document: YamlDocument;
}

function faultsOf(issue: Issue, above: readonly PropertyKey[], source: Source): DocumentFault[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey([...path, key], key, source));
  if (issue.code === 'invalid_union') {
    // The choice that the value fits best: its issues lie deepest, or are the fewest.
    const [best = []] = [...issue.errors].sort((a, b) => depthOf(b) - depthOf(a) || a.length - b.length);
    return best.flatMap((each) => faultsOf(each, path, source));
  }
  if (issue.code === 'invalid_key')
    return issue.issues.map((each) => at(path, 'key', source, wordsOf(each, path, source)));
  return [at(path, 'value', source, wordsOf(issue, path, source))];
}

type Words = Pick<DocumentFault, 'problem' | 'fix'>;

function at(
  path: readonly PropertyKey[],
  part: 'key' | 'value',
  { document }: Source,
  words: Words,
): DocumentFault {
  return { place: document.placeOf(path, part), near: formatKeyPath(path), ...words };
}

function unknownKey(path: readonly PropertyKey[], key: string, source: Source): DocumentFault {
  const { keys } = schemaAt(source.schema, path.slice(0, -1));
  const nearest = nearestWord(key, keys);
  const fix = nearest === undefined ? `Remove it, or use one of: ${keys.join(', ')}.` : `Write ${nearest}.`;
  return at(path, 'key', source, { problem: `"${show(key, 60)}" is not a key that may stand here.`, fix });
}

function wordsOf(issue: Issue, path: readonly PropertyKey[], { schema, document }: Source): Words {
  const { example } = schemaAt(schema, path);
  const such = example === undefined ? '.' : `, such as ${example}.`;
  const found = valueAt(document.value, path);
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value': {
      if (found === undefined) {
        const key = formatKeyPath(path.slice(-1));
        return { problem: `The key "${show(key, 60)}" is missing.`, fix: `Add it${such}` };
      }
      return issue.code === 'invalid_type'
        ? wrongKind(found, KINDS[issue.expected] ?? issue.expected, such)
        : wrongWord(found, issue.values.map(String));
    }
    case 'too_small':
      return { problem: `${shown(found)} ${tooSmall(issue)}.`, fix: `Correct it${such}` };
    case 'too_big':
      return { problem: `${shown(found)} ${tooBig(issue)}.`, fix: `Correct it${such}` };
    default: {
      const fix: unknown = 'params' in issue ? issue.params?.['fix'] : undefined;
      return { problem: issue.message, fix: typeof fix === 'string' ? fix : `Correct it${such}` };
    }
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

function wrongKind(found: PlainValue, wanted: string, such: string): Words {
  // A number or a word of YAML where a text is meant.
  const isUnquoted = wanted === KINDS['string'] && (typeof found === 'number' || typeof found === 'boolean');
  return {
    problem: `${shown(found)} is not ${wanted}.`,
    fix: isUnquoted ? `Write it in quotes: "${found}".` : `Write ${wanted}${such}`,
  };
}

function wrongWord(found: PlainValue, words: readonly string[]): Words {
  const nearest = typeof found === 'string' ? nearestWord(found, words) : undefined;
  return {
    problem: `${shown(found)} is not one of the allowed values.`,
    fix: nearest === undefined ? `Use one of: ${words.join(', ')}.` : `Write ${nearest}.`,
  };
}

function tooSmall({ minimum, origin }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'array') return minimum === 1 ? 'has no entry' : `has fewer than ${minimum} entries`;
  if (origin === 'object') return 'has no entry';
  return origin === 'string' ? 'is too short' : `is less than the minimum of ${minimum}`;
}

function tooBig({ maximum, origin }: z.core.$ZodIssueTooBig): string {
  if (origin === 'array') return `has more than the maximum of ${maximum} entries`;
  return origin === 'string'
    ? `is longer than the maximum of ${maximum} characters`
    : `is more than the maximum of ${maximum}`;
}

function depthOf(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function valueAt(value: PlainValue, path: readonly PropertyKey[]): PlainValue | undefined {
  let found: PlainValue | undefined = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.hasOwn(found, key) ? (found as Readonly<Record<PropertyKey, PlainValue>>)[key] : undefined;
  }
  return found;
}

function shown(value: PlainValue | undefined): string {
  if (value == null) return 'What is left empty';
  if (typeof value === 'string') return `"${show(value, 60)}"`;
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'The list' : 'The mapping';
}
