import { fileURLToPath } from 'node:url';
import { following } from '../../bench/crafted-pins.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { smallCopy } from '../crash/copy-scenarios.ts';
import { faultsOfCopy, faultsOfMove, faultsOfOthers, goodCopies } from '../crash/end-state.ts';
import { aliasDeletion, aliasMove, labels, promotion } from '../crash/move-scenarios.ts';
import { followedPin } from '../crash/pin-scenarios.ts';
import { promotionByPolicy } from '../crash/policy-scenarios.ts';
import {
  addsFile,
  changesOwner,
  deletesAlias,
  deletesVersion,
  exchangesFile,
  holds,
  movesAlias,
  rejects,
  withdrawsStatus,
  type ForeignWrite,
} from './foreign-write.ts';
import { holdScenario, liftScenario, rollbackScenario } from './hold-scenarios.ts';
import type { Intent } from './intent.ts';
import { fromCrash, type HostileScenario } from './scenario.ts';
import { servedPromotionScenario, servingScenario } from './serving-scenarios.ts';

const SOURCE = { model: STAGING, version: 1 };
const STATUS = { validation_status: 'approved' };
const ADMIN = 'admin@example.com';

/** What others do to a source and its copy. */
const TO_COPIES: readonly ForeignWrite[] = [
  holds(STAGING, 1),
  deletesVersion(STAGING, 1),
  holds(PROD, 'newest'),
  deletesVersion(PROD, 'newest'),
  exchangesFile(PROD, 'newest', 'model.pkl'),
  addsFile(PROD, 'newest', 'code/__init__.py'),
  changesOwner(PROD, ADMIN),
];

/** What others do to an alias. */
const TO_ALIAS: readonly ForeignWrite[] = [movesAlias(PROD, 'Champion', 3), deletesAlias(PROD, 'Champion')];

/** What the inputs of each scenario ask for. */
const PROMOTION: Intent = {
  model: PROD,
  source: { ...SOURCE, needs: STATUS },
  labels: { on: 'copy', tags: STATUS },
  alias: { name: 'Champion', to: 'copy', needs: STATUS },
};

/** A promotion with every gate; `signIn` with a token that can be renewed. */
export function promotionScenario(signIn: 'token' | 'oauth' = 'token'): HostileScenario {
  return {
    ...fromCrash(promotion(), PROMOTION, signIn),
    prepare: moreVersions,
    foreign: [
      ...TO_COPIES,
      ...TO_ALIAS,
      rejects(STAGING, 1),
      rejects(PROD, 'newest'),
      withdrawsStatus(PROD, 'newest'),
    ],
  };
}

/** A promotion without any gate but those that are built in. */
export function plainPromotionScenario(): HostileScenario {
  return {
    name: 'promote, no gates',
    job: {
      action: 'promote',
      inputs: { source: `models:/${STAGING}/1`, destination: PROD },
      intent: { model: PROD, source: SOURCE, alias: { name: 'Champion', to: 'copy' } },
    },
    prepare: moreVersions,
    foreign: [...TO_COPIES, ...TO_ALIAS],
    faultsOf: (worlds) => [
      ...faultsOfCopy(worlds, 1),
      ...faultsOfMove(worlds, 'Champion', goodCopies(worlds, 1)[0]?.version),
      ...faultsOfOthers(worlds, { newVersions: true, alias: 'Champion' }),
    ],
  };
}

/** A promotion of which no input, but a policy file requires the status that the copy must have when its alias moves. */
export function policyScenario(): HostileScenario {
  const scenario = promotionByPolicy();
  const inputs = Object.fromEntries(
    Object.entries(scenario.inputs).filter(([name]) => !name.startsWith('require-')),
  );
  const intent = { ...PROMOTION, source: SOURCE };
  return {
    ...fromCrash({ ...scenario, inputs }, intent),
    prepare: moreVersions,
    foreign: [...TO_COPIES, ...TO_ALIAS, rejects(PROD, 'newest'), withdrawsStatus(PROD, 'newest')],
  };
}

