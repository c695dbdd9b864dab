import type { EndpointSnapshot, Metastore, MetastoreSnapshot } from '../../emulator/index.ts';
import { promoter } from '../../emulator/seeds/demo.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';
import { faultsOfAgain, faultsOfCopy, faultsOfMove, faultsOfOthers, goodCopies } from './end-state.ts';
import { badVersion } from './rollback-scenarios.ts';
import { PROMOTER_TOKEN, type Aftermath, type Ended, type Scenario } from './scenario.ts';

/** The endpoints that are updated, unless said otherwise. */
const UPDATED: readonly string[] = ['fraud-eu', 'fraud-rt'];

/** Settings that an update has to keep. */
const SETTINGS = {
  environment_vars: { MODE: 'fast', KEY: '{{secrets/scope/key}}' },
  workload_type: 'CPU',
  workload_size: 'Small',
  scale_to_zero_enabled: false,
};

/** Two endpoints that serve a version of the prod model beside a function of features, and one that nobody names. */
function endpoints(metastore: Metastore, version = 1): void {
  const { workspace } = metastore;
  const features = 'prod.ml_team.features';
  workspace.addFeatureSpec(features);
  for (const name of [...UPDATED, 'fraud-other'])
    workspace.addEndpoint(name, {
      creator: promoter,
      served: [
        { entity_name: PROD, entity_version: String(version), percent: 80, ...SETTINGS },
        { entity_name: features, name: 'features', percent: 20, ...SETTINGS },
      ],
      autoCapture: { catalog_name: 'prod', schema_name: 'ml_team', table_name_prefix: 'p', enabled: true },
    });
  // An update is over when it is first looked at, so that each run sends the same requests.
  workspace.setServingTimes({ build: 0, route: 0 });
}

/** Two endpoints set to the version of an alias. */
export function servedAlias(updated = UPDATED): Scenario {
  return {
    name: `update-serving, ${updated.join(' and ')}`,
    action: 'update-serving',
    inputs: {
      registry: 'databricks',
      model: PROD,
      alias: 'Champion',
      endpoints: updated.join('\n'),
      'keep-previous': 'true',
    },
    token: PROMOTER_TOKEN,
    prepare(metastore) {
      moreVersions(metastore);
      metastore.setAlias(PROD, 'Champion', 2);
      endpoints(metastore);
    },
    faultsOf(aftermath) {
      const { before, after, again } = aftermath;
      return [
        ...lostFaults(aftermath, updated),
        ...updated.flatMap((name) =>
          liveOf(after, name) === 2 && standbyOf(after, name) === 1
            ? []
            : [`${name} serves ${liveOf(after, name)} with ${standbyOf(after, name)} kept, not 2 with 1.`],
        ),
        ...saidFaults(aftermath, updated),
        ...faultsOfOthers({ before, after }, { endpoints: updated }),
        ...faultsOfAgain(again),
      ];
    },
  };
}

/** A promotion that updates them once the alias has moved; or whose updates fail, and alias and routes go back. */
export function servedPromotion(end: 'succeeds' | 'is put back', updated = UPDATED): Scenario {
  const fails = end === 'is put back';
  return {
    name: `promotion with endpoints, ${end}`,
    action: 'promote',
    inputs: {
      registry: 'databricks',
      source: `models:/${STAGING}/1`,
      destination: PROD,
      alias: 'Champion',
      endpoints: updated.join('\n'),
      ...(fails ? { 'on-serving-failure': 'restore' } : {}),
    },
    token: PROMOTER_TOKEN,
    ...(fails ? { outcome: 'blocked' as const } : {}),
    prepare(metastore) {
      moreVersions(metastore);
      endpoints(metastore);
      const failure = { state: 'UPDATE_FAILED', message: 'no space left' } as const;
      if (fails) metastore.workspace.endUpdates('fraud-rt', ...Array.from({ length: 9 }, () => failure));
    },
    // What comes before the alias is struck by the other promotions.
    wants: ({ path }) => path.includes('serving-endpoints') || path.includes('/aliases/'),
    faultsOf(aftermath) {
      const { before, after, again } = aftermath;
      const copy = goodCopies({ before, after }, 1)[0]?.version;
      const worlds = { before, after };
      return [
        ...lostFaults(aftermath, updated),
        ...saidFaults(aftermath, updated),
        ...faultsOfCopy(worlds, 1),
        ...(fails ? [] : [...faultsOfMove(worlds, 'Champion', copy), ...liveFaults(after, updated, copy)]),
        ...faultsOfOthers(worlds, { newVersions: true, alias: 'Champion', endpoints: updated }),
        ...faultsOfAgain(again),
      ];
    },
  };
}

