import type { InputFault } from '../domain/input-fault.ts';
import type { Parsed } from '../domain/parsed.ts';
import { show } from '../domain/printable.ts';
import { boolean, fullName, optional, parsed, required, text, type InputsOf } from './fields.ts';
import { textOutput } from './outputs.ts';
import { repositoryPath } from './repository-path.ts';

/** The name of a model within its schema; white space, which only some registries allow, is judged where that is known. */
const shortName = parsed((value): Parsed<string> => {
  const name = value.trim();
  return /^[^./:\p{Cc}\p{Cs}]{1,255}$/u.test(name)
    ? { ok: true, value: name }
    : {
        ok: false,
        problem: `"${show(name, 80)}" is no name within a schema.`,
        fix: 'Write the last part of the name alone, such as fraud_detection: catalog and schema stay.',
      };
});

/** Inputs that say what becomes of a registered model. */
export const MANAGE_MODEL_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'prod.ml_team.fraud_detection',
  }),
  create: optional(boolean, { description: 'Create the model if it does not exist.', mayBeEmpty: true }),
  owner: optional(text, {
    description:
      'Group that owns the model from now on. The caller has to be in it, since it could not read the change back otherwise.',
    example: 'ml-promoters',
  }),
  description: optional(text, { description: 'Description to set.', mayBeEmpty: true }),
  'remove-description': optional(boolean, { description: 'Remove the description.', mayBeEmpty: true }),
  'new-name': optional(shortName, {
    description:
      'New name of the model within its schema. Refused while an endpoint serves the model, or a pin names it.',
    example: 'fraud_detection',
  }),
  pins: optional(repositoryPath, {
    description:
      'File or folder of the checked-out repository with pins, as `sync-aliases` reads them: `new-name` and `delete` are refused while one names the model.',
    example: 'aliases',
  }),
  delete: optional(boolean, { description: 'Delete the model, if it has no versions.', mayBeEmpty: true }),
};

/** The inputs of {@link MANAGE_MODEL_INPUTS} as values. */
export type ManageModelInputs = InputsOf<typeof MANAGE_MODEL_INPUTS>;

/** Outputs of the action that manages a model. */
export const MANAGE_MODEL_OUTPUTS = {
  model: textOutput('Full name of the model after the step; empty after a deletion.'),
  owner: textOutput('Owner of the model after the step; empty where the registry has none.'),
};

/** What may be asked for, by the names of the inputs. */
const ASKS = ['create', 'owner', 'description', 'remove-description', 'new-name', 'delete'] as const;

/** One entry of {@link ASKS}. */
export type Ask = (typeof ASKS)[number];

/** What the inputs ask for. */
export function asksOf(inputs: Partial<ManageModelInputs>): Ask[] {
  const { create, owner, description, 'new-name': renamed, delete: deleted } = inputs;
  const asked: Readonly<Record<Ask, boolean>> = {
    create: create === true,
    owner: owner !== undefined,
    description: description !== undefined,
    'remove-description': inputs['remove-description'] === true,
    'new-name': renamed !== undefined,
    delete: deleted === true,
  };
  return ASKS.filter((ask) => asked[ask]);
}

/** Faults of these inputs together: a rename and a deletion each stand alone. */
export function manageModelFaults(inputs: Partial<ManageModelInputs>): InputFault[] {
  const { model, description, 'new-name': renamed, pins } = inputs;
  const asks = asksOf(inputs);
  const said = ASKS.filter((ask) => inputs[ask] === false);
  const alone = asks.find((each) => each === 'delete' || each === 'new-name');
  return [
    ...(asks.length === 0 && said.length > 0
      ? [{ input: said.join(' and '), problem: 'nothing is asked for.', fix: 'Write true, or leave it out.' }]
      : []),
    ...(alone !== undefined && asks.length > 1
      ? [
          {
            input: alone,
            problem: `it is given together with ${asks.filter((each) => each !== alone).join(', ')}.`,
            fix: 'Do this in a step of its own.',
          },
        ]
      : []),
    ...(description !== undefined && inputs['remove-description'] === true
      ? [
          {
            input: 'remove-description',
            problem: 'it is given together with a description.',
            fix: 'Remove one of the two.',
          },
        ]
      : []),
    ...(model !== undefined && renamed?.toLowerCase() === model.model.toLowerCase()
      ? [{ input: 'new-name', problem: 'it is the name that the model has.', fix: 'Write another name.' }]
      : []),
    ...(pins !== undefined && alone === undefined
      ? [{ input: 'pins', problem: 'it is used only with new-name or delete.', fix: 'Leave it out.' }]
      : []),
  ];
}
