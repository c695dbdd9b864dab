import * as z from 'zod';
import { invalidInputs } from '../../domain/errors.ts';
import { inStep, type HowToGive } from '../../domain/how-to-give.ts';
import type { InputFault } from '../../domain/input-fault.ts';
import type { Naming } from '../../domain/full-name.ts';
import type { Parsed } from '../../domain/parsed.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { FieldMeta, RawInputs } from '../../inputs/fields.ts';
import type { Action, InputChoice } from './action.ts';
import { namingFaults } from '../../inputs/model-names.ts';

/** A field's own words about itself. */
export type Field = FieldMeta & { readonly required?: boolean };

/** What the schema says of each input, in order. */
export function fieldsOf(action: Action): ReadonlyMap<string, Field> {
  return new Map(Object.entries(action.inputs.shape).map(([name, schema]) => [name, fieldOf(name, schema)]));
}

/** The texts of the inputs, after defaults and variables, secrets included; and those that are given and empty. */
export interface GivenInputs {
  readonly raw: RawInputs;
  /** Inputs that are given and must not be empty, and are. */
  readonly empty: readonly string[];
}

/** Reads the texts of the inputs. `input` is an empty text for one that is given and empty, undefined for one that is not. */
export function rawInputs(
  action: Action,
  input: (name: string) => string | undefined,
  variable: (name: string) => string | undefined,
): GivenInputs {
  const raw: Record<string, string> = {};
  const empty: string[] = [];
  for (const [name, field] of fieldsOf(action)) {
    const text = input(name);
    if (text === '' && field.mayBeEmpty !== true) {
      empty.push(name);
      continue;
    }
    const given = text === '' || text === field.leftOut ? undefined : text;
    const fromVariable = field.environment === undefined ? undefined : variable(field.environment)?.trim();
    const value = given ?? (fromVariable === '' ? undefined : fromVariable) ?? field.default;
    if (value !== undefined) raw[name] = value;
  }
  return { raw, empty };
}

/** What inputs are judged by beside their own fields. */
export interface InputRules {
  /** How the registry names models; default: by three levels. */
  readonly naming?: Naming;
  /** How people give an input; default: in a step of a workflow. */
  readonly howToGive?: HowToGive;
  /** Faults that were found elsewhere. */
  readonly more?: readonly InputFault[];
}

/** The inputs as values; every fault of every input, `more` among them, is in the one error that it throws. */
export function parseInputs(
  action: Action,
  { raw, empty }: GivenInputs,
  { naming = 'three-level', howToGive = inStep, more = [] }: InputRules = {},
): CommonInputs {
  // Parsed once in a process: to compile the schema first would take longer.
  const result = action.inputs.safeParse(raw, { jitless: true });
  const readable = result.success ? result.data : readableInputs(action, raw);
  const faults = [
    ...emptyFaults(action, empty, howToGive),
    ...(result.success ? [] : faultsOf(action, result.error, { naming, howToGive })).filter(
      ({ input }) => !empty.includes(input),
    ),
    ...namingFaults(readable, raw, naming),
    // What inputs are together is judged when all of them are there.
    ...(empty.length > 0 ? [] : jointFaults(action, raw, readable)),
    ...more,
  ];
  if (!result.success || faults.length > 0) throw invalidInputs(faults);
  return result.data;
}

function jointFaults(action: Action, raw: RawInputs, readable: Partial<CommonInputs>): InputFault[] {
  return [...action.choices.flatMap((choice) => choiceFaults(choice, raw)), ...action.refine(readable, raw)];
}

/** What is said of inputs that are given and empty: which, the likely cause, and how to leave one out. */
function emptyFaults(action: Action, empty: readonly string[], howToGive: HowToGive): InputFault[] {
  const fields = fieldsOf(action);
  return empty.map((input) => {
    const field = fields.get(input);
    if (field?.emptyBecause !== undefined) return { input, problem: 'it is empty.', fix: field.emptyBecause };
    const cause =
      field?.secret === true
        ? 'the secret may not exist here. A secret of an environment needs "environment:" in the job, and a pull request from a fork gets no secrets.'
        : 'the variable, input or output may not exist here.';
    if (field?.required === true) {
      return {
        input,
        problem: 'it is missing or empty.',
        fix: `${howToGive.add(input, field)}. If it is there, check its expression: ${cause}`,
      };
    }
    const word = field?.leftOut === undefined ? '' : ` or write ${field.leftOut}`;
    return {
      input,
      problem: 'it is empty.',
      fix: `Check its expression: ${cause} To leave the input out, remove the line${word}.`,
    };
  });
}

/** The inputs that can be read although others are faulty, so that their faults together are found too. */
export function readableInputs(action: Action, raw: RawInputs): Partial<CommonInputs> {
  const values = Object.entries(action.inputs.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(raw[name]);
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data] as const] : [];
  });
  return Object.fromEntries(values);
}

/** What a field leaves in an issue about its text. */
type ParsedFault = Partial<Pick<Extract<Parsed<never>, { ok: false }>, 'fix' | 'atAnyNaming'>>;

function faultsOf(
  action: Action,
  error: z.ZodError,
  { naming, howToGive }: { readonly naming: Naming; readonly howToGive: HowToGive },
): InputFault[] {
  const fields = fieldsOf(action);
  return error.issues.map((issue) => {
    const input = String(issue.path[0] ?? 'inputs');
    const field = fields.get(input);
    if (issue.code === 'invalid_type') {
      const variable = field?.environment === undefined ? '' : ` or set the variable ${field.environment}`;
      return { input, problem: 'it is missing.', fix: `${howToGive.add(input, field ?? {})}${variable}.` };
    }
    const params = 'params' in issue ? (issue.params as ParsedFault | undefined) : undefined;
    const other = naming === 'any' ? params?.atAnyNaming : undefined;
    return { input, problem: other?.problem ?? issue.message, fix: other?.fix ?? params?.fix ?? '' };
  });
}

function choiceFaults(choice: InputChoice, raw: RawInputs): InputFault[] {
  const given = choice.of.filter((name) => raw[name] !== undefined);
  const names = choice.of.join(' or ');
  if (choice.unless !== undefined && /^true$/iu.test(raw[choice.unless] ?? '')) {
    if (choice.need === 'at-least-one') return [];
    return given.map((name) => ({
      input: name,
      problem: `it is given together with ${choice.unless}.`,
      fix: 'Remove one of the two.',
    }));
  }
  if (given.length > 1 && choice.need !== 'at-least-one') {
    return [{ input: given.join(' and '), problem: 'both are given.', fix: 'Remove one of the two.' }];
  }
  if (given.length === 0 && choice.need !== 'at-most-one') {
    return [
      {
        input: names,
        problem: 'none is given.',
        fix: `Give ${choice.need === 'exactly-one' ? 'exactly' : 'at least'} one of them.`,
      },
    ];
  }
  return [];
}

function fieldOf(name: string, schema: unknown): Field {
  const meta = schema instanceof z.ZodType ? (schema.meta() as Partial<Field> | undefined) : undefined;
  if (meta?.description === undefined) throw new TypeError(`The input ${name} has no description.`);
  return { ...meta, description: meta.description };
}
