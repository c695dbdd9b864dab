import { parseModelName, type FullName } from '../domain/full-name.ts';
import { hasCode, type InputFault, type PromoteError } from '../domain/errors.ts';
import { parseModelUri, type ModelReference, type VersionSelector } from '../domain/model-uri.ts';
import { OPERATIONS, type Operation } from '../domain/privilege.ts';
import { show, type Parsed } from '../domain/text.ts';
import { grantOutputs } from '../policy/grants-output.ts';
import { parseRequirements } from '../policy/grants-require.ts';
import { copyRights, mergeRights, requiredRights, type RequiredRight } from '../policy/grants-rights.ts';
import { callerText, mayExist, prefetchGrants } from '../steps/grants.ts';
import { judgeCaller, judgePrincipal } from '../steps/privileges.ts';
import { signatureOf } from '../steps/signature.ts';
import type { Snapshot } from '../steps/snapshot.ts';
import { requireVersion, resolveVersion, uriOf } from '../steps/version.ts';
import { hiddenBehind, notePrivileges, noteSignature } from './checks.ts';
import type { ActionContext } from './context.ts';
import type { CommonInputs } from './common.ts';
import { defineAction } from './declaration.ts';
import {
  DUTY_INPUTS,
  DUTY_OUTPUTS,
  dutyFaults,
  namesRole,
  noteDuties,
  readRoles,
  type DutyInputs,
} from './duties.ts';
import {
  alias,
  boolean,
  defaulted,
  fullName,
  listOf,
  optional,
  parsed,
  parsedLines,
  text,
  version,
} from './fields.ts';
import { requireNeeds, type Need } from './needs.ts';
import { selectorOf } from './selection.ts';

/** A model by name, or a version of it by URI. */
interface NameOrUri {
  readonly name: FullName;
  readonly selector?: VersionSelector;
}

const nameOrUri = parsed((value): Parsed<NameOrUri> => {
  if (value.trim().startsWith('models:')) return parseModelUri(value);
  const name = parseModelName(value);
  return name.ok ? { ok: true, value: { name: name.value } } : name;
});

const requirements = parsedLines((value) => {
  const { rights, faults } = parseRequirements(value);
  return { value: rights, faults };
});

/** Operations that concern one model; `copy` needs a source and a destination. */
const ON_ONE_MODEL = OPERATIONS.filter((operation) => operation !== 'copy');

