import { counted } from '../../domain/count.ts';
import { decide, type Finding } from '../../domain/decision.ts';
import { formatFullName } from '../../domain/full-name.ts';
import { formatMovedFact } from '../../plan/basis.ts';
import { isReplacedBy } from '../../plan/file.ts';
import type { MoveEntry } from '../../policy/alias/history.ts';
import { authorText } from '../../report/sections/alias-history.ts';
import { differencesSection, factRow, type Difference } from '../../report/sections/plan.ts';
import { noteNamed } from '../parts/alias/move.ts';
import { NOT_RECORDED, type AliasMove, type BasisReading } from './basis.ts';
import type { ApplyingContext, GivenPlan } from './given-plan.ts';

function spentFinding(move: MoveEntry): Finding {
  return {
    code: 'plan-spent',
    severity: 'error',
    message: `This plan was already applied by ${authorText(move)}, and the alias was moved again afterwards.`,
    fix: 'Run the planning job again, and have its new plan approved.',
  };
}

const UNRECORDED = 'it names what this plan wants, but no record shows who moved it';

function unrecordedFinding({ name, alias }: AliasMove): Finding {
  return {
    code: 'plan-move-unrecorded',
    severity: 'warning',
    message: `${formatFullName(name)}@${alias}: ${UNRECORDED}. An earlier attempt of this run probably did, without writing the record.`,
  };
}

/** Notes what changed since the plan was made, and throws the conflict. What this plan has made already rests on nothing. */
export function noteBasis({ record }: ApplyingContext, { changes }: GivenPlan, reading: BasisReading): void {
  const { differences, unrecorded } = reading;
  const move = changes.find((change) => change.kind === 'alias');
  const { subject } = record;
  const moved = differences.find(
    ({ fact }) => fact.kind === 'alias' && subject?.kind === 'move' && fact.alias === subject.alias,
  );
  if (moved !== undefined && record.subject?.kind === 'move' && typeof moved.found !== 'string') {
    record.subject = { ...record.subject, now: moved.found };
    noteNamed(record, moved.found);
  }
  const spent = reading.spent === undefined ? [] : [spentFinding(reading.spent)];
  const isWanted = ({ fact, found, by }: Difference) =>
    move !== undefined && isReplacedBy(fact, move) && found === move.to && by === NOT_RECORDED;
  const findings = differences.map((each) => ({
    code: 'basis-changed',
    severity: 'error' as const,
    message: `${formatMovedFact(each)}${isWanted(each) ? `: ${UNRECORDED}` : ''}.`,
    fix: 'Find out who changed it, then run the planning job again and have the new plan approved.',
  }));
  record.check(
    'Facts of the plan',
    'fail',
    decide([...spent, ...findings, ...(unrecorded === undefined ? [] : [unrecordedFinding(unrecorded)])]),
    'Every fact that the plan depends on is still true.',
    'conflict',
  );
  if (differences.length > 0) noteDifferences(record, differences, findings);
  if (spent.length + findings.length > 0) record.requireAllowed('Applying the plan');
}

/** Says in one table what changed, in place of a reason each. */
function noteDifferences(
  record: ApplyingContext['record'],
  differences: readonly Difference[],
  findings: readonly Finding[],
): void {
  const many = counted(
    differences.length,
    'fact that the plan depends on has',
    'facts that the plan depends on have',
  );
  record.inShort.push({ check: 'Facts of the plan', clause: `${many} changed since it was made`, findings });
  record.output(
    'differences',
    differences.map((each) => factRow(each)),
  );
  record.sections.push(differencesSection(differences));
}
