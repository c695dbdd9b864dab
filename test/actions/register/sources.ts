import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Emulator } from '../../../emulator/index.ts';
import { GOOD_FILES } from '../../../emulator/seeds/demo-models.ts';

/** A run, the model that it logged as a folder, and the model that it logged by itself. */
export const RUN = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
export const LOGGED = 'm-00112233445566778899aabbccddeeff';

/** Where each kind of source lies; the folder is made by {@link folderOf}. */
export const SOURCES = {
  run: `runs:/${RUN}/model`,
  'a logged model of a run': `runs:/${RUN}/classifier`,
  'logged model': `models:/${LOGGED}`,
  'workspace version': 'models:/fraud/3',
} as const;

/** Files of a model, and where they lie among the artifacts of a run. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Puts what can be registered into a workspace: each source has the same files. */
export function addSources({ metastore }: Emulator, files: Files = GOOD_FILES): void {
  const below = (folder: string) =>
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
  metastore.addRun({
    runId: RUN,
    experimentId: '17',
    tags: { 'mlflow.databricks.jobID': '77', 'mlflow.databricks.jobRunID': '99', 'mlflow.user': 'ada' },
    outputs: [{ modelId: LOGGED, step: 1 }],
    files: { ...below('model'), 'plots/roc.txt': 'no model' },
  });
  metastore.addLoggedModel({
    modelId: LOGGED,
    experimentId: '17',
    name: 'classifier',
    sourceRunId: RUN,
    files,
  });
  metastore.addWorkspaceVersion('fraud', {
    version: 3,
    runId: RUN,
    description: 'From the workspace.',
    tags: { dataset: 'transactions_q3', validation_status: 'approved' },
    files,
  });
}

/** A folder of the runner with files; it is removed when the test ends. */
export async function folderOf(files: Files = GOOD_FILES): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-model-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}
