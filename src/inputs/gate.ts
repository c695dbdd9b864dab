import { parseModelName, type FullName } from '../domain/full-name.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { parseModelUri, type ModelReference, type VersionSelector } from '../domain/model-uri.ts';
import type { Parsed } from '../domain/parsed.ts';
import { OPERATIONS, type Operation } from '../domain/privilege.ts';
import { parsePrincipals } from '../policy/grants/principal-lines.ts';
import { parseRequirements } from '../policy/grants/requirement-lines.ts';
import {
  boolean,
  defaulted,
  oneOf,
  alias,
  fullName,
  optional,
  parsed,
  version,
  type InputsOf,
} from './fields.ts';
import { listOf, parsedLines } from './lines.ts';
import { flagOutput, jsonOutput, textOutput } from './outputs.ts';
import { ROLE_INPUTS, ROLE_OUTPUTS, namesRole } from './roles.ts';
import { SIGNATURE_INPUTS } from './signature.ts';
import { selectorOf } from './version.ts';

/** A model by name, or a version of it by URI. */
interface NameOrUri {
  readonly name: FullName;
  readonly selector?: VersionSelector;
}

/** Operations that concern one model; `copy` needs a source and a destination. */
export const ON_ONE_MODEL = OPERATIONS.filter((operation) => operation !== 'copy');

const nameOrUri = parsed((value): Parsed<NameOrUri> => {
  if (value.trim().startsWith('models:')) return parseModelUri(value);
  const name = parseModelName(value);
  return name.ok ? { ok: true, value: { name: name.value } } : name;
});

const requirements = parsedLines((value) => {
  const { rights, faults } = parseRequirements(value);
  return { value: rights, faults };
});

const forbidden = parsedLines((value) => {
  const { rights, faults } = parseRequirements(value, 'satisfy a forbid line');
  return { value: rights, faults };
});

const principals = parsedLines((value) => {
  const { principals: names, faults } = parsePrincipals(value);
  return { value: names, faults };
});

/** Inputs that say whose rights on what are asked for. */
export const GATE_INPUTS = {
  source: optional(nameOrUri, {
    description: 'The model to copy from: a full name, or `models:/name/7`.',
    example: 'models:/staging.ml_team.fraud_detection/1',
  }),
  destination: optional(fullName, { description: 'Full name of the model to copy to.' }),
  model: optional(fullName, {
    description: 'Full name of the model that the operations apply to. Default: `destination`.',
  }),
  version: optional(version, { description: 'Version of `model` whose signature is checked as well.' }),
  alias: optional(alias, { description: 'Alias of `model` that names this version.' }),
  operations: optional(listOf(OPERATIONS), {
    description: `What the following steps do, one per line or separated by commas: ${OPERATIONS.join(', ')}. Default: \`copy\` if source and destination are given, else \`read\`.`,
  }),
  require: optional(requirements, {
    description:
      'Further required privileges, one line each: `[catalog|schema|function] name: PRIVILEGE[, PRIVILEGE]`. If the type is omitted, it follows from the number of levels in the name.',
  }),
  principal: optional(principals, {
    description:
      'Whose privileges to check, one per line: a user, a group or the application id of a service principal. Default: the caller.',
  }),
  forbid: optional(forbidden, {
    description:
      'Rights that only the principals in `except` may hold, in the form of `require`; `OWNERSHIP` is allowed too. The step fails if anyone else holds one.',
  }),
  except: optional(principals, {
    description:
      'Principals that may hold the rights in `forbid`, one per line; a group includes its members.',
  }),
  'on-unknown': defaulted(oneOf(['fail', 'warn']), {
    description: 'What to do when a right cannot be determined: `fail`, or `warn` and continue.',
    default: 'fail',
  }),
  'fail-on-deny': defaulted(boolean, {
    description: 'Fail the step when a privilege is missing.',
    default: 'true',
  }),
  ...ROLE_INPUTS,
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link GATE_INPUTS} as values. */
export type GateInputs = InputsOf<typeof GATE_INPUTS>;

