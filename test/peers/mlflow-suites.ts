import { join } from 'node:path';
import { runCases } from './script.ts';
import type { PeerContext } from './script.ts';
import { check, failure } from './outcome.ts';
import type { CaseResult } from './outcome.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

type Switches = Parameters<typeof startWorld>[0];

interface Lane {
  readonly name: string;
  readonly script: 'life.py' | 'table.py' | 'sdk.py' | 'large.py';
  readonly switches?: Switches;
  readonly env?: Readonly<Record<string, string>>;
}

const filesApi = { MLFLOW_USE_DATABRICKS_SDK_MODEL_ARTIFACTS_REPO_FOR_UC: 'true' };

function argumentsOf(script: Lane['script'], fixtures: string): readonly string[] {
  const model = join(fixtures, 'fraud_detection');
  const all: Record<Lane['script'], readonly string[]> = {
    'life.py': [model, 'staging.ml_team', 'prod.ml_team'],
    'table.py': [join(fixtures, 'mlmodel'), 'staging.ml_team'],
    'sdk.py': [model, 'staging.ml_team'],
    'large.py': [model, 'staging.ml_team'],
  };
  return all[script];
}

/** The same life of a model by every road that MLflow's client knows, and the two scripts that need one road only. */
const lanes: readonly Lane[] = [
  { name: 'mlflow, Files API', script: 'life.py', switches: { filesMode: 'files-api' } },
  {
    name: 'mlflow, Files API forced',
    script: 'life.py',
    switches: { filesMode: 'presigned' },
    env: filesApi,
  },
  { name: 'mlflow, presigned URLs', script: 'life.py', switches: { filesMode: 'presigned' } },
  { name: 'mlflow, no presigning', script: 'life.py', switches: { presign: 'refused' } },
  { name: 'mlflow, own HTTP client', script: 'life.py', env: { MLFLOW_ENABLE_DB_SDK: 'false' } },
  {
    name: 'mlflow, native dialect',
    script: 'life.py',
    switches: { nativeEnriched: true },
    env: { MLFLOW_ENABLE_UC_NATIVE_MODEL_REGISTRY: 'true' },
  },
  {
    name: 'mlflow, liberties of the API',
    script: 'life.py',
    switches: {
      smallPages: true,
      emptyPages: true,
      shuffledLists: true,
      numbersAsStrings: true,
      unknownFields: true,
      aliasCaseReturned: 'lower',
    },
  },
  { name: 'registration', script: 'table.py' },
  { name: 'databricks-sdk', script: 'sdk.py' },
  { name: 'multipart upload', script: 'large.py', switches: { uploadProtocol: 'multipart' }, env: filesApi },
  { name: 'resumable upload', script: 'large.py', switches: { uploadProtocol: 'resumable' }, env: filesApi },
  { name: 'large file, no presigning', script: 'large.py', switches: { presign: 'refused' }, env: filesApi },
];

/** Runs MLflow's client and the Databricks SDK alone against the emulator, a fresh one for every lane. */
export async function* mlflowSuites({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  for (const lane of lanes.filter(({ name }) => wanted(name))) {
    let world: World;
    try {
      world = await startWorld(lane.switches);
    } catch (error) {
      yield failure(`${lane.name}: the emulator starts`, error);
      continue;
    }
    const { emulator, token } = world;
    try {
      const { script, name: prefix } = lane;
      const server = { python, url: emulator.url, token, env: lane.env ?? {} };
      yield* await runCases(server, prefix, script, argumentsOf(script, fixtures));
      yield await check(`${prefix}: nothing sent that the protocol does not know`, () =>
        noViolations(emulator),
      );
    } finally {
      await emulator.close();
    }
  }
}

function noViolations(emulator: World['emulator']): string {
  if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
  return `${emulator.requests.length} requests`;
}
