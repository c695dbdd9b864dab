import type { JobEnvironment } from '../../domain/job-environment.ts';
import type { APPROVAL_OUTPUTS, ApprovalInputs } from '../../inputs/approval.ts';
import type { CommonInputs } from '../../inputs/common.ts';
import type { RoleInputs } from '../../inputs/roles.ts';
import { decideApproval, type ApprovalDecision, type ApprovalTerms } from '../../policy/approval/decide.ts';
import { approvalOutput } from '../../policy/approval/output.ts';
import { approvalSection } from '../../report/sections/approval.ts';
import type { ActionContext } from '../contract/context.ts';
import type { ActionRecord } from '../contract/record.ts';
import { noteDuties, noteRoles, peopleIn, type RoleReading } from './roles.ts';

/**
 * Notes whether a plan was approved, by whom, and whether that is bound to it, then who holds which role: the approver is only who
 * gave an approval that counts. Undefined where no approval is asked for.
 */
export function noteApproval(
  record: ActionRecord<typeof APPROVAL_OUTPUTS>,
  inputs: ApprovalInputs,
  reading: RoleReading | undefined,
  {
    code,
    onUnknown,
    jobEnvironment,
  }: Pick<ApprovalTerms, 'onUnknown' | 'jobEnvironment'> & { readonly code: string },
): ApprovalDecision | undefined {
  if (reading?.approval === undefined) {
    noteRoles(record, inputs, reading, onUnknown);
    return undefined;
  }
  const decision = decideApproval(reading.approval, {
    code: { text: code, isRequired: inputs['require-plan-code'] },
    rules: inputs['require-distinct'] ?? [],
    duties: reading.duties,
    people: peopleIn(inputs),
    onUnknown,
    jobEnvironment,
  });
  record.check('Approval', 'fail', decision, `${decision.text}.`, 'blocked');
  record.output('approval', { ...approvalOutput(decision) });
  record.sections.push(approvalSection(decision));
  const { trainer, requester, promoter } = reading.duties;
  noteDuties(
    record,
    inputs,
    {
      ...(trainer === undefined ? {} : { trainer }),
      ...(requester === undefined ? {} : { requester }),
      approver: decision.approver,
      ...(promoter === undefined ? {} : { promoter }),
    },
    onUnknown,
  );
  return decision;
}

/** The environment of this job, where the approval of one is asked for. */
export async function approvingEnvironment(
  { jobEnvironment }: Pick<ActionContext<CommonInputs>, 'jobEnvironment'>,
  { 'approval-environment': environment }: Pick<RoleInputs, 'approval-environment'>,
): Promise<JobEnvironment> {
  return environment === undefined ? undefined : jobEnvironment();
}
