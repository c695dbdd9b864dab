import { GATE_INPUTS, GATE_NEEDS, GATE_OUTPUTS, operationFaults, trainerFaults } from '../inputs/gate.ts';
import { roleFaults } from '../inputs/roles.ts';
import { defineAction } from './contract/action.ts';

/** Judges who may do what, and says what gives a missing right. */
export const gateOnGrants = defineAction({
  name: 'gate-on-grants',
  title: 'Gate on grants',
  description:
    'Check that a principal holds the Unity Catalog privileges that the next steps need, and print the statements that grant missing ones.',
  icon: 'shield',
  inputs: GATE_INPUTS,
  choices: [
    { of: ['version', 'alias'], need: 'at-most-one' },
    { of: ['source', 'destination', 'model', 'require', 'forbid'], need: 'at-least-one' },
  ],
  refine: (inputs) => [...operationFaults(inputs), ...roleFaults(inputs), ...trainerFaults(inputs)],
  outputs: GATE_OUTPUTS,
  requirements: {
    writes: false,
    needs: ['grants'],
    inputNeeds: GATE_NEEDS,
    privileges: ['USE CATALOG, USE SCHEMA and EXECUTE to read owners and grants'],
  },
  run: async (context) =>
    (await import(/* webpackChunkName: "work" */ './gate-on-grants/run.ts')).runGateOnGrants(context),
});
