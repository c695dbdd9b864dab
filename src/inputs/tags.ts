import type { InputFault } from '../domain/input-fault.ts';
import type { Tag } from '../domain/model.ts';
import { show } from '../domain/printable.ts';
import { TAG_KEYS } from '../domain/tag-keys.ts';
import {
  alias,
  boolean,
  defaulted,
  fullName,
  optional,
  required,
  text,
  version,
  type InputsOf,
} from './fields.ts';
import { keyValues, lines } from './lines.ts';
import { flagOutput, jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { SIGNATURE_INPUTS } from './signature.ts';
import { tagKeyFaults } from './tag-keys.ts';

/** Inputs that say which tags and description a version or a model has, and gets. */
export const TAG_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'staging.ml_team.fraud_detection',
  }),
  version: optional(version, {
    description:
      'Number of the version. Without `version` and `alias`, the step applies to the model itself.',
  }),
  alias: optional(alias, { description: 'Alias that names the version.' }),
  status: optional(text, { description: 'Status to set, such as `approved`.', example: 'approved' }),
  'status-key': defaulted(text, {
    description: 'Key of the status tag.',
    default: TAG_KEYS.status,
    mayBeEmpty: false,
  }),
  tags: optional(keyValues, { description: 'Tags to set, lines `key=value`.', mayBeEmpty: true }),
  'remove-tags': optional(lines, { description: 'Keys of tags to remove, one per line.', mayBeEmpty: true }),
  hold: optional(text, {
    description:
      'Put the version on hold, for this reason: no action uses this version, or another version of this model with the same content, until the hold is lifted.',
  }),
  'lift-hold': optional(boolean, {
    description:
      'Lift the holds of the version: those of its number and of its content. A hold of another version of the same source stays, and is named.',
    mayBeEmpty: true,
  }),
  description: optional(text, { description: 'Description to set.', mayBeEmpty: true }),
  'remove-description': optional(boolean, { description: 'Remove the description.', mayBeEmpty: true }),
  require: optional(keyValues, {
    description:
      'Tags that must already have these values, lines `key=value`. If one does not, the step fails and sets nothing.',
  }),
  'expected-status': optional(text, {
    description:
      'The status that the tag must have before it is changed; `none`: no status; `any`: any status or none. Anything else is a conflict.',
    leftOut: 'any',
  }),
  'approving-statuses': defaulted(lines, {
    description:
      'Statuses that approve a version, one per line, upper or lower case. Setting any tag to one of them requires a signature and a READY version that is not on hold.',
    default: 'approved',
  }),
  'allow-approval-tags': defaulted(boolean, {
    description:
      'Allow tag keys that begin with `approval`. Such a tag approves a deployment job, which runs as the owner of the model.',
    default: 'false',
  }),
  ...SIGNATURE_INPUTS,
};

/** The inputs of {@link TAG_INPUTS} as values. */
export type TagInputs = InputsOf<typeof TAG_INPUTS>;

/** Outputs of the action that sets tags. */
export const TAG_OUTPUTS = {
  status: textOutput('Status after the step.'),
  'previous-status': textOutput('Status before the step.'),
  tags: jsonOutput('All tags after the step, as a JSON object.'),
  allowed: flagOutput('`true` when every check passed.'),
  version: numberOutput('Number of the version; empty for the model itself.'),
  uri: textOutput('`models:/<name>/<number>` of the version; empty for the model itself.'),
};

/** The tags that are set: the status, then the others. */
export function tagsToSet(status: string | undefined, statusKey: string, tags: readonly Tag[]): Tag[] {
  const others = tags.filter((tag) => status === undefined || tag.key !== statusKey);
  return status === undefined ? [...others] : [{ key: statusKey, value: status }, ...others];
}

/** Faults of these inputs together. */
export function tagFaults(inputs: Partial<TagInputs>): InputFault[] {
  return [...keyFaults(inputs), ...twiceFaults(inputs), ...descriptionFaults(inputs), ...holdFaults(inputs)];
}

/** Keys that may not be written: approvals of deployment jobs unless allowed, and our own records. */
function keyFaults(inputs: Partial<TagInputs>): InputFault[] {
  const keys = (inputs.tags ?? []).map((tag) => ({ input: 'tags', key: tag.key }));
  const removed = (inputs['remove-tags'] ?? []).map((key) => ({ input: 'remove-tags', key }));
  const status =
    inputs.status === undefined ? [] : [{ input: 'status-key', key: inputs['status-key'] ?? '' }];
  const allowed = inputs['allow-approval-tags'] === true;
  return [...keys, ...removed, ...status].flatMap(({ input, key }) =>
    tagKeyFaults(input, key.trim(), allowed),
  );
}

/** A key that is to be set and removed at once. */
function twiceFaults(inputs: Partial<TagInputs>): InputFault[] {
  const set = tagsToSet(inputs.status, inputs['status-key'] ?? '', inputs.tags ?? []).map(({ key }) => key);
  return (inputs['remove-tags'] ?? [])
    .filter((key) => set.includes(key))
    .map((key) => ({
      input: 'remove-tags',
      problem: `"${show(key, 60)}" is also to be set.`,
      fix: 'Name each key once.',
    }));
}

function descriptionFaults({ description, 'remove-description': remove }: Partial<TagInputs>): InputFault[] {
  return description === undefined || remove !== true
    ? []
    : [
        {
          input: 'remove-description',
          problem: 'it is given together with a description.',
          fix: 'Remove one of the two.',
        },
      ];
}

/** A hold is of a version, set or lifted. */
function holdFaults(inputs: Partial<TagInputs>): InputFault[] {
  const input = inputs.hold === undefined ? 'lift-hold' : 'hold';
  if (inputs.hold === undefined && inputs['lift-hold'] !== true) return [];
  const both = inputs.hold !== undefined && inputs['lift-hold'] === true;
  const hasVersion = inputs.version !== undefined || inputs.alias !== undefined;
  return [
    ...(both
      ? [{ input: 'lift-hold', problem: 'it is given together with hold.', fix: 'Give only one of them.' }]
      : []),
    ...(hasVersion
      ? []
      : [
          {
            input,
            problem: 'it needs a version, but neither version nor alias is given.',
            fix: 'Add version or alias. To lift the hold of a version that was deleted, give its key in remove-tags.',
          },
        ]),
  ];
}
