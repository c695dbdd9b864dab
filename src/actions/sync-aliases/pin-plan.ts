import type { JobEnvironment } from '../../domain/job-environment.ts';
import type { PinTarget } from '../../domain/pin.ts';
import { handledLater } from '../../domain/promises.ts';
import type { APPROVAL_OUTPUTS } from '../../inputs/approval.ts';
import type { PROMOTE_OUTPUTS } from '../../inputs/promote.ts';
import { approvalAsked, type RoleInputs } from '../../inputs/roles.ts';
import type { SET_ALIAS_OUTPUTS, SetAliasInputs } from '../../inputs/set-alias.ts';
import type { SyncInputs } from '../../inputs/sync.ts';
import type { ApprovalFacts } from '../../policy/approval/facts.ts';
import { subjectOf, type JudgedPin } from '../../policy/sync/decide.ts';
import { namedBefore } from '../../policy/sync/unrecorded.ts';
import type { TrainedVersion } from '../../facts/roles.ts';
import { planMove, type MoveTarget } from '../set-alias/plan.ts';
import type { Planned } from '../contract/action.ts';
import type { ActionContext } from '../contract/context.ts';
import { noteApproval } from '../parts/approval.ts';
import { noteComparison, startComparing } from '../parts/comparison.ts';
import { readRoles, type RoleReading } from '../parts/roles.ts';
import { planPromotion } from '../promote/plan.ts';
import type { SyncContext } from './sync.ts';

/** What the plans of all pins share. */
export interface PinPlanning {
  readonly context: SyncContext;
  /** The inputs, with the approval that is asked for. */
  readonly inputs: SyncInputs & RoleInputs;
  /** What approvers of an environment write who approve this plan and no other. */
  readonly code: string;
  /** The environment of this job. */
  readonly jobEnvironment: JobEnvironment;
  /** Called with what was read of the approval. */
  readonly approvalRead: (approval: ApprovalFacts) => void;
}

type PinOutputs = typeof PROMOTE_OUTPUTS & typeof SET_ALIAS_OUTPUTS & typeof APPROVAL_OUTPUTS;

/** What plans the move of an alias to a version of its model. */
type PinContext = ActionContext<SyncInputs & SetAliasInputs, PinOutputs>;

/** Plans what takes an alias where its pin says, by the steps of promote for a copy, and by those of set-alias for a version of the model. */
export async function planPin(
  { change, live, state }: JudgedPin,
  to: PinTarget,
  { context, inputs, code, jobEnvironment, approvalRead }: PinPlanning,
): Promise<Planned> {
  const { name, alias } = change;
  const record = context.record.part<PinOutputs>(subjectOf(change));
  const shared = { ...inputs, alias, 'expected-version': state === 'move' ? live.now : namedBefore(change) };
  const judgeRoles = (roles: RoleReading | undefined) => {
    if (roles?.approval !== undefined) approvalRead(roles.approval);
    else if (approvalAsked(inputs) !== undefined) throw new TypeError('The approval was not read.');
    const asked = { ...inputs, 'require-plan-code': false };
    noteApproval(record, asked, roles, { code, onUnknown: inputs['on-unknown'], jobEnvironment });
  };
  if (to.kind === 'copy') {
    const source = { name: to.name, selector: { kind: 'version', version: to.version } } as const;
    const asked = { ...shared, source, destination: name, 'compare-with': undefined };
    return planPromotion({ ...context, inputs: asked, record }, judgeRoles);
  }
  const number = to.kind === 'version' ? to.version : undefined;
  const selection = { version: number, 'from-alias': undefined, delete: number === undefined };
  const moving = { ...context, inputs: { ...shared, ...selection, model: name }, record };
  const trained: TrainedVersion | undefined =
    number === undefined
      ? undefined
      : {
          reference: { name, selector: { kind: 'version', version: number } },
          snapshot: context.destination,
          inputs: { model: 'pins', version: 'pins' },
        };
  const judgeTarget = number === undefined ? undefined : comparedWithLive(moving, number);
  judgeRoles(await readRoles(moving, trained));
  return planMove(moving, judgeTarget);
}

/** Begins to read what a version of the model is compared with, which is the version that the alias names; what it returns notes the comparison. */
function comparedWithLive(
  { inputs, record, destination: snapshot }: Pick<PinContext, 'inputs' | 'record' | 'destination'>,
  number: number,
): (target: MoveTarget) => Promise<void> {
  const { model: name, alias } = inputs;
  const comparing = { ...inputs, 'compare-with': undefined };
  const { compared } = startComparing(comparing, snapshot, { name, alias });
  const declared = snapshot.mlmodel(name, number);
  handledLater(compared);
  handledLater(declared);
  return async ({ signature }) => {
    noteComparison(record, comparing, await compared, {
      facts: (await declared).signature,
      isRefused: inputs['require-signature'] === 'fail' && signature?.decision.allowed === false,
    });
  };
}
