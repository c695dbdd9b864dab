import type { InputFault } from '../domain/input-fault.ts';
import {
  alias,
  boolean,
  defaulted,
  fullName,
  optional,
  required,
  text,
  version,
  type InputsOf,
  type RawInputs,
} from './fields.ts';
import { flagOutput, jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { commentFaults, PLAN_INPUTS, PLAN_OUTPUTS } from './plan.ts';
import { SERVING_INPUTS, servingFaults } from './serving.ts';
import { SIGNATURE_INPUTS } from './signature.ts';
import { warehouseId } from './warehouse.ts';

/** Inputs of a rollback. */
export const ROLLBACK_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'prod.ml_team.fraud_detection',
  }),
  alias: required(alias, {
    description: 'The alias that names the bad version, such as `Champion`.',
    example: 'Champion',
  }),
  'from-version': required(version, {
    description: 'Number of the bad version. If the alias names another one, the alias is not moved.',
    example: '8',
  }),
  'to-version': optional(version, {
    description:
      'Number of the version to go back to. Default: the version that the alias named before, according to the record of its moves; if the record does not show it, the step lists the candidates.',
  }),
  reason: required(text, {
    description:
      'Why the version is bad. The reason is recorded in the hold, and shown wherever the hold blocks the version.',
    example: 'incident 7',
  }),
  hold: defaulted(boolean, {
    description:
      'Put the bad version on hold, so that no action uses it, or another version of this model with the same content.',
    default: 'true',
  }),
  'warehouse-id': warehouseId(
    'asks the audit log who moved the alias, where the rollback is refused for what it names.',
  ),
  ...SERVING_INPUTS,
  'allow-delete': defaulted(boolean, {
    description: 'Delete the alias if it named no version before the bad one.',
    default: 'false',
  }),
  ...PLAN_INPUTS,
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link ROLLBACK_INPUTS} as values. */
export type RollbackInputs = InputsOf<typeof ROLLBACK_INPUTS>;

/** Outputs of a rollback. */
export const ROLLBACK_OUTPUTS = {
  version: numberOutput(
    'Number of the version that the alias names; empty if it names none, or if that is not known after its write.',
  ),
  'previous-version': numberOutput(
    'Number of the version that the alias named before; empty if it named none.',
  ),
  uri: textOutput('`models:/<name>/<number>` of the version that the alias names; empty as `version` is.'),
  held: flagOutput('`true` when the bad version is on hold.'),
  candidates: jsonOutput(
    'JSON: the versions to choose from if none could be determined, newest first, each with version, status, live (when the alias named it, according to the record), digest and hold. The page says how many older ones are left out.',
  ),
  ...PLAN_OUTPUTS,
};

/** Faults of these inputs together. */
export function rollbackFaults(inputs: Partial<RollbackInputs>, raw: RawInputs): InputFault[] {
  const from = inputs['from-version'];
  const sameVersion = from !== undefined && from === inputs['to-version'];
  return [
    ...servingFaults(inputs, raw),
    ...commentFaults(inputs),
    ...(sameVersion
      ? [
          {
            input: 'to-version',
            problem: `version ${from} is the bad one.`,
            fix: 'Give the version to go back to, or leave it out.',
          },
        ]
      : []),
  ];
}
