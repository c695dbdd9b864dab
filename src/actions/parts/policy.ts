import type { Stage } from '../../apply/stage.ts';
import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { faultOfInput } from '../../domain/document-fault.ts';
import { invalidInputs, messageOf, PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import { readDocument } from '../../documents/read-document.ts';
import { readBranchFile, type BranchFile } from '../../facts/policy-file.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { PolicyInputs, PolicyPlace } from '../../inputs/policy.ts';
import { policySchema } from '../../inputs/policy-file.ts';
import type { PolicyFact } from '../../plan/basis.ts';
import {
  decideChanges,
  decideMoment,
  decideStep,
  type PolicyMoment,
  type PolicyNames,
  type PolicyStep,
} from '../../policy/promotion-policy/decide.ts';
import { policyDigest } from '../../policy/promotion-policy/digest.ts';
import type { ModelRule, PromotionPolicy } from '../../policy/promotion-policy/policy.ts';
import { isProtected, ruleFor } from '../../policy/promotion-policy/rule.ts';
import type { ActionContext } from '../contract/context.ts';

/** What reads and keeps to a policy. */
export type PolicyContext = ActionContext<CommonInputs & PolicyInputs>;

/** A policy that was read. */
export interface ReadPolicy {
  readonly policy: PromotionPolicy;
  /** What a plan rests on that is made under it. */
  readonly fact: PolicyFact;
  /** The file of a branch that has it; undefined for one of this machine. */
  readonly file: BranchFile | undefined;
  /** Where it was read, for people. */
  readonly from: string;
  /** What is to be said of that place. */
  readonly warnings: readonly Finding[];
}

const CHECK = 'Policy';

/** Reads the policy that the input asks for; undefined where it is off. One that is not there is `blocked`. */
export async function readPolicy(context: PolicyContext): Promise<ReadPolicy | undefined> {
  const { policy: place } = context.inputs;
  if (place === 'off') return undefined;
  const read = await readPolicyAt(context, place);
  if (read !== undefined) return read;
  throw new PromoteError(`There is no policy file ${show(place.path, 200)} ${whereText(context, place)}.`, {
    code: 'requirement',
    outcome: 'blocked',
    fix: 'Add the file there (docs/policy-file.md), or correct the input policy.',
  });
}

/** Reads the policy file of a place, `before` is what it had earlier; undefined where there is none. */
export async function readPolicyAt(
  context: PolicyContext,
  place: PolicyPlace,
  before?: BranchFile,
): Promise<ReadPolicy | undefined> {
  const found = isOnGitHub(context)
    ? await fromBranch(context, place, before)
    : await fromMachine(context, place);
  if (found.bytes === undefined) return undefined;
  const schema = policySchema(context.destination.registry.capabilities.names);
  const read = await readDocument(found.bytes, place.path, schema);
  if (!read.ok) throw invalidInputs(read.faults.map((fault) => faultOfInput('policy', fault)));
  const { value: policy } = read;
  const fact: PolicyFact = {
    kind: 'policy',
    path: place.path,
    branch: place.branch ?? null,
    was: policyDigest(policy),
  };
  return { policy, fact, file: found.file, from: found.from, warnings: found.warnings };
}

interface Found {
  readonly bytes: Uint8Array | undefined;
  readonly file: BranchFile | undefined;
  readonly from: string;
  readonly warnings: readonly Finding[];
}

async function fromBranch(
  { inputs, run, openGitHub }: PolicyContext,
  place: PolicyPlace,
  before: BranchFile | undefined,
): Promise<Found> {
  const token = inputs['github-token'];
  if (token === undefined)
    throw invalidInputs([
      {
        input: 'github-token',
        problem: 'it is missing, but the policy file is read by GitHub’s API.',
        fix: 'Add "github-token: ${{ github.token }}" to the step, and "permissions: contents: read" to the job.',
      },
    ]);
  if (place.path.startsWith('/') || place.path.split('/').includes('..'))
    throw invalidInputs([
      {
        input: 'policy',
        problem: `"${show(place.path, 100)}" is not a path of the repository.`,
        fix: 'Write the path from the root of the repository, such as governance/models.yml.',
      },
    ]);
  const file = await readBranchFile(openGitHub(token), run.repository, place, before);
  const { bytes, branch, commit, isProtected: isGuarded } = file;
  const name = show(branch, 100);
  const unguarded: Finding = {
    code: 'policy-unprotected',
    severity: 'warning',
    message: `The branch ${name} is not protected, so that whoever may push to it can change the policy.`,
    fix: 'Protect the branch by a ruleset that requires a review.',
  };
  return {
    bytes,
    file,
    from: `branch ${name} at commit ${show(commit, 40)}`,
    warnings: isGuarded ? [] : [unguarded],
  };
}

async function fromMachine({ readFolder }: PolicyContext, { path, branch }: PolicyPlace): Promise<Found> {
  const fault = (problem: string, fix: string) => invalidInputs([{ input: 'policy', problem, fix }]);
  if (branch !== undefined)
    throw fault(
      'it names a branch, and outside of GitHub Actions there is none to read.',
      'Leave @branch out.',
    );
  try {
    const [file] = (await readFolder(path, () => false)) ?? [];
    return {
      bytes: file?.bytes,
      file: undefined,
      from: 'a file of this machine, which no branch protects',
      warnings: [],
    };
  } catch (error) {
    throw fault(`it cannot be read: ${messageOf(error)}.`, 'Give the path of a file.');
  }
}

function isOnGitHub({ run }: Pick<PolicyContext, 'run'>): boolean {
  return run.provider === 'github';
}

function whereText(context: PolicyContext, { branch }: PolicyPlace): string {
  if (!isOnGitHub(context)) return 'on this machine';
  return branch === undefined ? 'on the default branch' : `on the branch ${show(branch, 100)}`;
}

/** Notes where a policy was read, and what it says. */
export function notePolicy({ record }: PolicyContext, { fact, from }: ReadPolicy): void {
  record.factAgain('Policy', `${show(fact.path, 200)}, sha256:${fact.was}`, from);
}

/** Notes whether a policy allows what a step does, with what it was set to. */
export function noteStep(context: PolicyContext, read: ReadPolicy | undefined, step: PolicyStep): void {
  if (read === undefined) return;
  notePolicy(context, read);
  const { policy, warnings } = read;
  const decisions = [
    decideStep(policy, step, namesOf(context)),
    decideChanges(policy, step.alias === undefined ? 0 : 1),
  ];
  const findings = [...warnings, ...decisions.flatMap((decision) => decision.findings)];
  context.record.checkAgain(CHECK, decide(findings), 'The policy file allows it.', 'blocked');
}

/** Notes whether a policy lets one run move so many aliases. */
export function noteChanges(context: PolicyContext, read: ReadPolicy, count: number): void {
  notePolicy(context, read);
  const { maxChanges } = read.policy;
  const passed = maxChanges === undefined ? 'The policy sets no limit.' : `At most ${maxChanges}.`;
  const decision = decideChanges(read.policy, count);
  context.record.check('Number of changes by the policy', 'fail', decision, passed, 'blocked');
}

/**
 * What must hold by a policy when an alias is moved: a stage before the write, which a dry run does not get to. `again` reads the
 * file once more, which is for the stage right before the move.
 */
export function momentStages(
  context: PolicyContext,
  read: ReadPolicy | undefined,
  moved: Omit<PolicyMoment, 'now'>,
  how?: 'again',
): Stage[] {
  if (read === undefined) return [];
  return [
    {
      name: 'validation',
      changes: [],
      work: {
        kind: 'validation',
        run: async () => {
          if (how === 'again') await requireUnchanged(context, read);
          noteMoment(context, read, moved);
          context.record.requireAllowed('Moving the alias');
          return undefined;
        },
      },
    },
  ];
}

/** Reads a policy once more; throws where it says something else by now, or cannot be read. */
async function requireUnchanged(context: PolicyContext, { fact, file }: ReadPolicy): Promise<void> {
  const { path, branch } = fact;
  const now = await readPolicyAt(context, { path, branch: branch ?? undefined }, file);
  if (now?.fact.was === fact.was) return;
  const what = now === undefined ? 'is gone' : 'says something else';
  throw new PromoteError(
    `The policy file ${show(path, 200)} ${what} since this run read it, so that the alias was not moved.`,
    {
      code: 'conflict',
      outcome: 'conflict',
      fix: 'Run the step again: it then keeps to the policy as it is.',
    },
  );
}

/** Notes whether a policy lets an alias be moved now. */
export function noteMoment(
  context: PolicyContext,
  { policy }: ReadPolicy,
  moved: Omit<PolicyMoment, 'now'>,
): Decision {
  const decision = decideMoment(policy, { ...moved, now: context.clock.now() }, namesOf(context));
  context.record.checkAgain('Policy, at this time', decision, 'Nothing is frozen now.', 'blocked');
  return decision;
}

/** The rule of a policy that is about an alias, where it is protected. */
export function protectingRule(
  context: PolicyContext,
  read: ReadPolicy | undefined,
  { name, alias }: Pick<PolicyMoment, 'name' | 'alias'>,
): ModelRule | undefined {
  const rules = namesOf(context);
  const rule = read === undefined ? undefined : ruleFor(read.policy, name, rules.names);
  return rule !== undefined && isProtected(rule, alias, rules) ? rule : undefined;
}

function namesOf({ destination }: PolicyContext): PolicyNames {
  const { names, aliases } = destination.registry.capabilities;
  return { names, aliases };
}
