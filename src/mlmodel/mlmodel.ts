import type { ModelDependency } from '../domain/model.ts';
import type { SignatureFacts, TypeHints } from '../domain/model-signature.ts';
import { ContentError, explained, limitError } from './content-error.ts';
import { readDependencies } from './dependencies.ts';
import { parseSignature } from './signature.ts';
import { isTruthyYaml, readYaml, type YamlReading, type YamlValue } from './yaml-tree.ts';

/** What the `MLmodel` file of a version says, as far as a check or a copy needs it. */
export interface Mlmodel {
  readonly signature: SignatureFacts;
  /** Names of the flavors, in the order of the file; undefined where the file does not let them be known. */
  readonly flavors: readonly string[] | undefined;
  /** Undefined where the file does not let them be known, which is not the same as having none. */
  readonly dependencies: readonly ModelDependency[] | undefined;
  /**
   * True when Databricks Feature Store packaged it: MLflow registers such a model only on a Databricks cluster. Undefined
   * where the file does not let it be known.
   */
  readonly featureStorePackaged: boolean | undefined;
  readonly modelId?: string;
  readonly runId?: string;
}

/** The largest `MLmodel` file that is read, in bytes: real ones have some kilobytes, one with 200,000 columns has 12 MB. */
export const MAX_MLMODEL_BYTES = 32_000_000;

/** The loader that MLflow's client refuses outside Databricks (MLflow 3.17 `models/model.py`). */
const FEATURE_STORE_LOADER = 'databricks.feature_store.mlflow_model';

/** What an `MLmodel` file says about its signature: {@link parseMlmodel} for those who need no more. */
export function readMlmodel(bytes: Uint8Array | undefined): SignatureFacts {
  return parseMlmodel(bytes).signature;
}

/**
 * Reads the bytes of an `MLmodel` file, undefined for a version without one. Content never makes it throw: what cannot
 * be read becomes `state: 'unreadable'` with one sentence (format: uc-protocol §8.1; MLflow 3.17 `models/model.py`).
 */
export function parseMlmodel(bytes: Uint8Array | undefined): Mlmodel {
  if (bytes === undefined) {
    return {
      signature: { state: 'missing-file' },
      flavors: [],
      dependencies: [],
      featureStorePackaged: false,
    };
  }
  try {
    return readRoot(readFile(bytes));
  } catch (error) {
    if (error instanceof ContentError) return unreadMlmodel(error.message, error.isLimit);
    throw error;
  }
}

/** What is known of a version whose `MLmodel` file is larger than what is read: nothing. */
export function oversizedMlmodel(): Mlmodel {
  return unreadMlmodel(
    `The MLmodel file has more than ${MAX_MLMODEL_BYTES} bytes, the maximum that is read.`,
    true,
  );
}

function unreadMlmodel(problem: string, isLimit: boolean): Mlmodel {
  return {
    signature: unreadable(problem, [], isLimit),
    flavors: undefined,
    dependencies: undefined,
    featureStorePackaged: undefined,
  };
}

function unreadable(problem: string, flavors: readonly string[], isLimit = false): SignatureFacts {
  return { state: 'unreadable', problem, ...(isLimit ? { isLimit: true } : {}), flavors };
}

function readFile(bytes: Uint8Array): YamlReading {
  if (bytes.byteLength > MAX_MLMODEL_BYTES) {
    throw limitError(
      `The MLmodel file has ${bytes.byteLength} bytes; at most ${MAX_MLMODEL_BYTES} are read.`,
    );
  }
  const text = decode(bytes);
  if (text.trim() === '') throw new ContentError('The MLmodel file is empty.');
  if (/^\s*<(?:!doctype|html)/iu.test(text)) {
    throw new ContentError('The MLmodel file is an HTML page, perhaps a login page, and not YAML.');
  }
  const reading = explained(
    (problem) => `The MLmodel file cannot be read as YAML: ${problem}.`,
    () => readYaml(text),
  );
  if (reading?.root.map !== undefined) return reading;
  throw new ContentError('The MLmodel file is YAML without keys, so it does not describe a model.');
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new ContentError('The MLmodel file is not UTF-8 text.');
    throw error;
  }
}

function readRoot({ root: file, fault }: YamlReading): Mlmodel {
  const root = file.map ?? new Map<string, YamlValue>();
  const flavors = root.get('flavors')?.map;
  const names = [...(flavors?.keys() ?? [])];
  const modelId = root.get('model_id')?.text;
  const runId = root.get('run_id')?.text;
  const problem = fault ?? modelFault(file);
  return {
    signature:
      problem === undefined
        ? readSignature(root, names)
        : unreadable(`MLflow cannot load the MLmodel file: ${problem}.`, names),
    flavors: names,
    dependencies: readDependencies(root),
    featureStorePackaged:
      flavors?.get('python_function')?.map?.get('loader_module')?.text === FEATURE_STORE_LOADER,
    ...(modelId === undefined ? {} : { modelId }),
    ...(runId === undefined ? {} : { runId }),
  };
}

/** What `Model` of MLflow refuses to be made of (3.17 `models/model.py`), beside a signature. */
function modelFault(file: YamlValue): string | undefined {
  const root = file.map;
  if (file.hasOtherKeys) return 'a top-level key is not a text';
  if (root?.has('self') === true) return 'the top-level key "self" has a special meaning';
  const variables = root?.get('env_vars');
  if (isTruthyYaml(variables) && variables?.list?.every(({ isText }) => isText) !== true) {
    return 'env_vars is not a list of texts';
  }
  if (root?.get('resources')?.isText === true) return 'resources names a file';
  return undefined;
}

function readSignature(root: ReadonlyMap<string, YamlValue>, flavors: readonly string[]): SignatureFacts {
  const value = root.get('signature');
  if (value === undefined || value.isNull) return { state: 'absent', flavors };
  const parts = value.map;
  if (parts === undefined) {
    return unreadable('The signature in the MLmodel file is not a map.', flavors);
  }
  const texts = { inputs: '', outputs: '', params: '' };
  for (const part of ['inputs', 'outputs', 'params'] as const) {
    const given = parts.get(part);
    // MLflow takes what Python calls false for a part that is not declared.
    const text = isTruthyYaml(given) ? given?.text : '';
    if (text === undefined) {
      return unreadable(`The ${part} of the signature are not JSON in a text.`, flavors);
    }
    texts[part] = text;
  }
  const reading = parseSignature(texts, root.get('mlflow_version')?.text);
  if (!reading.ok) return unreadable(reading.problem, flavors, reading.isLimit);
  const typeHints = readTypeHints(root);
  const hints = typeHints === undefined ? {} : { typeHints };
  return { state: 'declared', signature: { ...reading.signature, ...hints }, flavors };
}

/** With both flags set MLflow follows the first (3.17 `pyfunc/__init__.py`, `_predict`). */
function readTypeHints(root: ReadonlyMap<string, YamlValue>): TypeHints | undefined {
  if (isTruthyYaml(root.get('is_signature_from_type_hint'))) return 'checked';
  return isTruthyYaml(root.get('type_hint_from_example')) ? 'from-example' : undefined;
}