/** Answers who may do what, and what gives a missing right. */
export const gateOnGrants = defineAction({
  name: 'gate-on-grants',
  title: 'Gate on grants',
  description:
    'Check that a principal holds the Unity Catalog privileges for what comes next, and print what gives a missing one.',
  icon: 'shield',
  inputs: {
    source: optional(nameOrUri, {
      description: 'The model that a copy comes from: a full name, or `models:/name/7`.',
    }),
    destination: optional(fullName, { description: 'Full name of the model that a copy goes to.' }),
    model: optional(fullName, {
      description: 'Full name of the model that the operations are about. Default: `destination`.',
    }),
    version: optional(version, { description: 'A version of `model` whose signature is checked too.' }),
    alias: optional(alias, { description: 'An alias of `model` that names this version.' }),
    operations: optional(listOf(OPERATIONS), {
      description: `What comes next, by lines or commas: ${OPERATIONS.join(', ')}. Default: \`copy\` with source and destination, else \`read\`.`,
    }),
    require: optional(requirements, {
      description:
        'Further privileges, lines `[catalog|schema|function] name: PRIVILEGE[, PRIVILEGE]`; the type by the number of levels if omitted.',
    }),
    principal: optional(text, {
      description:
        'Whose privileges: a user, a group or the application id of a service principal. Default: the caller.',
    }),
    'fail-on-deny': defaulted(boolean, {
      description: 'Fail the step when a privilege is missing.',
      default: 'true',
    }),
    ...DUTY_INPUTS,
  },
  choices: [
    { of: ['version', 'alias'], need: 'at-most-one' },
    { of: ['source', 'destination', 'model', 'require'], need: 'at-least-one' },
  ],
  refine: (inputs) => [...operationFaults(inputs), ...dutyFaults(inputs), ...trainerFaults(inputs)],
  outputs: {
    allowed: '`true` when nothing is missing or unknown.',
    missing: 'JSON: each missing right, what needs it, and what gives it.',
    statements: 'SQL statements that give what is missing, one a line.',
    requests: 'JSON: the same as bodies of REST requests.',
    ...DUTY_OUTPUTS,
  },
  manners: {
    writes: false,
    needs: ['grants'],
    privileges: ['USE CATALOG, USE SCHEMA and EXECUTE, to read owners and grants'],
  },
  async run(context) {
    const { inputs, record, destination: snapshot } = context;
    requireNeeds('An operation', needsOf(operationsOf(inputs)), snapshot.registry.capabilities);
    const rights = await rightsFor(inputs, snapshot);
    const named = namedVersion(inputs);
    const [decision, caller, refused, roles] = await Promise.all([
      inputs.principal === undefined
        ? judgeCaller(rights, snapshot)
        : judgePrincipal(rights, inputs.principal, snapshot),
      snapshot.caller(),
      checkVersion(context, inputs).catch(refusalOf),
      readRoles(context, named && { reference: named, snapshot, input: named.input }),
    ]);
    const { missing, statements, requests } = grantOutputs([decision]);
    record.fact('Principal', inputs.principal ?? callerText(caller));
    record.output('missing', missing);
    record.output('statements', statements.join('\n'));
    record.output('requests', requests);
    notePrivileges(record, 'Privileges', inputs['check-privileges'], decision);
    noteDuties(record, inputs, roles, 'fail');
    record.output('allowed', record.allowed && decision.allowed);
    const unseen = refused === undefined ? undefined : (hiddenBehind(refused, [decision]) ?? refused);
    if (unseen !== undefined && (record.allowed || !hasCode(unseen, 'permission-denied'))) throw unseen;
    if (unseen !== undefined) record.fact('Version', 'not shown', unseen.message);
    if (record.refusal === 'denied' && !inputs['fail-on-deny']) {
      return {
        outcome: 'denied',
        verdict: refusal(decision.principal, missing.length),
        fails: false,
      };
    }
    record.requireAllowed(decision.principal);
    const lacking = decision.allowed
      ? 'holds every privilege asked for'
      : `lacks ${missing.length} privilege(s)`;
    return { outcome: 'ok', verdict: `${decision.principal} ${lacking}` };
  },
});

interface GateInputs extends DutyInputs {
  readonly source?: NameOrUri | undefined;
  readonly destination?: FullName | undefined;
  readonly model?: FullName | undefined;
  readonly version?: number | undefined;
  readonly alias?: string | undefined;
  readonly operations?: readonly Operation[] | undefined;
  readonly require?: readonly RequiredRight[] | undefined;
}

function operationFaults(inputs: GateInputs): InputFault[] {
  const operations = operationsOf(inputs);
  const faults: InputFault[] = [];
  const one = inputs.model ?? inputs.destination ?? inputs.source?.name;
  if (operations.includes('copy') && (inputs.source === undefined || inputs.destination === undefined)) {
    faults.push({
      input: 'operations',
      problem: 'copy needs a source and a destination.',
      fix: 'Give both, or name another operation.',
    });
  }
  if (one === undefined && operations.length > 0) {
    faults.push({ input: 'operations', problem: 'no model is given for them.', fix: 'Give model.' });
  }
  if (inputs.model === undefined && (inputs.version !== undefined || inputs.alias !== undefined)) {
    faults.push({
      input: 'version',
      problem: 'no model is given for it.',
      fix: 'Give model, or a source as models:/name/7.',
    });
  }
  return faults;
}

