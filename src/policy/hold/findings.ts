import { decide, type Decision, type Finding } from '../../domain/decision.ts';
import { formatFullName, type FullName } from '../../domain/full-name.ts';
import { formatModelUri } from '../../domain/model-uri.ts';
import { show } from '../../domain/printable.ts';
import type { HoldMatch, ModelHold } from './model-hold.ts';

/** A hold of a model that stops something, and what shows it. */
export interface FoundHold {
  /** The model that the hold is on. */
  readonly name: FullName;
  readonly hold: ModelHold;
  readonly by: HoldMatch;
}

/** Whether anything is on hold on the model: each hold with its reason, who set it and when. */
export function decideHolds(found: readonly FoundHold[]): Decision {
  return decide(found.map(findingOf));
}

/** `on hold: incident 7, set by ada at …, in run …` Not escaped. */
export function holdSentence({ reason, who, at, run }: ModelHold): string {
  const why = reason === '' ? '' : `: ${show(reason, 300)}`;
  const by = who === undefined ? '' : ` by ${show(who, 80)}`;
  const when = at === undefined ? '' : ` at ${show(at, 40)}`;
  const place = run === undefined ? '' : ` in run ${show(run, 160)}`;
  return `on hold${why}${by + when + place === '' ? '' : `, set${by}${when}${place}`}`;
}

function findingOf({ name, hold, by }: FoundHold): Finding {
  const model = formatFullName(name);
  if (by === 'unreadable')
    return {
      code: 'hold-unreadable',
      severity: 'error',
      message: `The tag ${show(hold.key, 60)} of ${model} is a hold that cannot be read, so it is treated as blocking this version: ${show(hold.reason, 120)}`,
      fix: `Find out who wrote that tag and why. Remove it with tag-status (model: ${model}, remove-tags: ${show(hold.key, 60)}), and set the hold again on the version that it was meant for.`,
    };
  const version = hold.held?.version;
  const object = version === undefined ? `A version of ${model}` : formatModelUri(name, version);
  return {
    code: by === 'version' ? 'version-on-hold' : 'equal-on-hold',
    severity: 'error',
    message: `${object}${HOW[by]} is ${holdSentence(hold)}.`,
    fix: `${liftText(name, hold)} once its reason is resolved, or use a version with different content.`,
  };
}

const HOW = {
  version: '',
  source: ', which has the same source,',
  bytes: ', which has the same bytes,',
} as const;

/** How a hold is lifted, without a final period. */
export function liftText(name: FullName, { held, key }: ModelHold): string {
  const model = `model: ${formatFullName(name)}`;
  return held?.version === undefined
    ? `Remove the tag with tag-status (${model}, remove-tags: ${show(key, 60)})`
    : `Lift that hold with tag-status (${model}, version: ${held.version}, lift-hold: true)`;
}