/** Outputs of the action that gates on grants. */
export const GATE_OUTPUTS = {
  allowed: flagOutput('`true` when every right is granted: none is missing, unknown, deferred or forbidden.'),
  missing: jsonOutput('JSON: each missing right, who lacks it, what needs it, and what grants it.'),
  unknown: jsonOutput('JSON: each right that could not be determined, and why.'),
  deferred: jsonOutput(
    'JSON: each right of another principal that can be checked only when that principal signs in, and why.',
  ),
  forbidden: jsonOutput(
    'JSON: each principal that holds a right in `forbid` without being in `except`, how it holds the right, and the members of a group.',
  ),
  statements: textOutput(
    'SQL statements that grant what is missing and revoke what is forbidden, one per line.',
  ),
  requests: jsonOutput('JSON: the same grants and revocations as REST requests, including changes of owner.'),
  ...ROLE_OUTPUTS,
};

/** Faults of inputs together. */
export function operationFaults(inputs: Partial<GateInputs>): InputFault[] {
  const operations = operationsOf(inputs);
  const faults: InputFault[] = [];
  const one = inputs.model ?? inputs.destination ?? inputs.source?.name;
  if (operations.includes('copy') && (inputs.source === undefined || inputs.destination === undefined)) {
    faults.push({
      input: 'operations',
      problem: 'the operation copy needs a source and a destination.',
      fix: 'Add both inputs, or choose another operation.',
    });
  }
  if (one === undefined && operations.length > 0) {
    faults.push({
      input: 'operations',
      problem: 'the operations need a model, and none is given.',
      fix: 'Add the input model.',
    });
  }
  if (inputs.model === undefined && (inputs.version !== undefined || inputs.alias !== undefined)) {
    faults.push({
      input: 'version',
      problem: 'it is given without a model.',
      fix: 'Add the input model, or write the source as models:/name/7.',
    });
  }
  for (const input of ['require', 'forbid', 'principal'] as const) {
    if (inputs[input]?.length !== 0) continue;
    faults.push({ input, problem: 'it contains only comments.', fix: 'Add a line, or leave the input out.' });
  }
  if (inputs.forbid !== undefined && (inputs.except ?? []).length === 0) {
    faults.push({
      input: 'except',
      problem:
        'it is missing although forbid is given: every object has an owner, so the step would always fail.',
      fix: 'List the principals that may hold those rights, such as the owning group.',
    });
  }
  if (inputs.except !== undefined && inputs.forbid === undefined) {
    faults.push({
      input: 'except',
      problem: 'it has no effect without forbid.',
      fix: 'Add forbid, or leave except out.',
    });
  }
  return faults;
}

/** What comes next: as given, else a copy where there are two sides, else reading. */
export function operationsOf(inputs: Partial<GateInputs>): readonly Operation[] {
  if (inputs.operations !== undefined) return inputs.operations;
  if (inputs.source !== undefined && inputs.destination !== undefined) return ['copy'];
  return inputs.model === undefined && inputs.source === undefined && inputs.destination === undefined
    ? []
    : ['read'];
}

/** The trainer is that of a version. */
export function trainerFaults(inputs: Partial<GateInputs>): InputFault[] {
  if (!namesRole(inputs, 'trainer') || namedVersion(inputs) !== undefined) return [];
  const problem = 'it names the trainer, but no version is given.';
  return [
    {
      input: 'require-distinct',
      problem,
      fix: 'Write the source as models:/name/7, or give model and version.',
    },
  ];
}

/** A version, and the inputs that name its model and its number or alias. */
interface NamedVersion extends ModelReference {
  readonly inputs: { readonly model: string; readonly version: string };
}

/** The version that is named, if one is: of `model`, else of `source`. */
export function namedVersion(inputs: Partial<GateInputs>): NamedVersion | undefined {
  const { model, source, version: number, alias: given } = inputs;
  if (number !== undefined || given !== undefined) {
    const named = { model: 'model', version: given === undefined ? 'version' : 'alias' };
    return model === undefined ? undefined : { name: model, selector: selectorOf(inputs), inputs: named };
  }
  return source?.selector === undefined
    ? undefined
    : {
        name: source.name,
        selector: source.selector,
        inputs: { model: 'source', version: 'source' },
      };
}

/** Operations on what a registry may lack: then they are nobody's right. */
export const OPERATION_NEEDS = { 'set-alias': ['aliases'], tag: ['tags'] } as const satisfies Partial<
  Record<Operation, readonly string[]>
>;

/** What a registry must have for an input, by the input as it is written. */
export const GATE_NEEDS = Object.fromEntries(
  Object.entries(OPERATION_NEEDS).map(([name, needs]) => [`operations: ${name}`, needs]),
);
