import { PROD } from '../../emulator/seeds/demo-models.ts';
import { promotion } from './move-scenarios.ts';
import { KEEPS_TO_POLICY, type PolicyHost } from './policy-host.ts';
import type { Aftermath, Point, Scenario } from './scenario.ts';

const POLICY = `version: 1
models:
  - match: ${PROD}
    aliases: { Champion: required }
    require: { status: approved, signature: true, origin: staging.ml_team.* }
`;

/** A promotion that keeps to a policy file. */
export function promotionByPolicy(): Scenario {
  const scenario = promotion();
  return {
    ...scenario,
    name: 'promote, by a policy file',
    inputs: { ...scenario.inputs, ...KEEPS_TO_POLICY },
    policy: POLICY,
  };
}

/** What becomes of the policy while the promotion runs, and how that run has to end. */
const MEDDLING = {
  forbids: {
    act: ({ replace }) => replace(POLICY.replace('Champion: required', 'Champion: forbidden')),
    outcome: 'conflict',
  },
  deletes: { act: ({ replace }) => replace(undefined), outcome: 'conflict' },
  breaks: { act: ({ replace }) => replace(POLICY.replace('match', 'mtach')), outcome: 'invalid' },
  hides: { act: ({ hide }) => hide(), outcome: 'denied' },
} as const satisfies Record<
  string,
  { readonly act: (host: PolicyHost) => () => void; readonly outcome: string }
>;

/** The same while somebody changes the policy, or takes it away: the alias stays, and a run under the first policy completes it. */
export function meddledPolicy(does: keyof typeof MEDDLING): Scenario {
  const scenario = promotionByPolicy();
  const { act, outcome } = MEDDLING[does];
  return {
    ...scenario,
    name: `promote, by a policy file (somebody ${does} it)`,
    meddler: {
      does: `${does} the policy`,
      act: (_metastore, { policy }) => (policy === undefined ? undefined : act(policy)),
    },
    // Once the policy was read again, the alias moves.
    wants: ({ method, path }: Point) =>
      /model-versions\/(?:create|finalize)$/u.test(path) || (method === 'PUT' && path.includes('/fs/files/')),
    faultsOf: (aftermath) => [...scenario.faultsOf(aftermath), ...faultsOfMeddled(aftermath, outcome)],
  };
}

function faultsOfMeddled({ before, between, isMeddled, struck }: Aftermath, outcome: string): string[] {
  if (!isMeddled) return [];
  const faults: string[] = [];
  const now = between.models[PROD]?.aliases['Champion'];
  if (now !== before.models[PROD]?.aliases['Champion'])
    faults.push(`Champion was moved to ${now} although the policy no longer lets it be.`);
  if (struck?.outcome !== outcome)
    faults.push(`The run ended ${struck?.outcome}, not ${outcome}: ${struck?.said}`);
  return faults;
}
