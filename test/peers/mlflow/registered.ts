import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emulator } from '../../../emulator/index.ts';
import { actionExists, expectCode, runAction } from '../harness/action.ts';
import { RUN, startDemoEmulator } from '../harness/demo-emulator.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext, Server } from '../harness/script.ts';
import { callMlflow, predictResponse, type Operation } from './client.ts';
import { dependentTexts } from './dependent-model.ts';

const name = 'register-version';

const LOGGED = 'm-00112233445566778899aabbccddeeff';
const JOB = { 'mlflow.databricks.jobID': '77', 'mlflow.databricks.jobRunID': '99' };

/** What is registered by both, and how MLflow's client is asked for it. */
interface Kind {
  readonly title: string;
  readonly source: string;
  readonly theirs: (source: string, model: string) => Operation;
}

const byUri = (uri: string, model: string): Operation => ({ do: 'register_uri', uri, model });

/** A source of each kind, the same model in each. */
const kindsOf = (folder: string): readonly Kind[] => [
  { title: 'a folder of a run', source: `runs:/${RUN.runId}/model`, theirs: byUri },
  { title: 'a logged model by its run', source: `runs:/${RUN.runId}/classifier`, theirs: byUri },
  { title: 'a logged model', source: `models:/${LOGGED}`, theirs: byUri },
  {
    title: 'a version of the workspace registry',
    source: 'models:/fraud/3',
    theirs: (source, destination) => ({ do: 'migrate', source, destination }),
  },
  { title: 'a folder of the machine', source: folder, theirs: byUri },
];

/** Switches by which each route to artifacts is taken once. */
const ROUTES = ['files-api', 'artifact-calls'] as const;

/** The same sources registered by MLflow's client and by our action, beside each other on one emulator, field by field. */
export async function* registered({ python, fixtures, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(name)) return;
  if (!(await actionExists(name))) {
    yield missingBundle(name, name);
    return;
  }
  const folder = join(fixtures, 'fraud_detection');
  for (const artifactRoute of ROUTES) {
    const { emulator, token } = await startDemoEmulator({ artifactRoute });
    const server = { python, url: emulator.url, token, env: { MLFLOW_TRACKING_URI: 'databricks' } };
    try {
      await addSources(emulator, folder);
      for (const [index, kind] of kindsOf(folder).entries()) {
        const short = `${artifactRoute.replaceAll('-', '_')}_${index}`;
        const models = [`staging.ml_team.${short}_by_mlflow`, `staging.ml_team.${short}_by_us`] as const;
        yield await check(`${name}: ${kind.title}, by ${artifactRoute}, field by field`, async () => {
          await callMlflow(server, [kind.theirs(kind.source, models[0])]);
          const result = await runAction({
            action: name,
            with: { source: kind.source, destination: models[1], 'create-destination': 'true' },
            url: emulator.url,
            host: emulator,
            token,
          });
          expectCode(result, 0);
          const [theirs, ours] = models.map((model) => writtenOf(emulator, model));
          same(ours, theirs, 'what both wrote');
          return `${Object.keys(theirs ?? {}).length} fields`;
        });
        yield await check(`${name}: ${kind.title}, by ${artifactRoute}: MLflow predicts the same`, () =>
          predictsTheSame(server, models),
        );
      }
      yield await check(`${name}: nothing sent by ${artifactRoute} that the protocol does not know`, () => {
        same(emulator.violations, [], 'violations');
        return `${emulator.requests.length} requests`;
      });
    } finally {
      await emulator.close();
    }
  }
}

/** Puts the same model into a run, a logged model and the registry of the workspace; it depends on other objects. */
async function addSources({ metastore }: Emulator, folder: string): Promise<void> {
  const files: Record<string, Uint8Array> = {};
  for (const file of await readdir(folder)) files[file] = await readFile(join(folder, file));
  files['MLmodel'] = Buffer.concat([files['MLmodel'] ?? Buffer.of(), Buffer.from(dependentTexts.resources)]);
  const inRun = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`model/${path}`, bytes]));
  metastore.addRun({
    ...RUN,
    experimentId: '17',
    tags: JOB,
    outputs: [{ modelId: LOGGED, step: 1 }],
    files: inRun,
  });
  metastore.addLoggedModel({
    modelId: LOGGED,
    experimentId: '17',
    name: 'classifier',
    sourceRunId: RUN.runId,
    files,
  });
  metastore.addWorkspaceVersion('fraud', { version: 3, runId: RUN.runId, files });
}

/** A file that MLflow's own download writes into the folder, no part of the model. */
const STRAY = 'registered_model_meta';

/** What both write of a version: everything but our tags, and but what an MLflow download adds. */
function writtenOf(emulator: Emulator, model: string): Record<string, unknown> {
  const version = emulator.metastore.model(model).versions.get(1);
  if (version === undefined) throw new Error(`${model} has no version 1`);
  const state = emulator.state().models[model]?.versions['1'];
  const files = Object.entries(state?.files ?? {}).filter(([path]) => path !== STRAY);
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return {
    status: version.status,
    source: version.source,
    runId: version.runId,
    runTrackingServerId: version.runTrackingServerId,
    modelId: version.modelId,
    description: version.description,
    dependencies: [...version.dependencies].sort(byName),
    tags: Object.fromEntries([...version.tags].filter(([key]) => !key.startsWith('uc_promote_'))),
    files: Object.fromEntries(files),
    owner: emulator.state().models[model]?.owner,
  };
}

async function predictsTheSame(server: Server, models: readonly string[]): Promise<string> {
  const answers = await callMlflow(
    server,
    models.map((model) => ({ do: 'predict', uri: `models:/${model}/1` })),
  );
  const [theirs, ours] = answers.map((answer) => predictResponse.parse(answer));
  same(ours, theirs, 'predictions');
  return `${ours?.is_fraud.length ?? 0} rows`;
}
