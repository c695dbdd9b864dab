import { REGISTER_INPUTS, REGISTER_OUTPUTS } from '../inputs/register.ts';
import { defineAction } from './contract/action.ts';

/** Registers what was trained as a version of a model. */
export const registerVersion = defineAction({
  name: 'register-version',
  title: 'Register a model version',
  description:
    'Register a model of a run, a logged model, a version of the workspace registry or a folder as a version in Unity Catalog. Files are streamed and verified, and the step can be run again.',
  icon: 'upload-cloud',
  inputs: REGISTER_INPUTS,
  outputs: REGISTER_OUTPUTS,
  requirements: {
    writes: true,
    streamsFiles: true,
    needs: ['files', 'tags'],
    privileges: [
      'CAN READ on the experiment of the run or logged model, or on the model of the workspace registry',
      'ownership of the destination, or CREATE MODEL VERSION, EXECUTE and APPLY TAG on it',
      'CREATE MODEL on its schema, to create it',
      'USE SCHEMA and USE CATALOG on its parents',
    ],
  },
  plan: async (context) =>
    (await import(/* webpackChunkName: "work" */ './register-version/plan.ts')).planRegisterVersion(context),
});