function operationsOf(inputs: GateInputs): readonly Operation[] {
  if (inputs.operations !== undefined) return inputs.operations;
  if (inputs.source !== undefined && inputs.destination !== undefined) return ['copy'];
  return inputs.model === undefined && inputs.source === undefined && inputs.destination === undefined
    ? []
    : ['read'];
}

/** An operation on what a registry lacks is nobody's right. */
function needsOf(operations: readonly Operation[]): Need[] {
  return [
    ...(operations.includes('set-alias') ? ['aliases' as const] : []),
    ...(operations.includes('tag') ? ['tags' as const] : []),
  ];
}

async function rightsFor(inputs: GateInputs, snapshot: Snapshot): Promise<RequiredRight[]> {
  const operations = operationsOf(inputs);
  const source = inputs.source?.name;
  const subject = inputs.model ?? inputs.destination ?? source;
  const names = [source, inputs.destination, inputs.model].filter((name) => name !== undefined);
  prefetchGrants(names, snapshot);
  const { ownersReachDown } = snapshot.registry.capabilities;
  const copied = operations.includes('copy') && source !== undefined ? inputs.destination : undefined;
  const [subjectExists, copiedExists] = await Promise.all([
    subject === undefined ? true : mayExist(subject, snapshot),
    copied === undefined ? true : mayExist(copied, snapshot),
  ]);
  return mergeRights([
    ...(source === undefined || copied === undefined
      ? []
      : copyRights(source, copied, { modelExists: copiedExists, ownersReachDown })),
    ...ON_ONE_MODEL.filter((operation) => operations.includes(operation)).flatMap((operation) =>
      subject === undefined
        ? []
        : requiredRights(operation, subject, { modelExists: subjectExists, ownersReachDown }),
    ),
    ...(inputs.require ?? []),
  ]);
}

/** The trainer is that of a version. */
function trainerFaults(inputs: GateInputs): InputFault[] {
  if (!namesRole(inputs, 'trainer') || namedVersion(inputs) !== undefined) return [];
  const problem = 'it names the trainer, and no version is named.';
  return [
    { input: 'require-distinct', problem, fix: 'Give source as models:/name/7, or model and version.' },
  ];
}

/** The version that is named, if one is: of `model`, else of `source`. */
function namedVersion(inputs: GateInputs): (ModelReference & { readonly input: string }) | undefined {
  const { model, source, version: number, alias: given } = inputs;
  if (number !== undefined || given !== undefined) {
    const input = given === undefined ? 'version' : 'alias';
    return model === undefined ? undefined : { name: model, selector: selectorOf(inputs), input };
  }
  return source?.selector === undefined
    ? undefined
    : { name: source.name, selector: source.selector, input: 'source' };
}

/** Checks the signature of the version that is named, if one is. */
async function checkVersion(context: ActionContext<CommonInputs>, inputs: GateInputs): Promise<void> {
  const { record, destination: snapshot } = context;
  const mode = context.inputs['require-signature'];
  const named = namedVersion(inputs);
  if (named === undefined) {
    record.fact('Signature', 'not checked', 'no version is named');
    return;
  }
  const { name, input } = named;
  const number = await resolveVersion(named, snapshot, input);
  const [found, check] = await Promise.all([
    requireVersion(name, number, snapshot, input),
    mode === 'off' ? null : signatureOf(name, number, snapshot),
  ]);
  record.fact('Version', uriOf(found));
  noteSignature(record, mode, check);
}

/** That the version is not shown is judged after the privileges, which most often explain it. */
function refusalOf(error: unknown): PromoteError {
  if (hasCode(error, 'permission-denied', 'not-found')) return error;
  throw error;
}

function refusal(principal: string, missing: number): string {
  return `${show(principal, 80)} lacks ${missing} privilege(s); the step goes on, as fail-on-deny is false`;
}
