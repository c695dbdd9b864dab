import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { servedAlias, servedPromotion } from '../crash/serving-scenarios.ts';
import {
  changesOwner,
  changesVariable,
  deletesAlias,
  deletesEndpoint,
  holds,
  movesAlias,
  servesVersion,
  withdrawsEndpoint,
  type ForeignWrite,
} from './foreign-write.ts';
import { fromCrash, type HostileScenario } from './scenario.ts';

const ENDPOINT = { name: 'fraud-rt', alias: 'Champion' };

/** What others do to an endpoint and its alias. */
const TO_ENDPOINT: readonly ForeignWrite[] = [
  changesVariable(ENDPOINT.name),
  servesVersion(ENDPOINT.name, 1),
  deletesEndpoint(ENDPOINT.name),
  withdrawsEndpoint(ENDPOINT.name),
  movesAlias(PROD, ENDPOINT.alias, 3),
  deletesAlias(PROD, ENDPOINT.alias),
  changesOwner(PROD, 'admin@example.com'),
];

/** An endpoint set to the version of an alias. */
export function servingScenario(): HostileScenario {
  return {
    ...fromCrash(servedAlias([ENDPOINT.name]), { model: PROD, endpoint: ENDPOINT }),
    foreign: [...TO_ENDPOINT, holds(PROD, 2)],
  };
}

/** A promotion that updates an endpoint once the alias has moved. */
export function servedPromotionScenario(): HostileScenario {
  return {
    ...fromCrash(servedPromotion('succeeds', [ENDPOINT.name]), {
      model: PROD,
      source: { model: STAGING, version: 1 },
      alias: { name: ENDPOINT.alias, to: 'copy' },
      endpoint: ENDPOINT,
    }),
    foreign: [...TO_ENDPOINT, holds(PROD, 'newest'), holds(STAGING, 1)],
  };
}