/** An approved plan of a rollback that updates two endpoints, applied. */
export function appliedServing(updated = UPDATED): Scenario {
  return {
    name: 'apply, a rollback with endpoints',
    action: 'apply',
    inputs: { registry: 'databricks' },
    token: PROMOTER_TOKEN,
    plannedBy: {
      action: 'rollback',
      inputs: {
        registry: 'databricks',
        model: PROD,
        alias: 'Champion',
        'from-version': '2',
        reason: 'incident 7',
        endpoints: updated.join('\n'),
      },
    },
    prepare(metastore) {
      badVersion(metastore);
      endpoints(metastore, 2);
    },
    wants: ({ path }) => path.includes('serving-endpoints') || path.includes('/aliases/'),
    faultsOf(aftermath) {
      const { before, after, again } = aftermath;
      return [
        ...lostFaults(aftermath, updated),
        ...liveFaults(after, updated, 1),
        ...saidFaults(aftermath, updated),
        ...faultsOfMove({ before, after }, 'Champion', 1),
        ...faultsOfAgain(again),
      ];
    },
  };
}

/** What an endpoint lost that is not of the version, in between or in the end. */
function lostFaults({ before, between, after }: Aftermath, updated: readonly string[]): string[] {
  return updated.flatMap((name) => [between, after].flatMap((state) => keptFaults(name, before, state)));
}

/** The endpoints whose requests another version gets than was meant. */
function liveFaults(
  state: MetastoreSnapshot,
  updated: readonly string[],
  wanted: number | undefined,
): string[] {
  return updated.flatMap((name) =>
    liveOf(state, name) === wanted ? [] : [`${name} serves ${liveOf(state, name)}, not ${wanted}.`],
  );
}

type Served = EndpointSnapshot['served'][string];

function ownOf(state: MetastoreSnapshot, endpoint: string): Served[] {
  return Object.values(state.endpoints[endpoint]?.served ?? {}).filter(
    ({ fields }) => fields['entity_name'] === PROD,
  );
}

/** The version of the model that gets requests. */
function liveOf(state: MetastoreSnapshot, endpoint: string): number | undefined {
  const live = ownOf(state, endpoint).filter(({ percentage }) => percentage > 0);
  return live.length === 1 ? Number(live[0]?.fields['entity_version']) : undefined;
}

/** The version of the model that is deployed without requests. */
function standbyOf(state: MetastoreSnapshot, endpoint: string): number | undefined {
  const kept = ownOf(state, endpoint).filter(({ percentage }) => percentage === 0);
  return kept.length === 1 ? Number(kept[0]?.fields['entity_version']) : undefined;
}

/** What is wrong with what an update has to keep: settings, the other entity, its share, and all else of the endpoint. */
function keptFaults(endpoint: string, before: MetastoreSnapshot, now: MetastoreSnapshot): string[] {
  const rest = (state: MetastoreSnapshot) =>
    JSON.stringify([state.endpoints[endpoint]?.rest, state.endpoints[endpoint]?.served['features']]);
  const faults =
    rest(before) === rest(now) ? [] : [`${endpoint} has lost something that is not of the model.`];
  const own = ownOf(now, endpoint);
  const share = own.reduce((sum, { percentage }) => sum + percentage, 0);
  if (share !== 80) faults.push(`The versions on ${endpoint} share ${share} %, not 80.`);
  for (const { fields } of own) {
    const kept = Object.fromEntries(Object.keys(SETTINGS).map((key) => [key, fields[key]]));
    if (JSON.stringify(kept) !== JSON.stringify(SETTINGS))
      faults.push(`${endpoint} serves ${String(fields['entity_version'])} with ${JSON.stringify(kept)}.`);
  }
  return faults;
}

/** Alias and endpoints are never apart where a run said that all is well, or that all was put back. */
function saidFaults({ between, after, struck, again }: Aftermath, updated: readonly string[]): string[] {
  return [
    ...(struck === undefined ? [] : apartUnsaid(struck, between, updated)),
    ...apartUnsaid(again, after, updated),
  ];
}

function apartUnsaid(
  { outcome, said }: Ended,
  state: MetastoreSnapshot,
  updated: readonly string[],
): string[] {
  const isWell = outcome === 'ok' || outcome === 'noop';
  const isBack = /The alias.* put back\.$/u.test(said);
  return isWell || isBack ? apartFaults(state, updated).map((fault) => `It says “${said}”: ${fault}`) : [];
}

/** What of the endpoints is not the version that the alias names; version 1 is where all began. */
function apartFaults(state: MetastoreSnapshot, updated: readonly string[]): string[] {
  const named = state.models[PROD]?.aliases['Champion'];
  return updated.flatMap((name) =>
    liveOf(state, name) === named
      ? []
      : [`${name} serves ${liveOf(state, name)}, and Champion names ${named}.`],
  );
}
