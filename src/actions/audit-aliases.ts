import { AUDIT_INPUTS, AUDIT_OUTPUTS, issueFaults } from '../inputs/audit.ts';
import { defineAction } from './contract/action.ts';

/** Looks at every alias of every model, for a schedule. */
export const auditAliases = defineAction({
  name: 'audit-aliases',
  title: 'Audit model aliases',
  description:
    'Check every alias of many models in Unity Catalog and report what is wrong. Read-only; meant for a schedule.',
  icon: 'eye',
  inputs: AUDIT_INPUTS,
  refine: (inputs) => issueFaults(inputs),
  outputs: AUDIT_OUTPUTS,
  requirements: {
    writes: false,
    readsMany: true,
    needs: ['aliases'],
    inputNeeds: { 'warehouse-id': ['audit-log'] },
    privileges: ['EXECUTE on each model', 'USE SCHEMA and USE CATALOG on their parents'],
  },
  run: async (context) =>
    (await import(/* webpackChunkName: "work" */ './audit-aliases/run.ts')).runAuditAliases(context),
});