/** An alias that follows its pin to a copy. */
export function pinScenario(): HostileScenario {
  const alias = { name: 'Champion', to: 'copy', expected: 1 } as const;
  const scenario = followedPin();
  // The action runs in a folder of its own.
  const folder = fileURLToPath(new URL('../../bench/pins', import.meta.url));
  const inputs = { ...scenario.inputs, ...following('copied', 'before', folder) };
  return {
    ...fromCrash({ ...scenario, inputs }, { model: PROD, source: SOURCE, alias }),
    prepare: moreVersions,
    foreign: [...TO_COPIES, ...TO_ALIAS],
  };
}

/** A promotion to a model that it makes, with an owner. */
export function newModelScenario(): HostileScenario {
  const model = 'prod.ml_team.new_model';
  return {
    name: 'promote, to a new model',
    job: {
      action: 'promote',
      inputs: {
        source: `models:/${STAGING}/1`,
        destination: model,
        alias: 'Blue',
        'create-destination': 'true',
        'destination-owner': 'ml-deployers',
      },
      intent: { model, source: SOURCE, alias: { name: 'Blue', to: 'copy' }, owner: 'ml-deployers' },
    },
    foreign: [holds(STAGING, 1), deletesVersion(STAGING, 1)],
    faultsOf({ before, after }) {
      const made = after.models[model];
      const faults: string[] = [];
      if (made?.owner !== 'ml-deployers') faults.push(`The owner of ${model} is ${made?.owner}.`);
      const copy = made?.versions[String(made.aliases['Blue'])];
      if (JSON.stringify(copy?.files) !== JSON.stringify(before.models[STAGING]?.versions['1']?.files))
        faults.push(`Blue names ${made?.aliases['Blue']}, which has not the bytes of the source.`);
      const versions = Object.values(made?.versions ?? {});
      if (versions.length !== 1 || copy?.status !== 'READY')
        faults.push(
          `${model} has ${versions.map(({ version, status }) => `${version} ${status}`).join(', ')}.`,
        );
      const others = Object.entries(after.models).filter(([name]) => name !== model);
      const rest = { ...after, models: Object.fromEntries(others) };
      return [...faults, ...faultsOfOthers({ before, after: rest }, {})];
    },
  };
}

/** A copy alone. */
export function copyScenario(caller: 'owner' | 'creator'): HostileScenario {
  const scenario = smallCopy(caller);
  return { ...fromCrash(scenario, { model: PROD, source: SOURCE }), foreign: TO_COPIES };
}

/** An alias moved, where a certain version is expected before. */
export function aliasScenario(signIn: 'token' | 'oauth' = 'token'): HostileScenario {
  const intent: Intent = { model: PROD, alias: { name: 'Champion', to: 2, expected: 1 } };
  return {
    ...fromCrash(aliasMove(), intent, signIn),
    foreign: [...TO_ALIAS, holds(PROD, 2), deletesVersion(PROD, 2), changesOwner(PROD, ADMIN)],
  };
}

/** An alias deleted. */
export function aliasDeletionScenario(): HostileScenario {
  const intent: Intent = { model: PROD, alias: { name: 'Champion', to: null } };
  return { ...fromCrash(aliasDeletion(), intent), foreign: [...TO_ALIAS, changesOwner(PROD, ADMIN)] };
}

/** A status and other labels set. */
export function labelsScenario(): HostileScenario {
  const tags = { validation_status: 'approved', reviewed: 'yes', draft: null };
  const intent: Intent = { model: PROD, labels: { on: 2, tags, description: 'Reviewed.' } };
  return {
    ...fromCrash(labels(), intent),
    foreign: [holds(PROD, 2), rejects(PROD, 2), deletesVersion(PROD, 2), changesOwner(PROD, ADMIN)],
  };
}

/** Every scenario. */
export const SCENARIOS: readonly HostileScenario[] = [
  promotionScenario(),
  promotionScenario('oauth'),
  plainPromotionScenario(),
  policyScenario(),
  pinScenario(),
  newModelScenario(),
  copyScenario('owner'),
  copyScenario('creator'),
  aliasScenario(),
  aliasScenario('oauth'),
  aliasDeletionScenario(),
  labelsScenario(),
  rollbackScenario(),
  holdScenario(),
  liftScenario(),
  servingScenario(),
  servedPromotionScenario(),
];
