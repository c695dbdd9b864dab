import type { InputFault } from '../domain/errors.ts';
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
import { tagKeyFaults } from './tag-keys.ts';

/** Inputs that say which tags and description a version or a model has, and gets. */
export const TAG_INPUTS = {
  model: required(fullName, {
    description: 'Full name of the registered model, `catalog.schema.model`.',
    example: 'staging.ml_team.fraud_detection',
  }),
  version: optional(version, {
    description: 'Number of the version. Without it and `alias`: the model itself.',
  }),
  alias: optional(alias, { description: 'An alias that names the version.' }),
  status: optional(text, { description: 'The status to set, such as `approved`.', example: 'approved' }),
  'status-key': defaulted(text, {
    description: 'Key of the status tag.',
    default: TAG_KEYS.status,
    mayBeEmpty: false,
  }),
  tags: optional(keyValues, { description: 'Lines `key=value`: tags to set.', mayBeEmpty: true }),
  'remove-tags': optional(lines, { description: 'Lines: keys of tags to remove.', mayBeEmpty: true }),
  hold: optional(text, {
    description:
      'A reason: puts the version on hold. No action takes it any more, nor its equals under another number, for aliases of this model.',
  }),
  'lift-hold': optional(boolean, {
    description: 'Lift every hold that stops the version.',
    mayBeEmpty: true,
  }),
  description: optional(text, { description: 'The description to set.', mayBeEmpty: true }),
  'remove-description': optional(boolean, { description: 'Empty the description.', mayBeEmpty: true }),
  require: optional(keyValues, {
    description: 'Lines `key=value`: a gate. Each tag must have this value before anything is set.',
  }),
  'expected-status': optional(text, {
    description:
      'The status that is expected before it is changed; `none`: that there is none; `any`: whatever it is. Anything else is a conflict.',
    leftOut: 'any',
  }),
  'approving-statuses': defaulted(lines, {
    description:
      'Lines: statuses that approve a version, in any case. Setting a tag to one, whatever its key, requires a signature and a READY version without hold.',
    default: 'approved',
  }),
  'allow-approval-tags': defaulted(boolean, {
    description:
      'Allow keys that begin with `approval`: they approve a deployment job, which runs as the owner of the model.',
    default: 'false',
  }),
};

/** The inputs of {@link TAG_INPUTS} as values. */
export type TagInputs = InputsOf<typeof TAG_INPUTS>;

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
      problem: `"${show(key, 60)}" is to be set too.`,
      fix: 'Name each key once.',
    }));
}

function descriptionFaults({ description, 'remove-description': remove }: Partial<TagInputs>): InputFault[] {
  return description === undefined || remove !== true
    ? []
    : [
        {
          input: 'remove-description',
          problem: 'a description is to be set too.',
          fix: 'Give only one of them.',
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
      ? [{ input: 'lift-hold', problem: 'a hold is to be set too.', fix: 'Give only one of them.' }]
      : []),
    ...(hasVersion
      ? []
      : [
          {
            input,
            problem: 'a hold is of a version, and none is given.',
            fix: 'Add version or alias. A hold whose version is gone is lifted by remove-tags, with its key.',
          },
        ]),
  ];
}
