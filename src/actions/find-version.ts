import { FIND_VERSION_INPUTS, FIND_VERSION_NEEDS, FIND_VERSION_OUTPUTS } from '../inputs/find-version.ts';
import { pastFaults } from '../inputs/past.ts';
import { defineAction } from './contract/action.ts';

/** Finds a version by number, alias, tags, or as the newest READY one. */
export const findVersion = defineAction({
  name: 'find-version',
  title: 'Find a model version',
  description:
    'Find a model version in Unity Catalog by number, alias or tags, or the newest READY version. Read-only.',
  icon: 'search',
  inputs: FIND_VERSION_INPUTS,
  choices: [{ of: ['version', 'alias'], need: 'at-most-one' }],
  refine: pastFaults,
  expressionOutputs: ['matrix'],
  outputs: FIND_VERSION_OUTPUTS,
  requirements: {
    writes: false,
    needs: [],
    inputNeeds: FIND_VERSION_NEEDS,
    privileges: ['EXECUTE on each model', 'USE SCHEMA and USE CATALOG on its parents'],
  },
  run: async (context) =>
    (await import(/* webpackChunkName: "work" */ './find-version/run.ts')).runFindVersion(context),
});
