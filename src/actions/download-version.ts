import { DOWNLOAD_INPUTS, DOWNLOAD_OUTPUTS } from '../inputs/download.ts';
import { defineAction } from './contract/action.ts';

/** Puts the files of a version into a folder. */
export const downloadVersion = defineAction({
  name: 'download-version',
  title: 'Download a model version',
  description:
    'Download the files of a model version in Unity Catalog into a folder, verified against the digest that its copy recorded. The step can be run again.',
  icon: 'download',
  inputs: DOWNLOAD_INPUTS,
  choices: [{ of: ['version', 'alias'], need: 'exactly-one' }],
  outputs: DOWNLOAD_OUTPUTS,
  requirements: {
    writes: false,
    streamsFiles: true,
    needs: ['files'],
    privileges: ['EXECUTE on the model', 'USE SCHEMA and USE CATALOG on its parents'],
  },
  run: async (context) =>
    (await import(/* webpackChunkName: "work" */ './download-version/run.ts')).runDownloadVersion(context),
});
