import { MANAGE_MODEL_INPUTS, MANAGE_MODEL_OUTPUTS, manageModelFaults } from '../inputs/manage-model.ts';
import { defineAction } from './contract/action.ts';

/** Creates, describes, renames, gives away and deletes a registered model. */
export const manageModel = defineAction({
  name: 'manage-model',
  title: 'Manage a registered model',
  description:
    'Create a registered model in Unity Catalog, set its owner or description, rename it, or delete it if it has no versions.',
  icon: 'box',
  inputs: MANAGE_MODEL_INPUTS,
  choices: [
    {
      of: ['owner', 'description', 'remove-description', 'new-name', 'create', 'delete'],
      need: 'at-least-one',
    },
  ],
  refine: manageModelFaults,
  outputs: MANAGE_MODEL_OUTPUTS,
  requirements: {
    writes: true,
    asksFirst: true,
    inputNeeds: { owner: ['owners'] },
    privileges: [
      'CREATE MODEL on the schema, to create or rename the model',
      'ownership of the model for everything else',
      'USE SCHEMA and USE CATALOG on its parents',
      'CAN_VIEW on the serving endpoints of the workspace, to rename or delete the model',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './manage-model/plan.ts')).planManageModel(context),
});
