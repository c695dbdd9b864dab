import { ENGINE_NEEDS } from '../inputs/engine.ts';
import { METRIC_NEEDS } from '../inputs/metrics.ts';
import { commentFaults, PLAN_EXPRESSION_OUTPUTS } from '../inputs/plan.ts';
import { PROMOTE_INPUTS, untilFaults, PROMOTE_OUTPUTS } from '../inputs/promote.ts';
import { roleFaults } from '../inputs/roles.ts';
import { SERVING_NEEDS, servingFaults } from '../inputs/serving.ts';
import { VALIDATION_NEEDS, VALIDATORS, validationFaults } from '../inputs/validation.ts';
import { defineAction } from './contract/action.ts';
import { programFaults } from './parts/validation/program.ts';

/** The whole flow in one step: check, copy, validate, tag, move the alias. */
export const promote = defineAction({
  name: 'promote',
  title: 'Promote a Unity Catalog model',
  description:
    'Promote a model version in Databricks Unity Catalog: check it, copy it, validate the copy, tag it and move an alias to it.',
  icon: 'chevrons-up',
  inputs: PROMOTE_INPUTS,
  choices: [{ of: VALIDATORS, need: 'at-most-one' }],
  refine: (inputs, raw) => [
    ...untilFaults(inputs),
    ...validationFaults(inputs, raw),
    ...servingFaults(inputs, raw),
    ...roleFaults(inputs),
    ...commentFaults(inputs),
  ],
  machineFaults: programFaults,
  outputs: PROMOTE_OUTPUTS,
  expressionOutputs: PLAN_EXPRESSION_OUTPUTS,
  requirements: {
    writes: true,
    streamsFiles: true,
    needs: ['files', 'tags', 'aliases'],
    inputNeeds: { ...ENGINE_NEEDS, ...METRIC_NEEDS, ...VALIDATION_NEEDS, ...SERVING_NEEDS },
    privileges: [
      'EXECUTE on the source model',
      'ownership of the destination (a group is best), to move the alias',
      'CREATE MODEL on its schema, to create it',
      'USE SCHEMA and USE CATALOG on the parents of both',
      'CAN_MANAGE_RUN on the job of validate-job, or the right to the compute of its script or of engine: workspace; CAN_READ on the experiment of require-metrics; CAN_MANAGE on each endpoint of endpoints, in the workspace',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './promote/plan.ts')).planPromotion(context),
});
