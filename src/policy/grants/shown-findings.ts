import type { Finding } from '../../domain/decision.ts';
import { show } from '../../domain/printable.ts';
import { MESSAGE_LIMIT, rightName } from './findings.ts';
import { hidingRight } from './hiding-right.ts';
import type { JudgedRight } from './remedy.ts';
import type { RequiredRight } from './right.ts';

/** A right and the finding about it. */
export interface FoundRight {
  readonly judged: JudgedRight;
  readonly finding: Finding;
}

/**
 * The findings beside what grants the rights, which is their fix. Rights that cannot be seen since a right above them is certainly
 * missing are one finding.
 */
export function besideGranting(found: readonly FoundRight[]): Finding[] {
  const decisions = [{ rights: found.map(({ judged }) => judged) }];
  const causes = Map.groupBy(found, ({ judged }) =>
    isUnseen(judged) ? hidingRight(judged.right.securable, decisions) : undefined,
  );
  return [...causes].flatMap(([cause, each]) =>
    cause === undefined ? each.map(withoutFix) : [hiddenFinding(cause.right, each)],
  );
}

function isUnseen(judged: JudgedRight): boolean {
  return judged.state === 'unknown' && judged.remedy !== undefined;
}

function withoutFix({ judged, finding }: FoundRight): Finding {
  const { code, severity, message } = finding;
  return judged.remedy === undefined ? finding : { code, severity, message };
}

function hiddenFinding(cause: RequiredRight, hidden: readonly FoundRight[]): Finding {
  const names = hidden.map(({ judged }) => rightName(judged.right)).join(', ');
  const isError = hidden.some(({ finding }) => finding.severity === 'error');
  return {
    code: 'rights-hidden',
    severity: isError ? 'error' : 'warning',
    message: show(
      `Unknown, because they are not visible without ${rightName(cause)}: ${names}.`,
      MESSAGE_LIMIT,
    ),
  };
}
