import type { Metastore } from '../../emulator/index.ts';
import { GOOD_FILES, PROD, RUN, STAGING } from '../../emulator/seeds/demo-models.ts';
import { asCreator, type Caller } from './copy-scenarios.ts';
import { faultsOfAgain, faultsOfOthers, newVersions } from './end-state.ts';
import { PROMOTER_TOKEN, type Aftermath, type Scenario } from './scenario.ts';

/** A logged model of the demo's run, with the files of the staging model. */
const LOGGED = 'm-00112233445566778899aabbccddeeff';

/** A model of a run becomes a version, through the Files API. */
export function registeredRun(caller: Caller): Scenario {
  return registration(`register a run by the ${caller}`, `runs:/${RUN}/model`, caller, {});
}

/** A logged model becomes a version, by the calls for artifacts alone. */
export function registeredModel(caller: Caller): Scenario {
  return registration(`register a logged model by the ${caller}`, `models:/${LOGGED}`, caller, {
    emulator: { switches: { artifactRoute: 'artifact-calls' } },
    prepare: (metastore) =>
      metastore.addLoggedModel({
        modelId: LOGGED,
        experimentId: '17',
        name: 'classifier',
        sourceRunId: RUN,
        files: GOOD_FILES,
      }),
  });
}

/** A model of a run becomes the first version of a model that is made for it. */
export function registeredInNewModel(): Scenario {
  const scenario = registration('register a run in a new model', `runs:/${RUN}/model`, 'owner', {});
  const destination = 'prod.ml_team.fresh';
  return {
    ...scenario,
    inputs: {
      ...scenario.inputs,
      destination,
      'create-destination': 'true',
      'destination-owner': 'ml-deployers',
    },
    faultsOf: ({ before, after, again }) => {
      const made = after.models[destination];
      const versions = Object.values(made?.versions ?? {});
      const [only, ...more] = versions;
      const { [destination]: _made, ...others } = after.models;
      return [
        ...(made?.owner === 'ml-deployers' ? [] : [`The owner is ${made?.owner}.`]),
        ...(only?.status === 'READY' && more.length === 0 ? [] : [`There are ${versions.length} versions.`]),
        ...(JSON.stringify(others) === JSON.stringify(before.models) ? [] : ['Another model has changed.']),
        ...faultsOfAgain(again),
      ];
    },
  };
}

function registration(
  name: string,
  source: string,
  caller: Caller,
  world: Pick<Scenario, 'emulator'> & { readonly prepare?: (metastore: Metastore) => void },
): Scenario {
  return {
    name,
    action: 'register-version',
    inputs: { registry: 'databricks', source, destination: PROD },
    token: PROMOTER_TOKEN,
    ...(world.emulator === undefined ? {} : { emulator: world.emulator }),
    prepare(metastore) {
      world.prepare?.(metastore);
      if (caller === 'creator') asCreator(metastore);
    },
    faultsOf: (aftermath) => [
      ...faultsOfRegistered(aftermath, source),
      ...faultsOfOthers(aftermath, { newVersions: true }),
      ...faultsOfAgain(aftermath.again),
    ],
  };
}

/** What is wrong with the one version that there has to be: however often it was begun, no other and no half of one is left. */
function faultsOfRegistered(aftermath: Aftermath, source: string): string[] {
  const made = newVersions(aftermath);
  const good = made.filter(
    ({ status, tags }) =>
      status === 'READY' &&
      tags['uc_promote_origin'] === source &&
      tags['uc_promote_hold'] === undefined &&
      tags['uc_promote_digest'] !== undefined,
  );
  const wanted = aftermath.before.models[STAGING]?.versions['1']?.files;
  return [
    ...(good.length === 1 ? [] : [`There are ${good.length} READY versions without hold.`]),
    ...good
      .filter(({ files }) => JSON.stringify(files) !== JSON.stringify(wanted))
      .map(({ version }) => `Version ${version} has other files than the source.`),
    ...good
      .filter(({ runId }) => runId !== RUN)
      .map(({ version }) => `Version ${version} does not name the run.`),
    ...made
      .filter(({ status }) => status !== 'READY')
      .map(({ version }) => `Version ${version} is left behind.`),
  ];
}
