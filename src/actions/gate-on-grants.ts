import { hasCode, type PromoteError } from '../domain/errors.ts';
import { judgeCaller, judgePrincipal } from '../facts/grants/check.ts';
import { judgeForbidden } from '../facts/grants/forbidden.ts';
import { callerText } from '../facts/grants/read.ts';
import { signatureOf } from '../facts/signature.ts';
import type { Snapshot } from '../facts/snapshot.ts';
import { requireVersion, resolveVersion, uriOf } from '../facts/version.ts';
import type { CommonInputs } from '../inputs/common.ts';
import { boolean, defaulted, oneOf } from '../inputs/fields.ts';
import {
  GATE_INPUTS,
  namedVersion,
  operationFaults,
  operationsOf,
  trainerFaults,
  type GateInputs,
} from '../inputs/gate.ts';
import { ROLE_INPUTS, ROLE_OUTPUTS, roleFaults } from '../inputs/roles.ts';
import { isAllGranted, notFoundIn, type GrantDecision } from '../policy/grants/decide.ts';
import { formatFullName } from '../domain/full-name.ts';
import type { GrantOptions } from '../policy/grants/facts.ts';
import { forbiddenOutputs, grantOutputs } from '../policy/grants/outputs.ts';
import { gateVerdict, rightsSubject, subjectOf } from '../report/sections/gate.ts';
import type { RightsSubject } from '../report/subject.ts';
import { defineAction } from './contract/action.ts';
import { requireCaller, requireNeeds, requirePrivileges } from './contract/capabilities.ts';
import type { ActionContext } from './contract/context.ts';
import { hiddenBehind, noteSignature, requireNames } from './parts/checks.ts';
import { noteDecisions, noteForbidden } from './parts/gate-checks.ts';
import { absentNames } from './parts/gate-names.ts';
import { needsOf, OPERATION_NEEDS, rightsFor } from './parts/gate-rights.ts';
import { noteRoles, readRoles } from './parts/roles.ts';
import { flagOutput, jsonOutput, textOutput } from '../inputs/outputs.ts';

