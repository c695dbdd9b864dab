import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files of a version: relative path with `/` → content. */
export type ModelFiles = Record<string, Uint8Array | string>;

const fixtures = fileURLToPath(new URL('../../test/fixtures/', import.meta.url));

/** Every file of a fixture model saved by the real MLflow; `undefined` when this checkout has none of that name. */
export function fixture(name: string): ModelFiles | undefined {
  const root = join(fixtures, name);
  if (!existsSync(join(root, 'MLmodel'))) return undefined;
  const files: ModelFiles = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(root, path).split(sep).join('/')] = readFileSync(path);
  }
  return files;
}

/** A small model folder for checkouts without fixtures: the metadata is right, the weights are a text. */
export function builtInModel(weights = 'current'): ModelFiles {
  return {
    MLmodel: mlmodel,
    'conda.yaml': 'name: model\ndependencies:\n- python=3.11\n- pip:\n  - mlflow\n',
    'python_env.yaml': 'python: 3.11.7\ndependencies:\n- -r requirements.txt\n',
    'requirements.txt': 'mlflow==3.17.2\nscikit-learn==1.7.2\n',
    'model.pkl': `stand-in for the weights (${weights})\n`,
    'metadata/notes.txt': 'Made by the emulator.\n',
  };
}

/** The same folder with an MLmodel that has no `signature` key. */
export function withoutSignature(files: ModelFiles): ModelFiles {
  const text = Buffer.from(files['MLmodel'] ?? '').toString('utf8');
  return { ...files, MLmodel: text.replace(/^signature:.*\r?\n(?:[ ]+.*(?:\r?\n|$))*/m, '') };
}

const mlmodel = `artifact_path: model
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.11.7
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.7.2
mlflow_version: 3.17.2
model_uuid: 6c0f6f52b0f54b7a9a1f2f0d3f1f7d11
run_id: a1b2c3d4e5f60718293a4b5c6d7e8f90
signature:
  inputs: '[{"type": "double", "name": "amount", "required": true}, {"type": "long", "name": "hour", "required": true}]'
  outputs: '[{"type": "long", "name": "fraud", "required": true}]'
  params: null
utc_time_created: '2026-09-30 12:00:00.000000'
`;
