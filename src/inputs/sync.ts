import type { InputFault } from '../domain/input-fault.ts';
import { patterns } from './audit.ts';
import type { CommonInputs } from './common.ts';
import { compareInputs } from './compare.ts';
import { COPY_SETTINGS } from './copy.ts';
import { boolean, defaulted, headerToken, oneOf, optional, wholeNumber, type InputsOf } from './fields.ts';
import { flagOutput, jsonOutput, numberOutput, textOutput } from './outputs.ts';
import { commentFaults } from './plan.ts';
import { PROMOTION_SETTINGS } from './promote.ts';
import { repositoryPath } from './repository-path.ts';
import { roleFaults, type RoleInputs } from './roles.ts';

/** Inputs of the action that makes aliases follow their pins. */
export const SYNC_INPUTS = {
  pins: optional(repositoryPath, {
    description:
      'File or folder of the repository with the pins: every `*.yml` and `*.yaml` below a folder. It is read by GitHub’s API, at the commits that the event of the run names, so that no checkout is needed.',
    example: 'aliases',
  }),
  'base-pins': optional(repositoryPath, {
    description:
      'Local copy of the earlier pins. `pins` is then a local path too, and GitHub is not asked: for the command line and for other systems.',
  }),
  import: optional(patterns, {
    description:
      'Models, one per line, written as in `models` of `audit-aliases`: instead of moving anything, the pins of what their aliases name now are written to a file (output `pins-file`).',
    example: 'prod.ml_team.*',
  }),
  'max-changes': defaulted(wholeNumber(1, 1000), {
    description: 'How many aliases one run may move. More are refused, and none is moved.',
    default: '10',
  }),
  ...COPY_SETTINGS,
  compatibility: compareInputs('the version that the alias names now').compatibility,
  ...PROMOTION_SETTINGS,
  until: defaulted(oneOf(['copy', 'validate', 'alias']), {
    description:
      'Where to stop: after `copy`, after `validate` (which also runs `validate-command` or `validate-job` and sets `set-status`) or after `alias`. With `copy` or `validate` the copies of a pull request of this repository may be made before its merge: that writes into the pinned models and may start their deployment jobs.',
    default: 'alias',
    mayBeEmpty: false,
  }),
  'approval-review': optional(boolean, {
    description:
      'Whether the pull request that was merged as this commit must have been approved: somebody with write access, who neither wrote its last commit nor started the run, approved that commit, and it has the same pins. Default: `true`, unless `approval-environment` is given. A pull request that is not merged needs no approval.',
  }),
  'github-token': optional(headerToken, {
    description:
      'Token to read the pins, the file of `policy` and the approval, and to write the comment: `${{ github.token }}`, with `permissions: contents: read`, with `pull-requests: read` for `approval-review`, `actions: read` for `approval-environment`, and `pull-requests: write` for `pull-request-comment`. It is used for nothing else.',
    example: '${{ github.token }}',
    secret: true,
  }),
};

/** Outputs of the action that makes aliases follow their pins. */
export const SYNC_OUTPUTS = {
  allowed: flagOutput('`true` when every check passed.'),
  pins: jsonOutput(
    'JSON: each changed pin with `model`, `alias`, `from`, `to`, the version that the alias named before (`was`) and that it names (`now`), and `state`: `move`, `done`, `conflict`, `superseded`, `outdated` or `released`; after a refusal or a write also `refused`, `moved`, `not-done` or `unknown`.',
  ),
  count: numberOutput('Number of aliases that were moved, or would be.'),
  'pins-file': textOutput('Path of the file that `import` wrote.'),
};

/** The inputs of {@link SYNC_INPUTS} and of every action as values. */
export type SyncInputs = CommonInputs & InputsOf<typeof SYNC_INPUTS>;

/** The same inputs, with the approval that is asked for: what is not merged is carried out by nobody, and needs none. */
export function withApproval(inputs: SyncInputs, isMerged: boolean): SyncInputs & RoleInputs {
  if (!isMerged)
    return {
      ...inputs,
      'require-distinct': undefined,
      'approval-environment': undefined,
      'approval-review': false,
    };
  return { ...inputs, 'approval-review': isByReview(inputs) };
}

/** Faults of these inputs together. */
export function syncFaults(inputs: Partial<SyncInputs>): InputFault[] {
  const { pins, 'base-pins': base, 'github-token': token } = inputs;
  if (pins === undefined) return base === undefined ? [] : [WITHOUT_PINS];
  const byReview = isByReview(inputs);
  if (base !== undefined && byReview) return [REVIEW_OF_COPIES];
  if (base === undefined && token === undefined) return [WITHOUT_TOKEN];
  return [...roleFaults({ ...inputs, 'approval-review': byReview }), ...commentFaults(inputs)];
}

/** The review of a pull request approves unless the inputs say otherwise. */
function isByReview(inputs: Partial<SyncInputs>): boolean {
  return inputs['approval-review'] ?? inputs['approval-environment'] === undefined;
}

const WITHOUT_PINS: InputFault = {
  input: 'base-pins',
  problem: 'it is given without pins.',
  fix: 'Add pins, the later state of the same files.',
};

const REVIEW_OF_COPIES: InputFault = {
  input: 'approval-review',
  problem: 'it is true, but local copies of the pins do not show which pull request they come from.',
  fix: 'Write approval-review: false, and have the step run by people or jobs that may move the aliases.',
};

const WITHOUT_TOKEN: InputFault = {
  input: 'github-token',
  problem: 'it is missing, but the pins are read by GitHub’s API.',
  fix: 'Add "github-token: ${{ github.token }}" to the step, and "permissions: contents: read" to the job. Outside of GitHub, give the earlier pins as base-pins.',
};
