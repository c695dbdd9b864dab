import { TAG_KEYS } from '../domain/tag-keys.ts';
import type { VerifyMode } from '../policy/verify-mode.ts';
import type { CommonInputs } from './common.ts';
import { SOURCE_CONNECTION_INPUTS } from './connection.ts';
import { engine } from './engine.ts';
import {
  boolean,
  defaulted,
  duration,
  fullName,
  modelUri,
  oneOf,
  optional,
  required,
  text,
  type InputsOf,
} from './fields.ts';
import { lines } from './lines.ts';
import { numberOutput, textOutput } from './outputs.ts';
import { SIGNATURE_INPUTS } from './signature.ts';
import { statusKey } from './tag-keys.ts';

const VERIFY_MODES = ['full', 'size'] as const satisfies readonly VerifyMode[];

/** How a new version is made, whatever it is made of. */
export const NEW_VERSION_SETTINGS = {
  'create-destination': defaulted(boolean, {
    description: 'Create the destination model if it does not exist.',
    default: 'false',
  }),
  'destination-owner': optional(text, {
    description:
      'Owner of the destination model if this step creates it, preferably a group. Default: the caller.',
  }),
  'copy-tags': defaulted(lines, {
    description:
      'Keys of the version tags to copy, one per line; `*` matches any characters, but never `mlflow.*`. `status-key`, `validation_status`, `approval*` and `uc_promote_*` are never copied.',
    default: '*',
  }),
  'status-key': defaulted(statusKey, {
    description: 'Key of the status tag. The tag is never copied: each version gets a status of its own.',
    default: TAG_KEYS.status,
    mayBeEmpty: false,
  }),
  description: optional(text, {
    description: 'Description of the new version. Default: the description of the source.',
    mayBeEmpty: true,
  }),
  verify: optional(oneOf(VERIFY_MODES), {
    description:
      'How the new version is verified: `full` reads every byte back; `size` compares sizes and reads back files up to 1 MiB. Default: `full` up to 64 GiB, `size` above; the summary says which was used.',
    mayBeEmpty: true,
  }),
  'wait-timeout': defaulted(duration, {
    description: 'How long to wait for the new version to become READY.',
    default: '10m',
  }),
  ...SOURCE_CONNECTION_INPUTS,
  ...SIGNATURE_INPUTS,
};

/** How a copy is made, whatever is copied where. */
export const COPY_SETTINGS = {
  ...NEW_VERSION_SETTINGS,
  engine: defaulted(engine, {
    description:
      'Where the bytes go through: `runner`, or `workspace`, a run of this action inside the workspace, with further lines `run-as:`, `cluster:` and `environment:` (docs/copying.md).',
    default: 'runner',
  }),
  'engine-timeout': defaulted(duration, {
    description:
      'Time limit of the run of `engine: workspace`, its queue and the start of its compute included.',
    default: '6h',
  }),
};

/** Inputs of every action that copies. */
export const COPY_INPUTS = {
  source: required(modelUri, {
    description:
      'The version to copy: `models:/catalog.schema.model/7` or `models:/catalog.schema.model@alias`.',
    example: 'models:/staging.ml_team.fraud_detection/1',
  }),
  destination: destination('copy to'),
  ...COPY_SETTINGS,
};

/** The model that gets the new version. */
export function destination(purpose: 'copy to' | 'register in') {
  return required(fullName, {
    description: `Full name of the model to ${purpose}.`,
    example: purpose === 'copy to' ? 'prod.ml_team.fraud_detection' : 'staging.ml_team.fraud_detection',
  });
}

/** Outputs of every action that makes a version, which `what` names. */
export function newVersionOutputs(what: 'copy' | 'version') {
  return {
    version: numberOutput(`Version number of the ${what}.`),
    uri: textOutput(`\`models:/<destination>/<number>\` of the ${what}.`),
    digest: textOutput('`sha256:…` over the content of all files.'),
    'listing-digest': textOutput('`sha256:…` over paths and sizes of all files.'),
    files: numberOutput('Number of files.'),
    bytes: numberOutput('Size of all files in bytes.'),
    verified: textOutput(`How the ${what} was verified: \`full\` or \`size\`.`),
    'subject-digest': textOutput(
      '`sha256:…` of the files as model signing computes it, for `actions/attest`; the same as `digest`.',
    ),
    'predicate-type': textOutput('Predicate type for `actions/attest`: that of a model signature.'),
    'predicate-path': textOutput(
      'Path of a JSON file that lists every file with its sha256: the predicate for `actions/attest`.',
    ),
  };
}

/** Outputs of every action that copies. */
export const COPY_OUTPUTS = {
  ...newVersionOutputs('copy'),
  'source-version': numberOutput('Number of the version that was copied.'),
};

/** What every action that makes a version gets as inputs beside its source. */
export type NewVersionInputs = CommonInputs &
  InputsOf<typeof NEW_VERSION_SETTINGS & { destination: typeof COPY_INPUTS.destination }>;

/** The inputs of {@link COPY_INPUTS} and of every action as values. */
export type CopyInputs = CommonInputs & InputsOf<typeof COPY_INPUTS>;
