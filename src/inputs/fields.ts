import * as z from 'zod';
import { parseAlias } from '../domain/alias.ts';
import { CHECK_MODES } from '../domain/decision.ts';
import { parseDuration } from '../domain/duration.ts';
import { parseModelName } from '../domain/full-name.ts';
import { foreignCharacter } from '../domain/header-text.ts';
import { parseInstant } from '../domain/instant.ts';
import { LEFT_OUT } from '../domain/left-out.ts';
import { parseModelUri, parseVersion } from '../domain/model-uri.ts';
import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';

/** What a field of an action's schema says of itself beside its type: the source of `action.yml` and the README. */
export interface FieldMeta {
  /** One or two sentences for the user. */
  readonly description: string;
  /** The value when the input is not given. */
  readonly default?: string;
  /** An environment variable that is read when the input is not given. */
  readonly environment?: string;
  /** A correct value, shown when the input is missing. */
  readonly example?: string;
  /** Whether it is a list of lines. */
  readonly lines?: true;
  /** Masked, and kept out of every report. */
  readonly secret?: true;
  /**
   * Whether an empty text is the same as an input that is left out. Where it is not, an expression that came to nothing,
   * such as a variable that does not exist, is a fault.
   */
  readonly mayBeEmpty?: boolean;
  /** The likely cause where an input is given and empty, and what to do; default: that of any expression. */
  readonly emptyBecause?: string;
  /** The word that stands for an input which is left out: GitHub gives it where the step says nothing. */
  readonly leftOut?: string;
}

/** The texts of the inputs that are given, by name. */
export type RawInputs = Readonly<Record<string, string>>;

/** The values of a group of inputs, by its declaration. */
export type InputsOf<Shape extends z.ZodRawShape> = Readonly<z.output<z.ZodObject<Shape>>>;

/** An input's text to its value by a parser of the domain; a fault carries its fix. */
export function parsed<T>(parse: (text: string) => Parsed<T>) {
  return z.string().transform((text, context): T => {
    const result = parse(text);
    if (result.ok) return result.value;
    context.issues.push({
      code: 'custom',
      message: result.problem,
      params: { fix: result.fix, atAnyNaming: result.atAnyNaming },
      input: text,
    });
    return z.NEVER;
  });
}

/** A required input. */
export function required<T>(schema: z.ZodType<T, string>, meta: FieldMeta) {
  return schema.meta({ ...linesOf(schema), ...meta, required: true, mayBeEmpty: false });
}

/** An input that may be left out, by the word `none` too; it is not to be given and empty unless `mayBeEmpty` says so. */
export function optional<T>(schema: z.ZodType<T, string>, meta: FieldMeta) {
  const empty = meta.mayBeEmpty === true ? { mayBeEmpty: true } : { mayBeEmpty: false, leftOut: LEFT_OUT };
  return schema.optional().meta({ ...linesOf(schema), ...empty, ...meta });
}

/** An input with a default, which an empty text stands for too unless `mayBeEmpty` says otherwise. */
export function defaulted<T>(schema: z.ZodType<T, string>, meta: FieldMeta & { readonly default: string }) {
  return schema.meta({ ...linesOf(schema), mayBeEmpty: true, ...meta });
}

function linesOf(schema: z.ZodType): Pick<FieldMeta, 'lines'> {
  return schema.meta()?.['lines'] === true ? { lines: true } : {};
}

/** `catalog.schema.model`, or a name without levels, which `namingFaults` refuses where names have three. */
export const fullName = parsed(parseModelName);

/** A whole number from 1. */
export const version = parsed(parseVersion);

/** An alias name; `none` would stand for an input that is left out. */
export const alias = parsed((text): Parsed<string> => {
  if (text.trim() !== LEFT_OUT) return parseAlias(text);
  return {
    ok: false,
    problem: `"${LEFT_OUT}" means that the input is left out, and cannot be an alias.`,
    fix: 'Name an alias, such as Champion.',
  };
});

/** `models:/name/7` or `models:/name@alias`. */
export const modelUri = parsed(parseModelUri);

/** `90s`, `15m`, `2h` or seconds, as milliseconds. */
export const duration = parsed(parseDuration);

/** A moment with its zone, as milliseconds since the epoch. */
export const instant = parsed(parseInstant);

/** Any text, as it is. */
export const text = z.string();

/** A token or another secret without white space. */
export const token = parsed((value): Parsed<string> => {
  const trimmed = value.trim();
  return /\s/u.test(trimmed)
    ? { ok: false, problem: 'it contains white space.', fix: 'Pass only the token, from a secret.' }
    : { ok: true, value: trimmed };
});

/** A token that is sent as it is, in a header. */
export const headerToken = parsed((value): Parsed<string> => {
  const found = foreignCharacter(value.trim());
  return found === undefined
    ? { ok: true, value: value.trim() }
    : {
        ok: false,
        problem: `it contains the character ${found}, which cannot be sent in an HTTP header.`,
        fix: 'Pass only the token, from a secret, copied as plain text.',
      };
});

/** `true` or `false`, as `core.getBooleanInput` reads them. */
export const boolean = parsed((value): Parsed<boolean> => {
  if (/^(true|True|TRUE)$/u.test(value.trim())) return { ok: true, value: true };
  if (/^(false|False|FALSE)$/u.test(value.trim())) return { ok: true, value: false };
  return {
    ok: false,
    problem: `"${show(value, 40)}" is neither true nor false.`,
    fix: 'Write true or false.',
  };
});

/** One of a few words. */
export function oneOf<const W extends readonly string[]>(words: W) {
  return parsed((value): Parsed<W[number]> => {
    const found = words.find((word) => word === value.trim().toLowerCase());
    return found === undefined
      ? {
          ok: false,
          problem: `"${show(value, 40)}" is not one of the allowed values.`,
          fix: `Use one of: ${words.join(', ')}.`,
        }
      : { ok: true, value: found };
  });
}

/** `fail`, `warn` or `off`. */
export const checkMode = oneOf(CHECK_MODES);

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number) {
  return parsed((value): Parsed<number> => {
    const number = /^\d{1,9}$/u.test(value.trim()) ? Number(value) : Number.NaN;
    return number >= min && number <= max
      ? { ok: true, value: number }
      : {
          ok: false,
          problem: `"${show(value, 40)}" is not a whole number from ${min} to ${max}.`,
          fix: `Write a number such as ${min}.`,
        };
  });
}
