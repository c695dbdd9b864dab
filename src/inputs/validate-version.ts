import { TAG_KEYS } from '../domain/tag-keys.ts';
import { alias, defaulted, optional, text } from './fields.ts';
import { METRIC_INPUTS } from './metrics.ts';
import { flagOutput, jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { SIGNATURE_INPUTS } from './signature.ts';
import { statusKey } from './tag-keys.ts';
import { VALIDATION_INPUTS } from './validation.ts';
import { VERSION_INPUTS } from './version.ts';

/** Inputs of the step that validates one version. */
export const VALIDATE_VERSION_INPUTS = {
  ...VERSION_INPUTS,
  ...METRIC_INPUTS,
  'champion-alias': defaulted(alias, {
    description: 'Alias of the model that names the `champion` of `require-metrics`.',
    default: 'Champion',
    mayBeEmpty: false,
  }),
  ...VALIDATION_INPUTS,
  'set-status': optional(text, {
    description:
      'Status that the version gets when everything passed, for example `approved`. Requires a READY version that is not on hold.',
  }),
  'status-key': defaulted(statusKey, {
    description: 'Key of the status tag.',
    default: TAG_KEYS.status,
    mayBeEmpty: false,
  }),
  ...SIGNATURE_INPUTS,
};

/** Outputs of the step that validates one version. */
export const VALIDATE_VERSION_OUTPUTS = {
  allowed: flagOutput(
    '`true` when everything passed; `false` otherwise, and in a dry run that would execute something.',
  ),
  version: numberOutput('Number of the version.'),
  uri: textOutput('`models:/<name>/<number>` of the version.'),
  status: textOutput('Status of the version after the step.'),
  run: textOutput('Id of the run of the job; empty when none was started.'),
  results: jsonOutput('JSON list of what the tasks of the job reported: `task` and `said`, the JSON text.'),
};
