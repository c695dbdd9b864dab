import type { EmulatorOptions, Metastore } from '../emulator/index.ts';
import { apply } from '../src/actions/apply.ts';
import { auditAliases } from '../src/actions/audit-aliases.ts';
import { copyVersion } from '../src/actions/copy-version.ts';
import { downloadVersion } from '../src/actions/download-version.ts';
import type { Action } from '../src/actions/contract/action.ts';
import { findVersion } from '../src/actions/find-version.ts';
import { gateOnGrants } from '../src/actions/gate-on-grants.ts';
import { promote } from '../src/actions/promote.ts';
import { registerVersion } from '../src/actions/register-version.ts';
import { rollback } from '../src/actions/rollback.ts';
import { setAlias } from '../src/actions/set-alias.ts';
import { syncAliases } from '../src/actions/sync-aliases.ts';
import { tagStatus } from '../src/actions/tag-status.ts';
import { validateSignature } from '../src/actions/validate-signature.ts';
import { cleanUp } from '../src/actions/clean-up.ts';
import { manageModel } from '../src/actions/manage-model.ts';
import { updateServing } from '../src/actions/update-serving.ts';
import { validateVersion } from '../src/actions/validate-version.ts';
import { following } from './crafted-pins.ts';
import { clearDownload, DOWNLOAD_FOLDER } from './download-folder.ts';
import { craftedPlan, given } from './crafted-plan.ts';
import { GOOD_FILES, moreVersions, PROD, PROMOTER, RUN, STAGING } from '../emulator/seeds/demo-models.ts';

/** One row of the table of depths: an action with some options. */
export interface DepthRow {
  readonly action: Action;
  /** What is different from the row of the action's plain use. */
  readonly option: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly prepare?: (metastore: Metastore) => void;
  readonly switches?: NonNullable<EmulatorOptions['switches']>;
  /** Runs once before it is measured. */
  readonly again?: true;
  /** Runs at a terminal: there a policy is a file of the machine, and no GitHub is asked. */
  readonly isLocal?: true;
  /** The most that the project allows itself; the table holds what is measured. */
  readonly limit?: number;
}

const MOVE = { model: PROD, alias: 'Champion', version: '2' };
const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
/** The policy of the demo's models, named from the root of the repository. */
const POLICY = 'bench/policies/prod.yml';
const REGISTER = { source: `runs:/${RUN}/model`, destination: PROD };
const byAlias = (metastore: Metastore) => metastore.setAlias(STAGING, 'Candidate', 1);

/** A second version of other bytes, and the record that the alias was moved to it. */
const recordedMove = (metastore: Metastore) => {
  metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': 'bad' } });
  metastore.setAlias(PROD, 'Champion', 2);
  const entry = { alias: 'Champion', from: 1, to: 2, at: '2026-11-28T17:44:09.000Z' };
  metastore.setTags(PROD, { uc_promote_moves_d14a7310bdf5: JSON.stringify([entry]) });
};

/** A job that can be handed a version. */
const savedJob = ({ workspace }: Metastore) => {
  const parameters = [{ name: 'model_uri', default: '' }];
  workspace.addJob({ name: 'Validate', parameters }, { owner: PROMOTER });
};

/** An endpoint that serves another version than the alias names. */
const endpoint = ({ workspace }: Metastore) => {
  const served = [{ entity_name: PROD, entity_version: '9' }];
  workspace.addEndpoint('fraud-rt', { creator: PROMOTER, served });
};

/** Two rejected versions of the promoter and a newer one, of which the whole past is recorded. */
const twoRejected = (metastore: Metastore) => {
  for (const status of ['rejected', 'rejected', 'approved'])
    metastore.addVersion(PROD, {
      files: GOOD_FILES,
      createdBy: PROMOTER,
      tags: { validation_status: status },
    });
  const entry = { alias: 'Champion', from: null, to: 1, at: '2026-11-20T09:31:44.000Z' };
  metastore.setTags(PROD, { uc_promote_moves_d14a7310bdf5: JSON.stringify([entry]) });
};

