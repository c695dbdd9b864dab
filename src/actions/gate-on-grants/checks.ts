import { counted } from '../../domain/count.ts';
import type { CheckMode } from '../../domain/decision.ts';
import { formatSecurable } from '../../domain/privilege.ts';
import type { GrantDecision } from '../../policy/grants/decide.ts';
import type { ForbidDecision } from '../../policy/grants/forbidden.ts';
import { grantOutputs } from '../../policy/grants/outputs.ts';
import { belowText, holdersText, holdersSection } from '../../report/sections/gate.ts';
import { takeAwayBlocks } from '../../report/sections/grants.ts';
import type { ActionRecord } from '../contract/record.ts';
import { notePrivileges } from '../parts/checks.ts';

/** Notes the check of each principal, under its name where there are several. */
export function noteDecisions(
  record: ActionRecord,
  mode: CheckMode,
  decisions: readonly GrantDecision[],
): void {
  notePrivileges(
    record,
    mode,
    decisions.map((decision) => ({
      name: decisions.length === 1 ? 'Privileges' : `Privileges of ${decision.principal}`,
      decision,
    })),
  );
  const { unknown, deferred } = grantOutputs(decisions);
  if (unknown.length > 0) {
    record.fact('Unknown', counted(unknown.length, 'right'), 'cannot be determined from what is visible');
  }
  if (deferred.length > 0) {
    record.fact(
      'Deferred',
      counted(deferred.length, 'right'),
      'the caller cannot see them; they are checked when the principal itself signs in',
    );
  }
}

/** Notes who holds what is forbidden, and what takes it from them. */
export function noteForbidden(record: ActionRecord, decision: ForbidDecision): void {
  const below = belowText(decision);
  const passed = `Only the principals in except hold the forbidden rights${below}.`;
  if (below !== '') {
    record.fact(
      'Not checked',
      `objects below ${decision.below.map(formatSecurable).join(', ')}`,
      'owners of models there, and principals with grants on them, are not listed; name schemas and models in forbid as well',
    );
  }
  record.check('Forbidden', 'fail', decision, passed, 'denied');
  record.inShort.push({ check: 'Forbidden', clause: holdersText(decision), findings: decision.printed });
  record.todo.push(...takeAwayBlocks(decision));
  record.sections.push(holdersSection(decision));
}
