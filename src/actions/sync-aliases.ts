import { ENGINE_NEEDS } from '../inputs/engine.ts';
import { METRIC_NEEDS } from '../inputs/metrics.ts';
import { untilFaults } from '../inputs/promote.ts';
import { SYNC_INPUTS, SYNC_OUTPUTS, syncFaults } from '../inputs/sync.ts';
import { VALIDATION_NEEDS, VALIDATORS, validationFaults } from '../inputs/validation.ts';
import { defineAction } from './contract/action.ts';
import { programFaults } from './parts/validation/program.ts';

/** Makes aliases follow the pins that a repository has of them: the merged pull request is the promotion. */
export const syncAliases = defineAction({
  name: 'sync-aliases',
  title: 'Sync aliases with pins in Git',
  description:
    'Make aliases of registered models in Unity Catalog follow the pins in a Git repository: a pull request shows what would move, and its merge moves it.',
  icon: 'git-merge',
  inputs: SYNC_INPUTS,
  choices: [
    { of: ['import', 'pins'], need: 'exactly-one' },
    { of: VALIDATORS, need: 'at-most-one' },
  ],
  refine: (inputs, raw) => [...untilFaults(inputs), ...validationFaults(inputs, raw), ...syncFaults(inputs)],
  machineFaults: programFaults,
  outputs: SYNC_OUTPUTS,
  requirements: {
    writes: true,
    asksFirst: true,
    streamsFiles: true,
    needs: ['files', 'tags', 'aliases'],
    inputNeeds: { ...ENGINE_NEEDS, ...METRIC_NEEDS, ...VALIDATION_NEEDS },
    privileges: [
      'EXECUTE on the models that versions are copied from',
      'ownership of the pinned models (a group is best), to move their aliases',
      'CREATE MODEL on their schemas, to create them',
      'USE SCHEMA and USE CATALOG on the parents of all',
    ],
  },
  plan: async (context) => {
    const { import: asked } = context.inputs;
    if (asked !== undefined)
      return (await import(/* webpackChunkName: "work" */ './sync-aliases/import.ts')).importPins(
        context,
        asked,
      );
    return (await import(/* webpackChunkName: "work" */ './sync-aliases/plan.ts')).planPins(context);
  },
});
