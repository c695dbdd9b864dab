import { APPLY_INPUTS, APPLY_OUTPUTS, applyFaults } from '../inputs/apply.ts';
import { defineAction } from './contract/action.ts';

/** Carries out a plan that an earlier job of the same run left, once it was approved. */
export const apply = defineAction({
  name: 'apply',
  title: 'Apply an approved plan',
  description:
    'Apply the plan that an earlier job of the same run left for a model in Unity Catalog: exactly its changes, and only if every fact that it depends on is still true.',
  icon: 'check-square',
  inputs: APPLY_INPUTS,
  refine: applyFaults,
  choices: [{ of: ['plan', 'plan-file'], need: 'exactly-one' }],
  outputs: APPLY_OUTPUTS,
  requirements: {
    writes: true,
    asksFirst: true,
    needs: ['aliases'],
    privileges: [
      'ownership of the model',
      'EXECUTE on the model',
      'USE SCHEMA and USE CATALOG on its parents',
      'CAN_MANAGE on each endpoint of the plan, in the workspace',
      'CAN_VIEW on the serving endpoints of the workspace, for a plan that deletes versions',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './apply/plan.ts')).planApply(context),
});
