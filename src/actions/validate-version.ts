import { METRIC_NEEDS } from '../inputs/metrics.ts';
import { VALIDATE_VERSION_INPUTS, VALIDATE_VERSION_OUTPUTS } from '../inputs/validate-version.ts';
import { VALIDATION_NEEDS, VALIDATORS, validationFaults } from '../inputs/validation.ts';
import { defineAction } from './contract/action.ts';
import { programFaults } from './parts/validation/program.ts';

/** Validates one version by its metrics and by a command or a job, and sets its status. */
export const validateVersion = defineAction({
  name: 'validate-version',
  title: 'Validate a model version',
  description:
    'Validate a model version in Unity Catalog by its metrics, and by a command of the runner or a job of the Databricks workspace, and set its status.',
  icon: 'check-circle',
  inputs: VALIDATE_VERSION_INPUTS,
  choices: [
    { of: ['version', 'alias'], need: 'exactly-one' },
    { of: VALIDATORS, need: 'at-most-one' },
    { of: [...VALIDATORS, 'require-metrics'], need: 'at-least-one' },
  ],
  refine: validationFaults,
  machineFaults: programFaults,
  outputs: VALIDATE_VERSION_OUTPUTS,
  requirements: {
    writes: true,
    needs: ['files', 'tags'],
    inputNeeds: { ...METRIC_NEEDS, ...VALIDATION_NEEDS },
    privileges: [
      'EXECUTE on the model',
      'APPLY TAG on the model, or its ownership, to set a status',
      'USE SCHEMA and USE CATALOG on its parents',
      'CAN_MANAGE_RUN on the job of validate-job, or the right to the compute of its script; CAN_READ on the experiment of require-metrics, in the workspace',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './validate-version/plan.ts')).planValidateVersion(context),
});