/** Answers who may do what, and what gives a missing right. */
export const gateOnGrants = defineAction({
  name: 'gate-on-grants',
  title: 'Gate on grants',
  description:
    'Check that a principal holds the Unity Catalog privileges that the next steps need, and print the statements that grant missing ones.',
  icon: 'shield',
  inputs: {
    ...GATE_INPUTS,
    'on-unknown': defaulted(oneOf(['fail', 'warn']), {
      description: 'What to do when a right cannot be determined: `fail`, or `warn` and continue.',
      default: 'fail',
    }),
    'fail-on-deny': defaulted(boolean, {
      description: 'Fail the step when a privilege is missing.',
      default: 'true',
    }),
    ...ROLE_INPUTS,
  },
  choices: [
    { of: ['version', 'alias'], need: 'at-most-one' },
    { of: ['source', 'destination', 'model', 'require', 'forbid'], need: 'at-least-one' },
  ],
  refine: (inputs) => [...operationFaults(inputs), ...roleFaults(inputs), ...trainerFaults(inputs)],
  outputs: {
    allowed: flagOutput(
      '`true` when every right is granted: none is missing, unknown, deferred or forbidden.',
    ),
    missing: jsonOutput('JSON: each missing right, who lacks it, what needs it, and what grants it.'),
    unknown: jsonOutput('JSON: each right that could not be determined, and why.'),
    deferred: jsonOutput(
      'JSON: each right of another principal that can be checked only when that principal signs in, and why.',
    ),
    forbidden: jsonOutput(
      'JSON: each principal that holds a right in `forbid` without being in `except`, how it holds the right, and the members of a group.',
    ),
    statements: textOutput(
      'SQL statements that grant what is missing and revoke what is forbidden, one per line.',
    ),
    requests: jsonOutput(
      'JSON: the same grants and revocations as REST requests, including changes of owner.',
    ),
    ...ROLE_OUTPUTS,
  },
  requirements: {
    writes: false,
    needs: ['grants'],
    inputNeeds: Object.fromEntries(
      Object.entries(OPERATION_NEEDS).map(([name, needs]) => [`operations: ${name}`, needs]),
    ),
    privileges: ['USE CATALOG, USE SCHEMA and EXECUTE to read owners and grants'],
  },
  async run(context) {
    const { inputs, record, destination: snapshot } = context;
    const { capabilities } = snapshot.registry;
    record.subject = { kind: 'rights', ...aboutOf(inputs), asked: undefined };
    requireNeeds('An operation', needsOf(operationsOf(inputs)), capabilities);
    requirePrivileges([...(inputs.require ?? []), ...(inputs.forbid ?? [])], capabilities);
    const options = { onUnknown: inputs['on-unknown'] };
    const named = namedVersion(inputs);
    const [decisions, forbid, caller, refused, roles] = await Promise.all([
      judgeAll(inputs, snapshot, options),
      inputs.forbid === undefined
        ? undefined
        : judgeForbidden(inputs.forbid, inputs.except ?? [], snapshot, options),
      snapshot.caller(),
      checkVersion(context, inputs).catch(refusalOf),
      readRoles(context, named && { reference: named, snapshot, inputs: named.inputs }),
    ]);
    requireCaller(caller);
    const { statements, requests, ...rights } = grantOutputs(decisions);
    record.subject = rightsSubject(aboutOf(inputs), decisions, forbid);
    record.fact('Principal', inputs.principal?.join(', ') ?? callerText(caller));
    record.output('missing', rights.missing);
    record.output('unknown', rights.unknown);
    record.output('deferred', rights.deferred);
    record.output('forbidden', forbid === undefined ? [] : forbiddenOutputs(forbid));
    record.output('statements', [...statements, ...(forbid?.statements ?? [])].join('\n'));
    record.output('requests', [...requests, ...(forbid?.requests ?? [])]);
    record.output('allowed', false);
    const notFound = [...notFoundIn(decisions), ...(forbid?.notFound ?? [])];
    const wrong = [
      ...(await absentNames(inputs, notFound, snapshot)),
      ...(refused === undefined ? [] : [refused]),
    ];
    requireNames(wrong, decisions);
    noteDecisions(record, inputs['check-privileges'], decisions);
    if (forbid !== undefined) noteForbidden(record, forbid);
    noteRoles(record, inputs, roles, inputs['on-unknown']);
    record.output('allowed', record.allowed && isAllGranted(decisions) && (forbid?.isCertain ?? true));
    const unseen = refused === undefined ? undefined : (hiddenBehind(refused, decisions) ?? refused);
    if (unseen !== undefined && (record.allowed || !hasCode(unseen, 'permission-denied'))) throw unseen;
    if (unseen !== undefined) record.fact('Version', 'not available', unseen.message);
    const verdict = gateVerdict(decisions, forbid);
    if (record.refusal === 'denied' && !inputs['fail-on-deny']) {
      const goesOn = `${verdict}; the step succeeds because fail-on-deny is false`;
      return { outcome: 'denied', verdict: goesOn, fails: false };
    }
    record.requireAllowed(subjectOf(decisions));
    return { outcome: 'ok', verdict };
  },
});

/** What the rights are on, as the inputs name it. */
function aboutOf(inputs: GateInputs): Pick<RightsSubject, 'object' | 'models'> {
  const models = [inputs.model, inputs.destination, inputs.source?.name].filter((name) => name !== undefined);
  const named = [...(inputs.require ?? []), ...(inputs.forbid ?? [])].map(({ securable }) => securable.name);
  return { object: models.map(formatFullName)[0] ?? named[0] ?? '', models };
}

/** Judges everybody who is asked about. */
async function judgeAll(
  inputs: GateInputs,
  snapshot: Snapshot,
  options: GrantOptions,
): Promise<GrantDecision[]> {
  const rights = await rightsFor(inputs, snapshot);
  if (rights.length === 0) return [];
  const judging = { ...options, looksAtPolicies: true };
  return inputs.principal === undefined
    ? [await judgeCaller(rights, snapshot, judging)]
    : Promise.all(inputs.principal.map((name) => judgePrincipal(rights, name, snapshot, judging)));
}

/** Checks the signature of the version that is named, if one is. */
async function checkVersion(context: ActionContext<CommonInputs>, inputs: GateInputs): Promise<void> {
  const { record, destination: snapshot } = context;
  const mode = context.inputs['require-signature'];
  const named = namedVersion(inputs);
  if (named === undefined) {
    record.fact('Signature', 'not checked', 'no version is given');
    return;
  }
  const { name } = named;
  const number = await resolveVersion(named, snapshot, named.inputs);
  const [found, check] = await Promise.all([
    requireVersion(name, number, snapshot, named.inputs),
    mode === 'off' ? null : signatureOf(name, number, snapshot),
  ]);
  record.fact('Version', uriOf(found));
  noteSignature(record, mode, check, uriOf(found));
}

/** That the version is not available is judged after the privileges, which most often explain it. */
function refusalOf(error: unknown): PromoteError {
  if (hasCode(error, 'permission-denied', 'not-found')) return error;
  throw error;
}
