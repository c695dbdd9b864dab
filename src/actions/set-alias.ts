import { commentFaults, PLAN_EXPRESSION_OUTPUTS } from '../inputs/plan.ts';
import { SET_ALIAS_INPUTS, SET_ALIAS_OUTPUTS } from '../inputs/set-alias.ts';
import { defineAction } from './contract/action.ts';

/** Sets, moves or deletes an alias. */
export const setAlias = defineAction({
  name: 'set-alias',
  title: 'Set a model alias',
  description:
    'Set, move or delete an alias of a registered model in Unity Catalog. The change is checked before it is written and read back afterwards.',
  icon: 'tag',
  inputs: SET_ALIAS_INPUTS,
  choices: [{ of: ['version', 'from-alias'], need: 'exactly-one', unless: 'delete' }],
  refine: (inputs) => commentFaults(inputs),
  outputs: SET_ALIAS_OUTPUTS,
  expressionOutputs: PLAN_EXPRESSION_OUTPUTS,
  requirements: {
    writes: true,
    needs: ['aliases'],
    privileges: [
      'ownership of the model',
      'EXECUTE on the model',
      'USE SCHEMA and USE CATALOG on its parents',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './set-alias/plan.ts')).planMove(context),
});
