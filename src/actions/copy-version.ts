import { COPY_INPUTS, COPY_OUTPUTS } from '../inputs/copy.ts';
import { ENGINE_NEEDS } from '../inputs/engine.ts';
import { defineAction } from './contract/action.ts';

/** Copies a version into another registered model. */
export const copyVersion = defineAction({
  name: 'copy-version',
  title: 'Copy a model version',
  description:
    'Copy a model version into another registered model in Unity Catalog. Files are streamed and verified, and the step can be run again.',
  icon: 'copy',
  inputs: COPY_INPUTS,
  outputs: COPY_OUTPUTS,
  requirements: {
    writes: true,
    streamsFiles: true,
    needs: ['files', 'tags'],
    inputNeeds: ENGINE_NEEDS,
    privileges: [
      'EXECUTE on the source model',
      'ownership of the destination, or CREATE MODEL VERSION, EXECUTE and APPLY TAG on it',
      'CREATE MODEL on its schema, to create it',
      'USE SCHEMA and USE CATALOG on the parents of both',
      'the right to the compute of engine: workspace, in the workspace',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './copy-version/plan.ts')).planCopyVersion(context),
});
