import type { CheckMode, Finding } from '../../domain/decision.ts';
import type { CompatibilityMode } from '../../domain/signature-change.ts';
import type { ModelRule } from './policy.ts';

/** The inputs of a step that a policy may demand something of; absent where the step has no such input. */
export interface StepInputs {
  readonly 'check-privileges': CheckMode;
  readonly 'require-signature': CheckMode;
  readonly 'on-unknown'?: 'fail' | 'warn';
  /** Null where there is nothing to compare: the plan that is applied was compared when it was made, or the alias is deleted. */
  readonly compatibility?: CompatibilityMode | null;
  /** Whether it is compared with another version than the alias names. */
  readonly comparesOther?: boolean;
}

/** A stricter comparison refuses all that a less strict one does. */
const STRICTNESS: readonly CompatibilityMode[] = ['none', 'callers', 'exact'];

/** What of a step is set looser than a rule demands. A step may be stricter. */
export function stepFindings({ require, checks }: ModelRule, inputs: StepInputs): Finding[] {
  const locked = [...(require.signature ? (['require-signature'] as const) : []), ...checks];
  return [
    ...locked.flatMap((input) => {
      const mode = inputs[input];
      return mode === undefined || mode === 'fail' ? [] : [loose(input, mode, 'fail')];
    }),
    ...compatibilityFindings(require.compatibility, inputs),
  ];
}

function compatibilityFindings(
  wanted: CompatibilityMode | undefined,
  { compatibility: given, comparesOther = false }: StepInputs,
): Finding[] {
  if (wanted === undefined || given === null) return [];
  if (given === undefined)
    return [
      {
        code: 'policy-not-compared',
        severity: 'error',
        message: `The policy requires compatibility: ${wanted}, and this action compares no signatures.`,
        fix: 'Use promote or sync-aliases, which compare the new version with the one that the alias names.',
      },
    ];
  if (comparesOther)
    return [
      {
        code: 'policy-compared-other',
        severity: 'error',
        message:
          'The policy requires a comparison with the version that the alias names now, and compare-with names another.',
        fix: 'Leave compare-with out.',
      },
    ];
  return STRICTNESS.indexOf(given) >= STRICTNESS.indexOf(wanted)
    ? []
    : [loose('compatibility', given, wanted)];
}

function loose(input: string, given: string, wanted: string): Finding {
  return {
    code: 'policy-check-off',
    severity: 'error',
    message: `${input} is ${given}, and the policy requires ${wanted}.`,
    fix: `Write ${input}: ${wanted}, or leave it out if that is its default.`,
  };
}
