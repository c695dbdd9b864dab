import type { Finding } from '../../../domain/decision.ts';
import type { Check } from '../../../plan/check.ts';
import type { CheckFinding, ShortFindings } from '../../document.ts';
import { sentence } from './sentence.ts';

/** What the checks of a run found. */
export interface CheckedRun {
  readonly checks: readonly Check[];
  readonly inShort: readonly ShortFindings[];
}

/** The check of an audit. */
export const AUDIT_CHECK = 'Aliases';

/** The check of a comparison. */
export const COMPARISON_CHECK = 'Compatibility';

/** The findings of a severity, each once; what a section lists is here one finding, or none. */
export function findingsOf(
  { checks, inShort }: CheckedRun,
  severity: CheckFinding['severity'],
): CheckFinding[] {
  const found = new Map<string, CheckFinding>();
  for (const check of checks) {
    for (const finding of shownOf(check))
      if (finding.severity === severity && !found.has(finding.message))
        found.set(finding.message, { ...finding, check: check.name });
  }
  return inShort.reduce(shortened, [...found.values()]);
}

/** Findings with those that are said in short as one, in the place of the first; one alone is short enough. */
function shortened(
  found: readonly CheckFinding[],
  { check, clause, findings }: ShortFindings,
): CheckFinding[] {
  const isIn = ({ message }: Finding) => findings.some((each) => each.message === message);
  const [first, ...more] = found.filter(isIn);
  if (first === undefined || more.length === 0) return [...found];
  const { code, severity } = first;
  const short = { code, severity, check, message: sentence(clause) };
  return found.flatMap((each) => (each === first ? [short] : isIn(each) ? [] : [each]));
}

/** What a page says of a check beside the section that lists its findings. */
function shownOf({ name, decision, passed }: Check): readonly Finding[] {
  const findings = decision?.findings ?? [];
  if (name === AUDIT_CHECK) return [];
  const [first] = findings.filter(({ severity }) => severity !== 'note');
  if (name !== COMPARISON_CHECK || first === undefined) return findings;
  return [{ code: first.code, severity: first.severity, message: passed }];
}

/** How many fixes of a list are said; they repeat one another. */
const MAX_FIXES = 4;

/** What to do about what a section lists. */
export function listedFixes({ checks }: CheckedRun): string[] {
  const errors = checks
    .filter(({ name }) => name === COMPARISON_CHECK)
    .flatMap(({ decision }) => decision?.findings ?? [])
    .filter(({ severity }) => severity === 'error');
  return [...new Set(errors.flatMap(({ fix }) => (fix === undefined ? [] : [fix])))].slice(0, MAX_FIXES);
}
