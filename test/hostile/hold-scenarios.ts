import type { Metastore, MetastoreSnapshot } from '../../emulator/index.ts';
import { moreVersions, PROD } from '../../emulator/seeds/demo-models.ts';
import { faultsOfOthers, type Worlds } from '../crash/end-state.ts';
import { rolledBack } from '../crash/rollback-scenarios.ts';
import {
  changesOwner,
  deletesAlias,
  deletesVersion,
  holds,
  holdsByModel,
  liftsHold,
  movesAlias,
} from './foreign-write.ts';
import { heldReason, HOLD_OF_2 } from './intent.ts';
import { fromCrash, type HostileScenario } from './scenario.ts';

const REASON = 'incident 7';

/** An alias taken back from a bad version, which is put on hold. */
export function rollbackScenario(): HostileScenario {
  return {
    ...fromCrash(rolledBack('owner'), {
      model: PROD,
      alias: { name: 'Champion', to: 1, expected: 2 },
      hold: { version: 2, reason: REASON },
    }),
    foreign: [
      movesAlias(PROD, 'Champion', 3),
      movesAlias(PROD, 'Champion', 1),
      deletesAlias(PROD, 'Champion'),
      holdsByModel(PROD),
      liftsHold(PROD),
      holds(PROD, 1),
      deletesVersion(PROD, 1),
      deletesVersion(PROD, 2),
      changesOwner(PROD, 'admin@example.com'),
    ],
  };
}

/** A version put on hold by its model, with what it stops. */
export function holdScenario(): HostileScenario {
  return {
    name: 'tag-status, a hold',
    job: {
      action: 'tag-status',
      inputs: { model: PROD, version: '2', hold: REASON },
      intent: { model: PROD, hold: { version: 2, reason: REASON } },
    },
    prepare: moreVersions,
    foreign: [
      holdsByModel(PROD),
      liftsHold(PROD),
      holds(PROD, 2),
      deletesVersion(PROD, 2),
      movesAlias(PROD, 'Champion', 3),
    ],
    faultsOf: (worlds) => faultsOfHold(worlds, REASON),
  };
}

/** The same hold lifted. */
export function liftScenario(): HostileScenario {
  const { name, job, ...rest } = holdScenario();
  return {
    ...rest,
    name: `${name} lifted`,
    job: {
      ...job,
      inputs: { model: PROD, version: '2', 'lift-hold': 'true' },
      intent: { model: PROD, hold: { version: 2, reason: null } },
    },
    prepare: heldVersion,
    faultsOf: (worlds) => faultsOfHold(worlds, null),
  };
}

function heldVersion(metastore: Metastore): void {
  moreVersions(metastore);
  metastore.setTags(PROD, { [HOLD_OF_2]: JSON.stringify({ version: 2, reason: REASON }) });
}

/** What is wrong where nobody but the network came between. */
function faultsOfHold({ before, after }: Worlds, reason: string | null): string[] {
  const found = heldReason(after, { model: PROD }, 2);
  return [
    ...(found === reason ? [] : [`The hold on version 2 is ${found}, not ${reason}.`]),
    ...faultsOfOthers({ before: withoutHold(before), after: withoutHold(after) }, {}),
  ];
}

function withoutHold(state: MetastoreSnapshot): MetastoreSnapshot {
  const model = state.models[PROD];
  if (model === undefined) return state;
  const tags = Object.fromEntries(Object.entries(model.tags).filter(([key]) => key !== HOLD_OF_2));
  return { ...state, models: { ...state.models, [PROD]: { ...model, tags } } };
}
