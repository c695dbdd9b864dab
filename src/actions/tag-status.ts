import { TAG_INPUTS, TAG_OUTPUTS, tagFaults } from '../inputs/tags.ts';
import { defineAction } from './contract/action.ts';

/** Sets, removes and requires the status and tags of a version or a model. */
export const tagStatus = defineAction({
  name: 'tag-status',
  title: 'Tag the status of a model version',
  description:
    'Set, remove or require the status, tags and description of a model version or a model in Unity Catalog.',
  icon: 'bookmark',
  inputs: TAG_INPUTS,
  choices: [
    { of: ['version', 'alias'], need: 'at-most-one' },
    {
      of: ['status', 'tags', 'remove-tags', 'description', 'hold', 'lift-hold', 'require'],
      need: 'at-least-one',
      unless: 'remove-description',
    },
  ],
  refine: tagFaults,
  outputs: TAG_OUTPUTS,
  requirements: {
    writes: true,
    needs: ['tags'],
    privileges: [
      'APPLY TAG on the model, or its ownership',
      'ownership of the model, to set a description',
      'EXECUTE on the model',
      'USE SCHEMA and USE CATALOG on its parents',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './tag-status/plan.ts')).planTagStatus(context),
});
