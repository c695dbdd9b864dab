import { show } from '../../domain/printable.ts';
import type { ApprovalDecision } from '../../policy/approval/decide.ts';
import { table, type Section } from '../document.ts';

/** Every review that was looked at, and why it counts or not; folded, since the findings say what decides. */
export function approvalSection({ reviews, isBound }: ApprovalDecision): Section {
  const rows = reviews.map(({ who, identity, standing, why }) => [
    who,
    standing,
    show(why, 300),
    identity?.source ?? '',
  ]);
  return {
    title: isBound ? 'Approval: bound to this plan' : 'Approval: not bound to this plan',
    folded: true,
    blocks: [table(['Who', 'State', 'The review', 'Source'], rows)],
  };
}
