import { counted } from '../../../domain/count.ts';
import type { CommonInputs } from '../../../inputs/common.ts';
import { decideEndpointsSeen } from '../../../policy/clean-up/findings.ts';
import type { ActionContext } from '../../contract/context.ts';

/** Notes how many endpoints were looked at before anything is deleted or renamed; undefined where a registry has none. */
export function noteEndpoints(record: ActionContext<CommonInputs>['record'], seen: number | undefined): void {
  if (seen === undefined) {
    record.notApplicable('Serving endpoints', 'fail', 'this registry has no serving endpoints');
    return;
  }
  record.fact('Endpoints read', String(seen), 'those that the caller can see');
  record.check(
    'Serving endpoints',
    'fail',
    decideEndpointsSeen(seen),
    `${counted(seen, 'endpoint')} of this workspace that the caller can see ${seen === 1 ? 'was' : 'were'} read, with updates that are under way.`,
    'blocked',
  );
}
