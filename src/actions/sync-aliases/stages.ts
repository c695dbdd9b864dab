import type { Stage } from '../../apply/stage.ts';
import type { ValueChange } from '../../apply/value.ts';
import { PromoteError } from '../../domain/errors.ts';
import type { Planned } from '../contract/action.ts';
import type { PinStates } from './states.ts';

/** The stages of a pin, with what is noted whenever one of them ended. */
export function watched(stages: readonly Stage[], ended: () => void): Stage[] {
  return stages.map((stage) => {
    const { work } = stage;
    if (work.kind !== 'values') return stage;
    return {
      ...stage,
      work: {
        ...work,
        ended(made: readonly ValueChange[]) {
          work.ended?.(made);
          ended();
        },
      },
    };
  });
}

/** A stage before all others that stops a run which may not write. A dry run does not get to it. */
export function refusalStage({ why, fix }: NonNullable<PinStates['readsOnly']>): Stage {
  return {
    name: 'validation',
    changes: [],
    work: {
      kind: 'validation',
      async run() {
        throw new PromoteError(why, { code: 'requirement', outcome: 'blocked', fix });
      },
    },
  };
}

/**
 * The stages of a pin that needs the copy which an earlier pin makes: they are planned again once it is there, so that it is
 * found, and not made twice.
 */
export function plannedAgain(planned: Planned, again: () => Promise<readonly Stage[]>): Stage[] {
  const shown = planned.stages.filter(({ name }) => name !== 'copy' && name !== 'model');
  return [{ name: 'validation', changes: [], work: { kind: 'validation', run: again } }, ...shown];
}
