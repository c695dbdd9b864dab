import { counted } from '../../domain/count.ts';
import { decide, type Finding } from '../../domain/decision.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { show } from '../../domain/printable.ts';
import { ruleFor } from '../../policy/promotion-policy/rule.ts';
import { notePolicy, type PolicyContext, type ReadPolicy } from '../parts/policy.ts';

/** Models that a sentence names. */
const NAMED = 3;

/** Notes under which policy models are audited, and which of them it does not know. */
export function noteAudited(context: PolicyContext, read: ReadPolicy, names: readonly FullName[]): void {
  notePolicy(context, read);
  const { names: naming } = context.destination.registry.capabilities;
  const unlisted = names.filter((name) => ruleFor(read.policy, name, naming) === undefined);
  const findings: Finding[] = [...read.warnings];
  if (unlisted.length > 0) {
    const shown = unlisted.slice(0, NAMED).map((name) => show(formatFullName(name), 100));
    findings.push({
      code: 'policy-model-unlisted',
      severity: 'warning',
      message: `No rule of the policy matches ${counted(unlisted.length, 'model')}: ${shown.join(', ')}${unlisted.length > NAMED ? ', …' : ''}.`,
      fix: 'Add a rule for them to the policy file, or leave them out of models.',
    });
  }
  context.record.check('Policy', 'fail', decide(findings), 'It has a rule for every model.', 'blocked');
}
