import { takeWithinBytes } from '../../domain/take-bytes.ts';
import type { OutputValue } from '../../inputs/outputs.ts';

/**
 * Bytes of one output. Whoever reads outputs gets each as one variable of a process, which has at most 128 KiB on Linux
 * (`MAX_ARG_STRLEN`, execve(2)) and 32,767 characters on Windows (`SetEnvironmentVariable`).
 */
export const MAX_OUTPUT_BYTES = 30_000;

/** An output as its text; objects and lists are JSON. */
export function outputText(value: OutputValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** As much of a value as an output takes: whole items of a list, whole entries of an object, whole lines of a text. */
export function boundedText(value: OutputValue): string {
  const text = outputText(value);
  if (isShort(text)) return text;
  if (typeof value !== 'object') return wholeLines(text);
  if (Array.isArray(value)) return JSON.stringify(takeWithinBytes(value, MAX_OUTPUT_BYTES));
  // An entry is written without the brackets of a list, and with a colon for its comma.
  return JSON.stringify(Object.fromEntries(takeWithinBytes(Object.entries(value), MAX_OUTPUT_BYTES)));
}

/** Whether an output takes a text whole. */
export function isShort(text: string): boolean {
  return new TextEncoder().encode(text).length <= MAX_OUTPUT_BYTES;
}

function wholeLines(text: string): string {
  const encoder = new TextEncoder();
  const kept: string[] = [];
  let left = MAX_OUTPUT_BYTES;
  for (const line of text.split('\n')) {
    left -= encoder.encode(line).length + 1;
    if (left < 0) break;
    kept.push(line);
  }
  return kept.join('\n');
}
