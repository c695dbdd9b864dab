import { decide } from '../../domain/decision.ts';
import type { Privilege } from '../../domain/privilege.ts';
import type { GrantDecision } from './decide.ts';

/** The decision in which the lack of one privilege warns and refuses nothing: what needs it is left out where it is refused. */
export function asOptional(decision: GrantDecision, privilege: Privilege): GrantDecision {
  const first = decision.findings.length - decision.rights.length;
  const findings = decision.findings.map((finding, index) => {
    const isOptional = decision.rights[index - first]?.right.privilege === privilege;
    return isOptional && finding.severity === 'error'
      ? { ...finding, severity: 'warning' as const }
      : finding;
  });
  return { ...decision, ...decide(findings) };
}
