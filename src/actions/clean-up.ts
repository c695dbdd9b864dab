import { CLEAN_UP_INPUTS, CLEAN_UP_OUTPUTS } from '../inputs/clean-up.ts';
import { commentFaults, PLAN_EXPRESSION_OUTPUTS } from '../inputs/plan.ts';
import { defineAction } from './contract/action.ts';

/** Deletes the versions of a model that nothing protects. */
export const cleanUp = defineAction({
  name: 'clean-up',
  title: 'Clean up model versions',
  description:
    'Delete rejected, unfinished and old versions of a registered model in Unity Catalog: never one that an alias names or lately named, an endpoint that the caller can see serves or a rollback needs.',
  icon: 'trash-2',
  inputs: CLEAN_UP_INPUTS,
  refine: commentFaults,
  outputs: CLEAN_UP_OUTPUTS,
  expressionOutputs: PLAN_EXPRESSION_OUTPUTS,
  requirements: {
    writes: true,
    asksFirst: true,
    needs: ['aliases', 'tags'],
    privileges: [
      'ownership of the model',
      'EXECUTE on the model',
      'USE SCHEMA and USE CATALOG on its parents',
      'CAN_VIEW on the serving endpoints of the workspace',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './clean-up/plan.ts')).planCleanUp(context),
});
