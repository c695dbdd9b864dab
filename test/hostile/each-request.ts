import type { Point } from './gateway.ts';
import { holdScenario, liftScenario, rollbackScenario } from './hold-scenarios.ts';
import { SIGNALS, strikeText, type Strike } from './intervention.ts';
import {
  aliasDeletionScenario,
  aliasScenario,
  copyScenario,
  labelsScenario,
  newModelScenario,
  pinScenario,
  promotionScenario,
} from './scenarios.ts';
import type { HostileScenario } from './scenario.ts';
import { servingScenario } from './serving-scenarios.ts';
import { broken, discover, performScenario, scheduleOf, type Trial } from './trial.ts';

/** Every writing action, and every write that one of them makes. */
const STRUCK: readonly HostileScenario[] = [
  promotionScenario(),
  newModelScenario(),
  pinScenario(),
  copyScenario('creator'),
  aliasScenario(),
  aliasDeletionScenario(),
  labelsScenario(),
  rollbackScenario(),
  holdScenario(),
  liftScenario(),
  servingScenario(),
];

/** How the names of these trials begin. */
export const EACH_REQUEST = 'each request';

/** Each request of every writing action with each signal; a write also when it was processed. */
export async function eachRequest(): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const scenario of STRUCK) {
    try {
      for (const point of await discover(scenario))
        trials.push(...strikesAt(point).map((strike) => trialOf(scenario, strike)));
    } catch (error) {
      const name = `${EACH_REQUEST}, ${scenario.name}`;
      trials.push(broken(name, `--only '${name}'`, error));
    }
  }
  return trials;
}

function strikesAt(at: Point): Strike[] {
  const moments = at.method === 'GET' ? (['before'] as const) : (['before', 'after'] as const);
  return SIGNALS.flatMap((signal) =>
    moments.map((when): Strike => ({ at, interventions: [{ kind: 'signal', signal, when }] })),
  );
}

function trialOf(scenario: HostileScenario, strike: Strike): Trial {
  const name = `${EACH_REQUEST}, ${scenario.name}: ${strikeText(strike)}`;
  return {
    name,
    schedule: scheduleOf(scenario, [[strike]]),
    again: `--only '${name}'`,
    async perform() {
      const { faults, missed } = await performScenario(scenario, [[strike]]);
      return [...faults, ...missed.map(() => 'The request that was to be struck did not come.')];
    },
  };
}
