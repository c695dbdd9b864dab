import type { InputFault } from '../domain/errors.ts';
import type { FullName } from '../domain/full-name.ts';
import type { ModelReference, VersionSelector } from '../domain/model-uri.ts';
import { OPERATIONS, type Operation } from '../domain/privilege.ts';
import type { RequiredRight } from '../policy/grants/right.ts';
import { namesRole, type RoleInputs } from './roles.ts';
import { selectorOf } from './version.ts';

/** A model by name, or a version of it by URI. */
export interface NameOrUri {
  readonly name: FullName;
  readonly selector?: VersionSelector;
}

/** Operations that concern one model; `copy` needs a source and a destination. */
export const ON_ONE_MODEL = OPERATIONS.filter((operation) => operation !== 'copy');

/** The inputs that say whose rights on what are asked for. */
export interface GateInputs extends RoleInputs {
  readonly source?: NameOrUri | undefined;
  readonly destination?: FullName | undefined;
  readonly model?: FullName | undefined;
  readonly version?: number | undefined;
  readonly alias?: string | undefined;
  readonly operations?: readonly Operation[] | undefined;
  readonly require?: readonly RequiredRight[] | undefined;
  readonly forbid?: readonly RequiredRight[] | undefined;
  readonly except?: readonly string[] | undefined;
  readonly principal?: readonly string[] | undefined;
}

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

/** The version that is named, if one is: of `model`, else of `source`. */
export function namedVersion(inputs: GateInputs): (ModelReference & { readonly input: string }) | undefined {
  const { model, source, version: number, alias: given } = inputs;
  if (number !== undefined || given !== undefined) {
    const input = given === undefined ? 'version' : 'alias';
    return model === undefined ? undefined : { name: model, selector: selectorOf(inputs), input };
  }
  return source?.selector === undefined
    ? undefined
    : { name: source.name, selector: source.selector, input: 'source' };
}
