import { following } from '../../bench/crafted-pins.ts';
import { PROD } from '../../emulator/seeds/demo-models.ts';
import { faultsOfAgain, faultsOfCopy, faultsOfMove, faultsOfOthers, goodCopies } from './end-state.ts';
import { PROMOTER_TOKEN, type Aftermath, type Scenario } from './scenario.ts';

/** An alias that follows its pin to a copy. */
export function followedPin(): Scenario {
  return {
    name: 'sync-aliases, one pin',
    action: 'sync-aliases',
    inputs: { registry: 'databricks', ...following('copied') },
    token: PROMOTER_TOKEN,
    faultsOf: (aftermath) => [
      ...faultsOfCopy(aftermath, 1),
      ...faultsOfMove(aftermath, 'Champion', goodCopies(aftermath, 1)[0]?.version),
      ...faultsOfOthers(aftermath, { newVersions: true, alias: 'Champion' }),
      ...faultsOfAgain(aftermath.again),
    ],
  };
}

/** Two aliases that follow their pins to one copy, one after the other. */
export function followedPins(): Scenario {
  return {
    name: 'sync-aliases, two pins to one copy',
    action: 'sync-aliases',
    inputs: { registry: 'databricks', ...following('both', 'neither') },
    token: PROMOTER_TOKEN,
    faultsOf(aftermath) {
      const copy = goodCopies(aftermath, 1)[0]?.version;
      return [
        ...faultsOfCopy(aftermath, 1),
        ...faultsOfMove(aftermath, 'Challenger', copy),
        ...faultsOfMove(aftermath, 'Champion', copy),
        ...faultsOfOrder(aftermath),
        ...faultsOfAgain(aftermath.again),
      ];
    },
  };
}

/** Pins are carried out in their order: the second alias is never where it shall be while the first one is not. */
function faultsOfOrder({ before, between }: Aftermath): string[] {
  const aliases = between.models[PROD]?.aliases ?? {};
  const isMoved = aliases['Champion'] !== before.models[PROD]?.aliases['Champion'];
  return isMoved && aliases['Challenger'] === undefined
    ? ['The second alias was moved before the first.']
    : [];
}
