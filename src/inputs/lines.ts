import * as z from 'zod';
import { nearestWord } from '../domain/nearest-word.ts';
import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import { parsed } from './fields.ts';

/** What a reader of many lines found wrong. */
export interface LineFault {
  readonly line: number;
  readonly problem: string;
  readonly fix: string;
}

/** An input of lines to its value; every faulty line is a fault of its own. */
export function parsedLines<T>(
  parse: (text: string) => { readonly value: T; readonly faults: readonly LineFault[] },
) {
  const schema = z.string().transform((text, context): T => {
    const { value, faults } = parse(text);
    for (const { line, problem, fix } of faults) {
      context.issues.push({
        code: 'custom',
        message: `line ${line}: ${problem}`,
        params: { fix },
        input: text,
      });
    }
    return value;
  });
  return schema.meta({ lines: true });
}

/** Lines, blank ones and `#` comments left out. */
export const lines = parsed((value): Parsed<readonly string[]> => ({
  ok: true,
  value: splitLines(value).map((line) => line.text),
})).meta({ lines: true });

/** A line of an input and its number, from 1. */
export interface InputLine {
  readonly text: string;
  readonly number: number;
}

/** The lines of an input that say something. */
export function splitLines(value: string): InputLine[] {
  return value
    .split(/\r\n|\r|\n/u)
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
}

/** A key and a value. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** Lines `key=value`; the value may hold `=`, and a key stands once. */
export const keyValues = parsedLines((value) => {
  const pairs: KeyValue[] = [];
  const faults: LineFault[] = [];
  const fix = 'Write one key=value per line, each key once.';
  for (const { text: line, number } of splitLines(value)) {
    const at = line.indexOf('=');
    const key = line.slice(0, at).trim();
    if (at < 1 || key === '')
      faults.push({ line: number, problem: `"${show(line, 60)}" is not key=value.`, fix });
    else if (pairs.some((pair) => pair.key === key)) {
      faults.push({ line: number, problem: `the key "${show(key, 60)}" is repeated.`, fix });
    } else pairs.push({ key, value: line.slice(at + 1).trim() });
  }
  return { value: pairs, faults };
});

/** Lines or a comma-separated list, each one of a few words. */
export function listOf<const W extends readonly string[]>(words: W) {
  return parsedLines((value) => {
    const found: W[number][] = [];
    const faults: LineFault[] = [];
    for (const { text: line, number } of splitLines(value)) {
      for (const entry of line.split(',').map((each) => each.trim().toLowerCase())) {
        const word = words.find((candidate) => candidate === entry);
        if (word !== undefined) found.push(word);
        else if (entry !== '') {
          const nearest = nearestWord(entry, words);
          const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
          faults.push({
            line: number,
            problem: `"${show(entry, 40)}" is not one of the allowed values.${meant}`,
            fix: `Use one of: ${words.join(', ')}.`,
          });
        }
      }
    }
    return { value: [...new Set(found)] as readonly W[number][], faults };
  });
}
