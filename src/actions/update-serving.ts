import { commentFaults, PLAN_EXPRESSION_OUTPUTS } from '../inputs/plan.ts';
import { servingFaults, UPDATE_SERVING_INPUTS, UPDATE_SERVING_OUTPUTS } from '../inputs/serving.ts';
import { defineAction } from './contract/action.ts';

/** Sets serving endpoints to the version that an alias names. */
export const updateServing = defineAction({
  name: 'update-serving',
  title: 'Update serving endpoints',
  description:
    'Set serving endpoints of a Databricks workspace to the model version that an alias in Unity Catalog names, and wait until they serve it.',
  icon: 'server',
  inputs: UPDATE_SERVING_INPUTS,
  refine: (inputs, raw) => [...servingFaults(inputs, raw), ...commentFaults(inputs)],
  expressionOutputs: PLAN_EXPRESSION_OUTPUTS,
  outputs: UPDATE_SERVING_OUTPUTS,
  requirements: {
    writes: true,
    needs: ['aliases', 'serving'],
    privileges: [
      'EXECUTE on the model',
      'USE SCHEMA and USE CATALOG on its parents',
      'CAN_MANAGE on each endpoint, in the workspace',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './update-serving/plan.ts')).planUpdateServing(context),
});
