import { SIGNALS, strikeText, type Strike } from './deed.ts';
import type { Point } from './gateway.ts';
import {
  aliasDeletionPlay,
  aliasPlay,
  copyPlay,
  labelsPlay,
  newModelPlay,
  promotionPlay,
  type Play,
} from './plays.ts';
import { discover, performPlay, scheduleOf, type Trial } from './trial.ts';

/** Every writing action, and every write that one of them makes. */
const STRUCK: readonly Play[] = [
  promotionPlay(),
  newModelPlay(),
  copyPlay('creator'),
  aliasPlay(),
  aliasDeletionPlay(),
  labelsPlay(),
];

/** How the names of these trials begin. */
export const EACH_REQUEST = 'each request';

/** Each request of every writing action with each signal; a write also when it was processed. */
export async function eachRequest(): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const play of STRUCK) {
    for (const point of await discover(play))
      trials.push(...strikesAt(point).map((strike) => trialOf(play, strike)));
  }
  return trials;
}

function strikesAt(at: Point): Strike[] {
  const moments = at.method === 'GET' ? (['before'] as const) : (['before', 'after'] as const);
  return SIGNALS.flatMap((signal) =>
    moments.map((when): Strike => ({ at, deeds: [{ kind: 'signal', signal, when }] })),
  );
}

function trialOf(play: Play, strike: Strike): Trial {
  const name = `${EACH_REQUEST}, ${play.name}: ${strikeText(strike)}`;
  return {
    name,
    schedule: scheduleOf(play, [[strike]]),
    again: `--only '${name}'`,
    async perform() {
      const { faults, missed } = await performPlay(play, [[strike]]);
      return [...faults, ...missed.map(() => 'The request that was to be struck did not come.')];
    },
  };
}
