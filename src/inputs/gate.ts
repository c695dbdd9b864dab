import type { InputFault } from '../domain/errors.ts';
import { parseModelName, type FullName } from '../domain/full-name.ts';
import { parseModelUri, type ModelReference, type VersionSelector } from '../domain/model-uri.ts';
import type { Parsed } from '../domain/parsed.ts';
import { OPERATIONS, type Operation } from '../domain/privilege.ts';
import { parsePrincipals } from '../policy/grants/principal-lines.ts';
import { parseRequirements } from '../policy/grants/requirement-lines.ts';
import { alias, fullName, optional, parsed, version, type InputsOf } from './fields.ts';
import { listOf, parsedLines } from './lines.ts';
import { namesRole, type RoleInputs } from './roles.ts';
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
    description: 'The model that a copy comes from: a full name, or `models:/name/7`.',
    example: 'models:/staging.ml_team.fraud_detection/1',
  }),
  destination: optional(fullName, { description: 'Full name of the model that a copy goes to.' }),
  model: optional(fullName, {
    description: 'Full name of the model that the operations are about. Default: `destination`.',
  }),
  version: optional(version, { description: 'A version of `model` whose signature is checked too.' }),
  alias: optional(alias, { description: 'An alias of `model` that names this version.' }),
  operations: optional(listOf(OPERATIONS), {
    description: `What comes next, by lines or commas: ${OPERATIONS.join(', ')}. Default: \`copy\` with source and destination, else \`read\`.`,
  }),
  require: optional(requirements, {
    description:
      'Further privileges, lines `[catalog|schema|function] name: PRIVILEGE[, PRIVILEGE]`; the type by the number of levels if omitted.',
  }),
  principal: optional(principals, {
    description:
      'Whose privileges, one a line: a user, a group or the application id of a service principal. Default: the caller.',
  }),
  forbid: optional(forbidden, {
    description:
      'Rights that only `except` may hold, lines as in `require`, also `OWNERSHIP`: whoever else holds one is refused.',
  }),
  except: optional(principals, {
    description: 'Who may hold what is in `forbid`, one a line; a group stands for its members too.',
  }),
};

/** The inputs of {@link GATE_INPUTS} and {@link ROLE_INPUTS} as values. */
export type GateInputs = InputsOf<typeof GATE_INPUTS> & RoleInputs;

/** Faults of inputs together. */
export function operationFaults(inputs: GateInputs): InputFault[] {
  const operations = operationsOf(inputs);
  const faults: InputFault[] = [];
  const one = inputs.model ?? inputs.destination ?? inputs.source?.name;
  if (operations.includes('copy') && (inputs.source === undefined || inputs.destination === undefined)) {
    faults.push({
      input: 'operations',
      problem: 'copy needs a source and a destination.',
      fix: 'Give both, or name another operation.',
    });
  }
  if (one === undefined && operations.length > 0) {
    faults.push({ input: 'operations', problem: 'no model is given for them.', fix: 'Give model.' });
  }
  if (inputs.model === undefined && (inputs.version !== undefined || inputs.alias !== undefined)) {
    faults.push({
      input: 'version',
      problem: 'no model is given for it.',
      fix: 'Give model, or a source as models:/name/7.',
    });
  }
  for (const input of ['require', 'forbid', 'principal'] as const) {
    if (inputs[input]?.length !== 0) continue;
    faults.push({ input, problem: 'it has only comments.', fix: 'Write a line, or leave it out.' });
  }
  if (inputs.forbid !== undefined && (inputs.except ?? []).length === 0) {
    faults.push({
      input: 'except',
      problem:
        'forbid is given, and nobody is excepted; every object has an owner, so that this always refuses.',
      fix: 'Name in except who may hold those rights, such as the owning group.',
    });
  }
  if (inputs.except !== undefined && inputs.forbid === undefined) {
    faults.push({
      input: 'except',
      problem: 'it has no meaning without forbid.',
      fix: 'Give forbid, or leave except out.',
    });
  }
  return faults;
}

/** What comes next: as given, else a copy where there are two sides, else reading. */
export function operationsOf(inputs: GateInputs): readonly Operation[] {
  if (inputs.operations !== undefined) return inputs.operations;
  if (inputs.source !== undefined && inputs.destination !== undefined) return ['copy'];
  return inputs.model === undefined && inputs.source === undefined && inputs.destination === undefined
    ? []
    : ['read'];
}

/** The trainer is that of a version. */
export function trainerFaults(inputs: GateInputs): InputFault[] {
  if (!namesRole(inputs, 'trainer') || namedVersion(inputs) !== undefined) return [];
  const problem = 'it names the trainer, and no version is named.';
  return [
    { input: 'require-distinct', problem, fix: 'Give source as models:/name/7, or model and version.' },
  ];
}

/** A version, and the inputs that name its model and its number or alias. */
interface NamedVersion extends ModelReference {
  readonly inputs: { readonly model: string; readonly version: string };
}

/** The version that is named, if one is: of `model`, else of `source`. */
export function namedVersion(inputs: GateInputs): NamedVersion | undefined {
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
