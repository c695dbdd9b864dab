import { PLAN_EXPRESSION_OUTPUTS } from '../inputs/plan.ts';
import { ROLLBACK_INPUTS, ROLLBACK_OUTPUTS, rollbackFaults } from '../inputs/rollback.ts';
import { SERVING_NEEDS } from '../inputs/serving.ts';
import { defineAction } from './contract/action.ts';

/** Takes an alias back from a bad version, and puts that one on hold. */
export const rollback = defineAction({
  name: 'rollback',
  title: 'Roll a model alias back',
  description:
    'Take an alias of a registered model in Unity Catalog back to the version that it named before, and put the bad version on hold.',
  icon: 'rotate-ccw',
  inputs: ROLLBACK_INPUTS,
  refine: rollbackFaults,
  outputs: ROLLBACK_OUTPUTS,
  expressionOutputs: PLAN_EXPRESSION_OUTPUTS,
  requirements: {
    writes: true,
    asksFirst: true,
    needs: ['aliases', 'tags'],
    inputNeeds: { 'warehouse-id': ['audit-log'], ...SERVING_NEEDS },
    privileges: [
      'ownership of the model',
      'EXECUTE on the model',
      'USE SCHEMA and USE CATALOG on its parents',
      'CAN_MANAGE on each endpoint of endpoints, in the workspace',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './rollback/plan.ts')).planRollback(context),
});
