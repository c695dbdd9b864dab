import type { MetastoreSnapshot } from '../../emulator/index.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import {
  faultsOfAgain,
  faultsOfCopy,
  faultsOfMove,
  faultsOfOthers,
  goodCopies,
  newestMove,
} from './end-state.ts';
import { PROMOTER_TOKEN, type Aftermath, type Scenario } from './scenario.ts';

/** A whole promotion: gates, copy, status, alias, record of the move. */
export function promotion(): Scenario {
  return {
    name: 'promote',
    action: 'promote',
    inputs: {
      registry: 'databricks',
      source: `models:/${STAGING}/1`,
      destination: PROD,
      'require-status': 'approved',
      'set-status': 'approved',
      'require-destination-status': 'approved',
    },
    token: PROMOTER_TOKEN,
    faultsOf: (aftermath) => [
      ...faultsOfCopy(aftermath, 1, 'approved'),
      ...faultsOfMove(aftermath, 'Champion', goodCopies(aftermath, 1)[0]?.version),
      ...faultsOfOthers(aftermath, { newVersions: true, alias: 'Champion' }),
      ...faultsOfAgain(aftermath.again),
    ],
  };
}

/** An alias moved to a version that is there. */
export function aliasMove(): Scenario {
  return aliasScenario('set-alias, a move', { version: '2', 'expected-version': '1' }, 2);
}

/** An alias deleted. */
export function aliasDeletion(): Scenario {
  return aliasScenario('set-alias, a deletion', { delete: 'true' }, undefined);
}

function aliasScenario(
  name: string,
  inputs: Readonly<Record<string, string>>,
  to: number | undefined,
): Scenario {
  return {
    name,
    action: 'set-alias',
    inputs: { registry: 'databricks', model: PROD, alias: 'Champion', ...inputs },
    token: PROMOTER_TOKEN,
    prepare: moreVersions,
    faultsOf: (aftermath) => [
      ...faultsOfMove(aftermath, 'Champion', to),
      ...faultsOfOthers(aftermath, { alias: 'Champion' }),
      ...faultsOfAgain(aftermath.again),
    ],
  };
}

/** A status and other labels of a version, set and removed in one step. */
export function labels(): Scenario {
  return {
    name: 'tag-status',
    action: 'tag-status',
    inputs: {
      registry: 'databricks',
      model: PROD,
      version: '2',
      status: 'approved',
      tags: 'reviewed=yes',
      'remove-tags': 'draft',
      description: 'Reviewed.',
    },
    token: PROMOTER_TOKEN,
    prepare(metastore) {
      moreVersions(metastore);
      metastore.setTags(PROD, { draft: 'yes' }, 2);
    },
    faultsOf: (aftermath) => [
      ...faultsOfLabels(aftermath),
      ...faultsOfOthers(aftermath, {
        tags: { version: 2, keys: ['validation_status', 'reviewed', 'draft'] },
        description: 2,
      }),
      ...faultsOfAgain(aftermath.again),
    ],
  };
}

function faultsOfLabels({ after }: Aftermath): string[] {
  const version = after.models[PROD]?.versions['2'];
  const found = JSON.stringify([version?.tags, version?.description]);
  const wanted = JSON.stringify([{ reviewed: 'yes', validation_status: 'approved' }, 'Reviewed.']);
  return found === wanted ? [] : [`Version 2 has ${found}, not ${wanted}.`];
}

/** A promotion to a model that it creates, with its owner. */
export function newModelPromotion(): Scenario {
  const destination = 'prod.ml_team.new_model';
  return {
    name: 'promote, to a new model',
    action: 'promote',
    inputs: {
      registry: 'databricks',
      source: `models:/${STAGING}/1`,
      destination,
      'create-destination': 'true',
      'destination-owner': 'ml-deployers',
    },
    token: PROMOTER_TOKEN,
    // What comes after the model is made is that of any promotion.
    wants: ({ path }) =>
      /registered-models\/(?:create|set-tag)$|\/models\/prod\.ml_team\.new_model(?:\/|$)/u.test(path),
    faultsOf: ({ before, after, again }) => {
      const model = after.models[destination];
      const faults = faultsOfOthers({ before, after: without(after, destination) }, {});
      if (model === undefined) return ['There is no model.', ...faults];
      if (model.owner !== 'ml-deployers') faults.push(`The owner is ${model.owner}.`);
      if (Object.keys(model.versions).length !== 1 || model.aliases['Champion'] === undefined)
        faults.push(
          `Versions ${Object.keys(model.versions).join(', ')}, Champion ${model.aliases['Champion']}.`,
        );
      if (newestMove(model, 'Champion') !== JSON.stringify([null, model.aliases['Champion']]))
        faults.push('The newest record of Champion is not its creation.');
      return [...faults, ...faultsOfAgain(again)];
    },
  };
}

function without(state: MetastoreSnapshot, name: string): MetastoreSnapshot {
  const models = Object.entries(state.models).filter(([each]) => each !== name);
  return { ...state, models: Object.fromEntries(models) };
}
