import type { AuditFamily, FindingKind } from './family.ts';
import { ofEachVersion } from './finding.ts';

const REGISTER = 'Log the model again with a signature, register it, and promote the new version.';

/** Whether the version of an alias declares inputs and outputs. */
export const SIGNATURE: AuditFamily = {
  kinds: [
    error('signature-mlmodel-missing', 'the version has no file `MLmodel`', 'Its files are no MLflow model.'),
    error(
      'signature-unreadable',
      '`MLmodel` or the signature in it cannot be read',
      'The file is no YAML, or the signature no JSON.',
    ),
    error(
      'signature-absent',
      '`MLmodel` has no `signature`',
      'The model was logged without `signature` or `input_example`.',
    ),
    error(
      'signature-empty',
      'the signature declares neither inputs, outputs nor params',
      'It was made of nothing.',
    ),
    error('signature-params-only', 'the signature declares only params', 'Only params were passed to it.'),
    error(
      'signature-inputs-missing',
      'the signature has no `inputs`, but outputs',
      'Only outputs were passed to it.',
    ),
    error('signature-inputs-empty', 'the list of inputs is empty', 'It was made of a table without columns.'),
    error(
      'signature-outputs-missing',
      'the signature has no `outputs`, but inputs',
      'Only inputs were passed to it.',
    ),
    error(
      'signature-outputs-empty',
      'the list of outputs is empty',
      'It was made of a table without columns.',
    ),
    warning(
      'signature-inputs-repeated',
      'a column of the inputs is there twice',
      'MLflow enforces only the last.',
    ),
    warning(
      'signature-outputs-repeated',
      'a column of the outputs is there twice',
      'MLflow enforces only the last.',
    ),
    warning(
      'signature-inputs-false-name',
      'a named input has a name that counts as false in Python, such as an empty text',
      'MLflow uses the position of the column as its name.',
    ),
    warning(
      'signature-older-release',
      'a column has the key `optional`, in a file that MLflow before 2.18 wrote',
      'Only the MLflow releases that wrote it can load it.',
    ),
    warning(
      'signature-feature-store',
      'Databricks Feature Store packaged the model: `loader_module` of its flavor `python_function` is `databricks.feature_store.mlflow_model`',
      'It looks up features in tables of the training workspace.',
      'Check that its users can read those tables.',
    ),
  ],
  find: (audited) => ofEachVersion(audited, ({ signature }) => signature?.findings ?? []),
};

function error(code: string, meaning: string, cause: string): FindingKind {
  return { code, severity: 'error', meaning, cause, fix: REGISTER };
}

function warning(code: string, meaning: string, cause: string, fix = REGISTER): FindingKind {
  return { code, severity: 'warning', meaning, cause, fix };
}