/** The table's rows, in order. */
export const DEPTH_ROWS: readonly DepthRow[] = [
  {
    action: setAlias,
    option: 'all checks, with the record of the move',
    inputs: MOVE,
    prepare: moreVersions,
    limit: 5,
  },
  {
    action: setAlias,
    option: '`check-privileges: off`',
    inputs: { ...MOVE, 'check-privileges': 'off' },
    prepare: moreVersions,
    limit: 4,
  },
  {
    action: setAlias,
    option: '`require-signature: off`',
    inputs: { ...MOVE, 'require-signature': 'off' },
    prepare: moreVersions,
    limit: 5,
  },
  {
    action: setAlias,
    option: '`from-alias` in place of `version`: a copy',
    inputs: { model: PROD, alias: 'New', 'from-alias': 'Champion' },
    limit: 7,
  },
  {
    action: setAlias,
    option: 'onto a copy: whether an equal one is on hold, by its files',
    inputs: MOVE,
    prepare: (metastore) => {
      moreVersions(metastore);
      metastore.setTags(PROD, { uc_promote_origin: `models:/${STAGING}/1` }, 2);
    },
    limit: 9,
  },
  {
    action: setAlias,
    option: 'the same by a policy file with status and origin',
    inputs: { ...MOVE, policy: POLICY },
    prepare: (metastore) => {
      moreVersions(metastore);
      metastore.setTags(
        PROD,
        { uc_promote_origin: `models:/${STAGING}/1`, validation_status: 'approved' },
        2,
      );
    },
    isLocal: true,
  },
  {
    action: setAlias,
    option: '`delete: true`, with its record',
    inputs: { model: PROD, alias: 'Champion', delete: 'true' },
    limit: 5,
  },
  {
    action: setAlias,
    option: '`dry-run: true`, which leaves a plan',
    inputs: { ...MOVE, 'dry-run': 'true' },
    prepare: moreVersions,
    limit: 3,
  },
  {
    action: apply,
    option: 'a move, with the record',
    inputs: given(craftedPlan(2)),
    prepare: moreVersions,
    limit: 8,
  },
  {
    action: rollback,
    option: 'by the record: record, alias, hold',
    inputs: { model: PROD, alias: 'Champion', 'from-version': '2', reason: 'incident 7' },
    prepare: recordedMove,
    limit: 13,
  },
  { action: findVersion, option: 'the newest', inputs: { model: STAGING, 'require-signature': 'off' } },
  {
    action: findVersion,
    option: 'by number, with its signature',
    inputs: { model: STAGING, version: '1' },
    limit: 3,
  },
  { action: validateSignature, option: 'by number', inputs: { model: STAGING, version: '1' }, limit: 2 },
  { action: validateSignature, option: 'by alias', inputs: { model: PROD, alias: 'Champion' }, limit: 2 },
  {
    action: downloadVersion,
    option: 'by number: checks, list and every file',
    inputs: { model: STAGING, version: '1', folder: DOWNLOAD_FOLDER },
    prepare: clearDownload,
    limit: 6,
  },
  { action: gateOnGrants, option: 'a copy', inputs: { source: STAGING, destination: PROD }, limit: 3 },
  { action: gateOnGrants, option: 'a copy of a version, with its signature', inputs: COPY, limit: 3 },
  {
    action: gateOnGrants,
    option: 'the caller is refused',
    inputs: { require: 'prod.ml_team: CREATE VOLUME' },
    limit: 3,
  },
  {
    action: gateOnGrants,
    option: 'the caller is refused, and no row is of their groups',
    inputs: { require: 'prod.ml_team: CREATE VOLUME' },
    switches: { groupRowsInFilter: false },
    limit: 3,
  },
  {
    action: gateOnGrants,
    option: 'the same of a caller in 300 groups',
    inputs: { require: 'prod.ml_team: CREATE VOLUME' },
    switches: { groupRowsInFilter: false },
    prepare: (metastore) => {
      for (let number = 0; number < 300; number += 1) {
        metastore.addGroup(`group-${number}`, { members: [PROMOTER] });
      }
    },
    limit: 3,
  },
  {
    action: gateOnGrants,
    option: 'reading, for another principal, with the groups to look up',
    inputs: { model: STAGING, operations: 'read', principal: 'grace@example.com' },
    limit: 3,
  },
  {
    action: gateOnGrants,
    option: '`forbid`, with a person to look up in a group of groups',
    inputs: { forbid: `${PROD}: OWNERSHIP, MANAGE`, except: 'ml-deployers\nadmin@example.com' },
    prepare: (metastore) => {
      metastore.addGroup('ml-deployers', { members: ['on-call'] });
      metastore.addGroup('on-call', { members: ['grace@example.com'] });
      metastore.grant('function', PROD, 'grace@example.com', ['MANAGE']);
    },
    limit: 3,
  },
  {
    action: tagStatus,
    option: '`status: approved`, with the signature',
    inputs: { model: PROD, version: '1', status: 'approved' },
    limit: 4,
  },
  {
    action: tagStatus,
    option: '`require` alone',
    inputs: { model: STAGING, version: '1', require: 'team=risk', 'check-privileges': 'fail' },
    limit: 2,
  },
  {
    action: syncAliases,
    option: 'one pin, to a version of the model',
    inputs: following('moved'),
    prepare: moreVersions,
  },
  { action: syncAliases, option: 'one pin, to a copy', inputs: following('copied') },
  { action: auditAliases, option: 'one model', inputs: { models: PROD } },
  { action: copyVersion, option: 'by number', inputs: COPY },
  {
    action: copyVersion,
    option: 'by alias',
    inputs: { source: `models:/${STAGING}@Candidate`, destination: PROD },
    prepare: byAlias,
  },
  { action: copyVersion, option: 'again: an equal copy is there', inputs: COPY, again: true },
  { action: registerVersion, option: 'from a run', inputs: REGISTER },
  {
    action: registerVersion,
    option: 'from a run, again: an equal version is there',
    inputs: REGISTER,
    again: true,
  },
  { action: promote, option: 'by number', inputs: COPY, limit: 11 },
  { action: promote, option: '`set-status`', inputs: { ...COPY, 'set-status': 'approved' }, limit: 13 },
  {
    action: promote,
    option: '`set-status` and `require-destination-status`',
    inputs: { ...COPY, 'set-status': 'approved', 'require-destination-status': 'approved' },
    limit: 13,
  },
  {
    action: promote,
    option: '`set-status`, by a policy file with status and origin',
    inputs: { ...COPY, 'set-status': 'approved', policy: POLICY },
    isLocal: true,
    // One more: the alias is read once the policy was read again.
    limit: 14,
  },
  { action: promote, option: '`until: copy`', inputs: { ...COPY, until: 'copy' } },
  {
    action: promote,
    option: '`create-destination: true`, a new model',
    inputs: { source: COPY.source, destination: 'prod.ml_team.new_model', 'create-destination': 'true' },
  },
  { action: promote, option: 'again: copied and named already', inputs: COPY, again: true },
  { action: promote, option: '`dry-run: true`', inputs: { ...COPY, 'dry-run': 'true' } },
  {
    action: validateVersion,
    option: 'a dry run with a job by its name',
    inputs: { model: PROD, version: '1', 'validate-job': 'Validate', 'dry-run': 'true' },
    prepare: savedJob,
  },
  {
    action: validateVersion,
    option: 'a dry run with a script of the repository',
    inputs: {
      model: PROD,
      version: '1',
      'validate-job': 'file: test/fixtures/validate-script.py',
      'dry-run': 'true',
    },
  },
  {
    action: updateServing,
    option: 'a dry run',
    inputs: { model: PROD, alias: 'Champion', endpoints: 'fraud-rt', 'dry-run': 'true' },
    prepare: endpoint,
  },
  {
    action: manageModel,
    option: '`create`, `description` and `owner`',
    inputs: {
      model: 'prod.ml_team.new_model',
      create: 'true',
      description: 'Scores card payments.',
      owner: 'ml-deployers',
    },
  },
  {
    action: manageModel,
    option: '`new-name`',
    inputs: { model: PROD, 'new-name': 'fraud_scores' },
  },
  {
    action: cleanUp,
    option: 'two versions that were rejected are deleted',
    inputs: { model: PROD, keep: '1' },
    prepare: twoRejected,
  },
  {
    action: promote,
    option: 'a dry run with a validation job by its name',
    inputs: { ...COPY, 'validate-job': 'Validate', 'dry-run': 'true' },
    prepare: savedJob,
  },
];
