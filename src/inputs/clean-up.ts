import { TAG_KEYS } from '../domain/tag-keys.ts';
import {
  boolean,
  defaulted,
  fullName,
  optional,
  required,
  text,
  wholeNumber,
  type InputsOf,
} from './fields.ts';
import { jsonOutput, numberOutput } from './outputs.ts';
import { PLAN_INPUTS, PLAN_OUTPUTS } from './plan.ts';
import { statusKey } from './tag-keys.ts';

/** As many days as an input may say. */
const MOST_DAYS = 36_500;

/** As many versions as may be kept for being new: before each deletion all of them are read. */
const MOST_KEPT = 100;

/** Inputs of a clean-up. */
export const CLEAN_UP_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'prod.ml_team.fraud_detection',
  }),
  keep: defaulted(wholeNumber(1, MOST_KEPT), {
    description: 'How many of the newest READY versions always stay, 100 at most.',
    default: '5',
  }),
  'keep-days': defaulted(wholeNumber(0, MOST_DAYS), {
    description:
      'A version that an alias named within so many days stays. If the record of moves does not cover these days, every version that may have been named stays.',
    default: '30',
  }),
  'older-than-days': optional(wholeNumber(1, MOST_DAYS), {
    description:
      'Versions that are older than so many days may go. Default: only versions that were rejected or never finished.',
    example: '180',
  }),
  'reject-status': defaulted(text, {
    description: 'Versions with this status were rejected and may go.',
    default: 'rejected',
    mayBeEmpty: false,
  }),
  'status-key': defaulted(statusKey, {
    description: 'Key of the status tag.',
    default: TAG_KEYS.status,
    mayBeEmpty: false,
  }),
  'include-held': defaulted(boolean, {
    description: 'Versions on hold may go too.',
    default: 'false',
  }),
  'include-others': defaulted(boolean, {
    description: 'Versions that somebody else than the caller made may go too.',
    default: 'false',
  }),
  'max-deletions': defaulted(wholeNumber(1, 100_000), {
    description: 'If more versions than this may go, the step fails and deletes none.',
    default: '10',
  }),
  ...PLAN_INPUTS,
};

/** The inputs of {@link CLEAN_UP_INPUTS} as values. */
export type CleanUpInputs = InputsOf<typeof CLEAN_UP_INPUTS>;

/** Outputs of a clean-up. */
export const CLEAN_UP_OUTPUTS = {
  deletions: jsonOutput(
    'JSON: the versions that go, each with `version`, `why` and `bytes`, which is null where the files were not seen.',
  ),
  kept: jsonOutput('JSON: the versions that stay, each with `version`, `why` and `says`.'),
  bytes: numberOutput('Bytes of the files of the versions that go, as far as they were seen.'),
  'unseen-sizes': numberOutput('How many of the versions that go have files that were not seen.'),
  ...PLAN_OUTPUTS,
};
