import { hasCode, type PromoteError } from '../../domain/errors.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { judgeCaller, judgePrincipal } from '../../facts/grants/check.ts';
import { judgeForbidden } from '../../facts/grants/forbidden.ts';
import { callerText } from '../../facts/grants/read.ts';
import { signatureOf } from '../../facts/signature.ts';
import type { Snapshot } from '../../facts/snapshot.ts';
import { requireVersion, resolveVersion, uriOf } from '../../facts/version.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import { namedVersion, operationsOf, type GATE_OUTPUTS, type GateInputs } from '../../inputs/gate.ts';
import { isAllGranted, notFoundIn, type GrantDecision } from '../../policy/grants/decide.ts';
import type { GrantOptions } from '../../policy/grants/facts.ts';
import { forbiddenOutputs, grantOutputs } from '../../policy/grants/outputs.ts';
import { gateVerdict, rightsSubject, subjectOf } from '../../report/sections/gate.ts';
import type { RightsSubject } from '../../report/subject.ts';
import type { ActionResult } from '../contract/action.ts';
import { requireCaller, requireNeeds, requirePrivileges } from '../contract/capabilities.ts';
import type { ActionContext } from '../contract/context.ts';
import { hiddenBehind, noteSignature, requireNames } from '../parts/checks.ts';
import { noteRoles, readRoles } from '../parts/roles.ts';
import { noteDecisions, noteForbidden } from './checks.ts';
import { absentNames } from './names.ts';
import { needsOf, rightsFor } from './rights.ts';

/** Judges who may do what, and says what gives a missing right. */
export async function runGateOnGrants(
  context: ActionContext<GateInputs & CommonInputs, typeof GATE_OUTPUTS>,
): Promise<ActionResult> {
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
}

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
async function checkVersion(
  context: ActionContext<CommonInputs & GateInputs>,
  inputs: GateInputs,
): Promise<void> {
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
