import type { ModelDependency } from '../domain/model.ts';
import type { SignatureFacts, TypeHints } from '../domain/model-signature.ts';
import { ContentError } from './content-error.ts';
import { readDependencies } from './dependencies.ts';
import { parseSignature } from './signature.ts';
import { isTruthyYaml, readYaml, type YamlValue } from './yaml-tree.ts';

/** What the `MLmodel` file of a version says, as far as a check or a copy needs it. */
export interface Mlmodel {
  readonly signature: SignatureFacts;
  /** Names of the flavors, in the order of the file. */
  readonly flavors: readonly string[];
  readonly dependencies: readonly ModelDependency[];
  /** True when Databricks Feature Store packaged it: MLflow registers such a model only on a Databricks cluster. */
  readonly featureStorePackaged: boolean;
  readonly modelId?: string;
  readonly runId?: string;
}

/** The largest `MLmodel` file worth reading, in bytes: real ones have some kilobytes. Callers refuse larger ones before they fetch them. */
export const MAX_MLMODEL_BYTES = 10_000_000;

/** The loader that MLflow's client refuses outside Databricks (MLflow 3.17 `models/model.py`). */
const FEATURE_STORE_LOADER = 'databricks.feature_store.mlflow_model';

/** What an `MLmodel` file says about its signature: {@link parseMlmodel} for those who need no more. */
export async function readMlmodel(bytes: Uint8Array | undefined): Promise<SignatureFacts> {
  return (await parseMlmodel(bytes)).signature;
}

/**
 * Reads the bytes of an `MLmodel` file, undefined for a version without one. Content never makes it throw: what cannot
 * be read becomes `state: 'unreadable'` with one sentence (format: uc-protocol §8.1; MLflow 3.17 `models/model.py`).
 */
export async function parseMlmodel(bytes: Uint8Array | undefined): Promise<Mlmodel> {
  if (bytes === undefined) return withoutRest({ state: 'missing-file' });
  try {
    return readRoot(await readRootMap(bytes));
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return withoutRest({ state: 'unreadable', problem: error.message, flavors: [] });
  }
}

function withoutRest(signature: SignatureFacts): Mlmodel {
  return { signature, flavors: [], dependencies: [], featureStorePackaged: false };
}

async function readRootMap(bytes: Uint8Array): Promise<ReadonlyMap<string, YamlValue>> {
  if (bytes.byteLength > MAX_MLMODEL_BYTES) {
    throw new ContentError(
      `The MLmodel file has ${bytes.byteLength} bytes; at most ${MAX_MLMODEL_BYTES} are read.`,
    );
  }
  const text = decode(bytes);
  if (text.trim() === '') throw new ContentError('The MLmodel file is empty.');
  if (/^\s*<(?:!doctype|html)/iu.test(text)) {
    throw new ContentError('The MLmodel file is an HTML page, perhaps of a login, and no YAML.');
  }
  try {
    const root = (await readYaml(text)).map;
    if (root !== undefined) return root;
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw new ContentError(`The MLmodel file cannot be read as YAML: ${error.message}.`);
  }
  throw new ContentError('The MLmodel file is YAML without keys, so it describes no model.');
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new ContentError('The MLmodel file is no UTF-8 text.');
    throw error;
  }
}

function readRoot(root: ReadonlyMap<string, YamlValue>): Mlmodel {
  const flavors = root.get('flavors')?.map;
  const names = [...(flavors?.keys() ?? [])];
  const modelId = root.get('model_id')?.text;
  const runId = root.get('run_id')?.text;
  return {
    signature: readSignature(root, names),
    flavors: names,
    dependencies: readDependencies(root),
    featureStorePackaged:
      flavors?.get('python_function')?.map?.get('loader_module')?.text === FEATURE_STORE_LOADER,
    ...(modelId === undefined ? {} : { modelId }),
    ...(runId === undefined ? {} : { runId }),
  };
}

function readSignature(root: ReadonlyMap<string, YamlValue>, flavors: readonly string[]): SignatureFacts {
  const value = root.get('signature');
  if (value === undefined || value.isNull) return { state: 'absent', flavors };
  const parts = value.map;
  if (parts === undefined) {
    return {
      state: 'unreadable',
      problem: 'The signature in the MLmodel file is not a map of its parts.',
      flavors,
    };
  }
  const texts = { inputs: '', outputs: '', params: '' };
  for (const part of ['inputs', 'outputs', 'params'] as const) {
    const given = parts.get(part);
    const text = given === undefined || isEmpty(given) ? '' : given.text;
    if (text === undefined) {
      return {
        state: 'unreadable',
        problem: `The ${part} of the signature are not a text that holds JSON.`,
        flavors,
      };
    }
    texts[part] = text;
  }
  const reading = parseSignature(texts);
  if (!reading.ok) return { state: 'unreadable', problem: reading.problem, flavors };
  const typeHints = readTypeHints(root);
  const hints = typeHints === undefined ? {} : { typeHints };
  return { state: 'declared', signature: { ...reading.signature, ...hints }, flavors };
}

/** With both flags set MLflow heeds the first (3.17 `pyfunc/__init__.py`, `_predict`). */
function readTypeHints(root: ReadonlyMap<string, YamlValue>): TypeHints | undefined {
  if (isTruthyYaml(root.get('is_signature_from_type_hint'))) return 'checked';
  return isTruthyYaml(root.get('type_hint_from_example')) ? 'from-example' : undefined;
}

/** MLflow takes what Python calls false for a part that is not declared. */
function isEmpty(value: YamlValue): boolean {
  return value.isNull || value.map?.size === 0 || value.list?.length === 0;
}
