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
} from './fields.ts';
import { warehouseId } from './warehouse.ts';
import { flagOutput, jsonOutput, numberOutput, textOutput } from './outputs.ts';

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
    description: 'Number of the bad version. Where the alias names another one, nothing is moved.',
    example: '8',
  }),
  'to-version': optional(version, {
    description:
      'Number of the version to go back to. Default: what the alias named before, by the record of its moves; where that does not say, the candidates are listed.',
  }),
  reason: required(text, {
    description: 'Why: it stands in the hold, for whoever meets it.',
    example: 'incident 7',
  }),
  hold: defaulted(boolean, {
    description:
      'Put the bad version on hold, so that no action takes it, or its bytes under another number, for this model.',
    default: 'true',
  }),
  'warehouse-id': warehouseId(
    'asks the audit log who moved the alias, where the rollback is refused for what it names.',
  ),
  'allow-delete': defaulted(boolean, {
    description: 'Delete the alias where it named nothing before the bad version.',
    default: 'false',
  }),
};

/** The inputs of {@link ROLLBACK_INPUTS} as values. */
export type RollbackInputs = InputsOf<typeof ROLLBACK_INPUTS>;

/** Outputs of a rollback. */
export const ROLLBACK_OUTPUTS = {
  version: numberOutput(
    'Number of the version that the alias names, empty where it names none, or where that is not known after its write.',
  ),
  'previous-version': numberOutput('Number of the version that it named before, empty when there was none.'),
  uri: textOutput('`models:/<name>/<number>` of the version that it names, empty as `version` is.'),
  held: flagOutput('`true` when the bad version is on hold.'),
  candidates: jsonOutput(
    'JSON, where a version to go back to has to be chosen: each with version, status, live (times by the record), digest and hold, newest first; the page says how many older ones are left out.',
  ),
};

/** Faults of these inputs together. */
export function rollbackFaults(inputs: Partial<RollbackInputs>): InputFault[] {
  const from = inputs['from-version'];
  const sameVersion = from !== undefined && from === inputs['to-version'];
  return [
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
