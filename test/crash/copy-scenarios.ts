import type { Metastore } from '../../emulator/index.ts';
import { PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { addLargeVersion } from '../actions/copy/large-models.ts';
import { faultsOfAgain, faultsOfCopy, faultsOfOthers } from './end-state.ts';
import { PROMOTER_TOKEN, type Aftermath, type Point, type Scenario } from './scenario.ts';

/** What the demo's promoter is to the destination: its owner, or only allowed to create versions. */
export type Caller = 'owner' | 'creator';

/** Whose storage, as the emulator's switch names it. */
type Cloud = 'aws' | 'azure' | 'gcp';

/** Requests that only large files cause. */
const LARGE_ONLY =
  /^\/cloud-storage\/|^\/object-store\/|temporary-credentials|\/create-[a-z-]*url|^\/api\/2\.0\/fs\/files\/.*weights/u;

/** Takes the promoter's ownership away, and gives what is needed to create versions. */
export function asCreator(metastore: Metastore): void {
  const model = metastore.state.models.get(PROD);
  if (model === undefined) throw new Error(`The demo has no ${PROD}.`);
  model.owner = 'ada@example.com';
  metastore.grant('function', PROD, PROMOTER, ['CREATE_MODEL_VERSION', 'EXECUTE', 'APPLY_TAG']);
}

/** A copy of a small model. */
export function smallCopy(caller: Caller): Scenario {
  return copyScenario(caller, `copy by the ${caller}`, 1, {});
}

/** A copy of a small model, whose files nobody can read before it is finalized. */
export function hiddenCopy(caller: Caller): Scenario {
  return copyScenario(caller, `copy (hidden while pending) by the ${caller}`, 1, {
    emulator: { switches: { pendingReadable: false, pendingReadableByWriters: false } },
  });
}

/** A copy of a model with a file of 53 MiB: eleven parts. Only what the large file causes is tried. */
export function largeCopy(caller: Caller, uploadProtocol: 'multipart' | 'resumable'): Scenario {
  return copyScenario(caller, `large copy (${uploadProtocol}) by the ${caller}`, 3, {
    emulator: { switches: { uploadProtocol } },
    prepare: (metastore) => void addLargeVersion(metastore, 53),
    wants: ({ path }: Point) => LARGE_ONLY.test(path),
  });
}

/** The same file through the workspace, since no URL is signed. */
export function workspaceCopy(caller: Caller): Scenario {
  return copyScenario(caller, `large copy (workspace) by the ${caller}`, 3, {
    emulator: { switches: { presign: 'refused' } },
    prepare: (metastore) => void addLargeVersion(metastore, 53),
    wants: ({ path }: Point) => LARGE_ONLY.test(path),
  });
}

/** What writes in the copy of a small model, struck in two runs one after the other. */
export function twiceStruck(caller: Caller): Scenario {
  return copyScenario(caller, `copy by the ${caller}, struck twice`, 1, {
    rounds: 2,
    wants: ({ method, path }: Point) => method !== 'GET' && (isOnce(path) || /MLmodel$/u.test(path)),
  });
}

const isOnce = (path: string) => /model-versions\/(?:create|finalize|set-tag)$/u.test(path);

/** The same file by temporary credentials, since every other route is closed. Only what goes to the storage is tried. */
export function storageCopy(caller: Caller, cloud: Cloud): Scenario {
  return {
    ...refusedCopy(caller, cloud),
    name: `large copy (temporary credentials, ${cloud}) by the ${caller}`,
    wants: ({ path }: Point) => /^\/object-store\/|temporary-credentials/u.test(path),
  };
}

/** As {@link storageCopy}, and the routes that are found closed before are tried too. */
export function refusedCopy(caller: Caller, cloud: Cloud): Scenario {
  return copyScenario(caller, `large copy (after refusals, ${cloud}) by the ${caller}`, 3, {
    emulator: {
      switches: { presign: 'refused', largeThroughWorkspace: 'refused', vendedCredentials: cloud },
    },
    prepare: (metastore) => void addLargeVersion(metastore, 53),
    wants: ({ path }: Point) => LARGE_ONLY.test(path),
  });
}

/** A small model by temporary credentials alone, since the Files API is closed: whole files, lists. */
export function closedApiCopy(caller: Caller, cloud: Cloud): Scenario {
  return copyScenario(caller, `small copy (temporary credentials, ${cloud}) by the ${caller}`, 1, {
    emulator: { switches: { filesApi: 'denied', vendedCredentials: cloud } },
    wants: ({ path }: Point) => LARGE_ONLY.test(path),
  });
}

/** A copy of a version of the staging model, and what must hold after it. */
export function copyScenario(
  caller: Caller,
  name: string,
  source: number,
  world: Pick<Scenario, 'emulator' | 'prepare' | 'wants' | 'rounds' | 'sharesStrikes' | 'meddler'>,
): Scenario {
  return {
    ...world,
    name,
    action: 'copy-version',
    inputs: { registry: 'databricks', source: `models:/${STAGING}/${source}`, destination: PROD },
    token: PROMOTER_TOKEN,
    prepare(metastore) {
      world.prepare?.(metastore);
      if (caller === 'creator') asCreator(metastore);
    },
    faultsOf: (aftermath) => copyFaults(aftermath, source),
  };
}

/** What must hold after a copy, however often it was struck and begun again. */
function copyFaults(aftermath: Aftermath, source: number): string[] {
  return [
    ...faultsOfCopy(aftermath, source),
    ...faultsOfOthers(aftermath, { newVersions: true }),
    ...faultsOfAgain(aftermath.again),
  ];
}
