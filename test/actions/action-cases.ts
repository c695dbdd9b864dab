import type { Metastore } from '../../emulator/index.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { apply } from '../../src/actions/apply.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { downloadVersion } from '../../src/actions/download-version.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { registerVersion } from '../../src/actions/register-version.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { syncAliases } from '../../src/actions/sync-aliases.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { cleanUp } from '../../src/actions/clean-up.ts';
import { manageModel } from '../../src/actions/manage-model.ts';
import { updateServing } from '../../src/actions/update-serving.ts';
import { validateVersion } from '../../src/actions/validate-version.ts';
import { clearDownload, DOWNLOAD_FOLDER } from '../../bench/download-folder.ts';
import { following } from '../../bench/crafted-pins.ts';
import { craftedPlan, given } from '../../bench/crafted-plan.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { TOKENS, type ActionRun } from './harness.ts';
import { CLEAN_UP, cleanUpWorld } from '../clean-up/clean-up-world.ts';
import { addValidationJob, PASSES } from './validating-jobs.ts';
import { GOOD_FILES, moreVersions, PROD, PROMOTER, RUN, STAGING } from '../../emulator/seeds/demo-models.ts';

const NEW_MODEL = 'prod.ml_team.new_model';

/** A run of an action whose end is known, for tests that go over every action. */
export interface ActionCase {
  readonly title: string;
  readonly action: Action;
  readonly inputs: Readonly<Record<string, string>>;
  readonly token?: string;
  /** Changes the demo's world before the run. */
  readonly prepare?: (metastore: Metastore) => void;
  readonly outcome: Outcome;
  /** What is wrong with a run that says it succeeded; empty when nothing is. */
  readonly faultsOfSuccess: (seen: ActionRun) => string[];
}

const expected = (name: string, actual: unknown, wanted: unknown): string[] =>
  JSON.stringify(actual) === JSON.stringify(wanted)
    ? []
    : [`${name} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`];

const output = (name: string, wanted: string) => (seen: ActionRun) =>
  expected(name, seen.outputs[name], wanted);

/** Aliases of the prod model as they should be, whatever their spelling. */
const aliases = (wanted: Readonly<Record<string, number>>) => (seen: ActionRun) =>
  expected(
    'aliases',
    Object.fromEntries(
      Object.entries(seen.after.models[PROD]?.aliases ?? {}).map(([name, to]) => [name.toLowerCase(), to]),
    ),
    wanted,
  );

const all =
  (...checks: ((seen: ActionRun) => string[])[]) =>
  (seen: ActionRun) =>
    checks.flatMap((check) => check(seen));

/** The copy of the staging model's version 1 that a run made. */
const copied = (number: string) => (seen: ActionRun) => {
  const copy = seen.after.models[PROD]?.versions[number];
  const source = seen.after.models[STAGING]?.versions['1'];
  return [
    ...expected('files', copy?.files, source?.files),
    ...expected('status', copy?.status, 'READY'),
    ...expected('description', copy?.description, source?.description),
    ...expected('dataset', copy?.tags['dataset'], 'transactions_q3'),
    ...expected('origin', copy?.tags['uc_promote_origin'], `models:/${STAGING}/1`),
    ...expected('validation_status', copy?.tags['validation_status'], undefined),
  ];
};

/** The model of the run that trained the staging model, as a run registered it. */
const registered = (number: string) => (seen: ActionRun) => {
  const made = seen.after.models[PROD]?.versions[number];
  return [
    ...expected('files', made?.files, seen.after.models[STAGING]?.versions['1']?.files),
    ...expected('status', made?.status, 'READY'),
    ...expected('run', made?.runId, RUN),
    ...expected('origin', made?.tags['uc_promote_origin'], `runs:/${RUN}/model`),
  ];
};

/** A bad second version, which the alias names. */
const badVersion = (metastore: Metastore): void => {
  metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': 'bad' } });
  metastore.setAlias(PROD, 'Champion', 2);
};

const neverSucceeds = () => ['it must not succeed'];

/** One that succeeds and one that is refused, for each action. */
export const CASES: readonly ActionCase[] = [
  {
    title: 'set-alias moves an alias',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', version: '2' },
    prepare: moreVersions,
    outcome: 'ok',
    faultsOfSuccess: all(
      aliases({ champion: 2 }),
      output('version', '2'),
      output('previous-version', '1'),
      output('uri', `models:/${PROD}/2`),
    ),
  },
  {
    title: 'set-alias refuses a version without signature',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', version: '3' },
    prepare: moreVersions,
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'set-alias refuses a caller without rights',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', version: '2' },
    token: TOKENS.reader,
    prepare: moreVersions,
    outcome: 'denied',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'apply moves the alias as planned',
    action: apply,
    inputs: given(craftedPlan(2)),
    prepare: moreVersions,
    outcome: 'ok',
    faultsOfSuccess: all(
      aliases({ champion: 2 }),
      output('version', '2'),
      output('previous-version', '1'),
      output('uri', `models:/${PROD}/2`),
    ),
  },
  {
    title: 'apply finds another version than planned',
    action: apply,
    inputs: given(craftedPlan(2)),
    prepare: (metastore) => {
      moreVersions(metastore);
      metastore.setAlias(PROD, 'Champion', 3);
    },
    outcome: 'conflict',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'rollback goes back, and holds the bad version',
    action: rollback,
    inputs: { model: PROD, alias: 'Champion', 'from-version': '2', 'to-version': '1', reason: 'incident 7' },
    prepare: badVersion,
    outcome: 'ok',
    faultsOfSuccess: all(
      aliases({ champion: 1 }),
      output('version', '1'),
      output('previous-version', '2'),
      output('held', 'true'),
      (seen) =>
        expected(
          'reason',
          (
            JSON.parse(seen.after.models[PROD]?.tags['uc_promote_hold_d4735e3a265e'] ?? '{}') as {
              reason?: string;
            }
          ).reason,
          'incident 7',
        ),
    ),
  },
  {
    title: 'rollback does not know where to',
    action: rollback,
    inputs: { model: PROD, alias: 'Champion', 'from-version': '2', reason: 'incident 7' },
    prepare: badVersion,
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'find-version finds the newest version with a tag',
    action: findVersion,
    inputs: { model: PROD, where: 'reviewed=yes' },
    prepare: (metastore) => {
      moreVersions(metastore);
      for (let count = 0; count < 6; count += 1) metastore.addVersion(PROD, { files: {} });
      for (const version of [2, 1, 4]) metastore.setTags(PROD, { reviewed: 'yes' }, version);
    },
    outcome: 'ok',
    faultsOfSuccess: all(output('version', '2'), output('uri', `models:/${PROD}/2`), output('found', 'true')),
  },
  {
    title: 'find-version finds none',
    action: findVersion,
    inputs: { model: STAGING, where: 'validation_status=rejected' },
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'validate-signature accepts a complete one',
    action: validateSignature,
    inputs: { model: STAGING, version: '1' },
    outcome: 'ok',
    faultsOfSuccess: all(
      output('valid', 'true'),
      output('allowed', 'true'),
      output('uri', `models:/${STAGING}/1`),
    ),
  },
  {
    title: 'validate-signature refuses a missing one',
    action: validateSignature,
    inputs: { model: STAGING, version: '2' },
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'download-version downloads a version',
    action: downloadVersion,
    inputs: { model: STAGING, version: '1', folder: DOWNLOAD_FOLDER },
    prepare: clearDownload,
    outcome: 'ok',
    faultsOfSuccess: all(
      output('path', DOWNLOAD_FOLDER),
      output('files', String(Object.keys(GOOD_FILES).length)),
      output('verified', 'sizes'),
      output('uri', `models:/${STAGING}/1`),
    ),
  },
  {
    title: 'download-version refuses a version without signature',
    action: downloadVersion,
    inputs: { model: STAGING, version: '2', folder: DOWNLOAD_FOLDER },
    prepare: clearDownload,
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'validate-version plans with a job',
    action: validateVersion,
    inputs: {
      model: PROD,
      version: '1',
      'validate-job': 'Validate',
      'set-status': 'approved',
      'dry-run': 'true',
    },
    prepare: (metastore) => void addValidationJob(metastore, PASSES),
    outcome: 'ok',
    faultsOfSuccess: all(output('allowed', 'false'), output('version', '1'), output('changed', 'false')),
  },
  {
    title: 'validate-version refuses a version without signature',
    action: validateVersion,
    inputs: { model: STAGING, version: '2', 'validate-job': 'Validate' },
    prepare: (metastore) => void addValidationJob(metastore, PASSES),
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'update-serving plans',
    action: updateServing,
    inputs: { model: PROD, alias: 'Champion', endpoints: 'fraud-rt', 'dry-run': 'true' },
    prepare: ({ workspace }) =>
      workspace.addEndpoint('fraud-rt', {
        creator: PROMOTER,
        served: [{ entity_name: PROD, entity_version: '9' }],
      }),
    outcome: 'ok',
    faultsOfSuccess: all(output('version', '1'), output('changed', 'false')),
  },
  {
    title: 'clean-up deletes what nothing protects',
    action: cleanUp,
    inputs: CLEAN_UP,
    prepare: cleanUpWorld,
    outcome: 'ok',
    faultsOfSuccess: all(output('changed', 'true'), (seen) =>
      expected(
        'versions',
        Object.keys(seen.after.models[PROD]?.versions ?? {}).map(Number),
        [1, 7, 8, 9, 10, 11, 12, 13, 14],
      ),
    ),
  },
  {
    title: 'clean-up refuses too many deletions',
    action: cleanUp,
    inputs: { ...CLEAN_UP, 'max-deletions': '1' },
    prepare: cleanUpWorld,
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'manage-model creates a model for a group',
    action: manageModel,
    inputs: { model: NEW_MODEL, create: 'true', description: 'Scores.', owner: 'ml-deployers' },
    outcome: 'ok',
    faultsOfSuccess: all(output('changed', 'true'), output('owner', 'ml-deployers'), (seen) =>
      expected('owner', seen.after.models[NEW_MODEL]?.owner, 'ml-deployers'),
    ),
  },
  {
    title: 'manage-model refuses to delete a model with versions',
    action: manageModel,
    inputs: { model: PROD, delete: 'true' },
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'gate-on-grants opens for the promoter',
    action: gateOnGrants,
    inputs: { source: `models:/${STAGING}/1`, destination: PROD, operations: 'copy, set-alias, tag' },
    outcome: 'ok',
    faultsOfSuccess: all(output('allowed', 'true'), output('missing', '[]')),
  },
  {
    title: 'gate-on-grants stays shut for a reader',
    action: gateOnGrants,
    inputs: { source: `models:/${STAGING}/1`, destination: PROD },
    token: TOKENS.reader,
    outcome: 'denied',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'tag-status approves a version',
    action: tagStatus,
    inputs: { model: PROD, version: '1', status: 'approved', tags: 'ticket=OPS-7' },
    outcome: 'ok',
    faultsOfSuccess: all(output('status', 'approved'), output('previous-status', ''), (seen) =>
      expected('tags', seen.after.models[PROD]?.versions['1']?.tags, {
        ticket: 'OPS-7',
        validation_status: 'approved',
      }),
    ),
  },
  {
    title: 'tag-status refuses what was not expected',
    action: tagStatus,
    inputs: { model: PROD, version: '1', status: 'approved', 'expected-status': 'pending' },
    outcome: 'conflict',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'audit-aliases finds nothing wrong',
    action: auditAliases,
    inputs: { models: 'prod.ml_team.*' },
    outcome: 'ok',
    faultsOfSuccess: all(output('count', '0'), output('models-seen', '1'), output('allowed', 'true')),
  },
  {
    title: 'audit-aliases finds an alias on a version without signature',
    action: auditAliases,
    inputs: { models: 'prod.*' },
    prepare: (metastore) => {
      moreVersions(metastore);
      metastore.setAlias(PROD, 'Challenger', 3);
    },
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'copy-version copies a version',
    action: copyVersion,
    inputs: { source: `models:/${STAGING}/1`, destination: PROD },
    outcome: 'ok',
    faultsOfSuccess: all(copied('2'), aliases({ champion: 1 }), output('version', '2')),
  },
  {
    title: 'copy-version refuses a version without signature',
    action: copyVersion,
    inputs: { source: `models:/${STAGING}/2`, destination: PROD },
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'register-version registers a model of a run',
    action: registerVersion,
    inputs: { source: `runs:/${RUN}/model`, destination: PROD },
    outcome: 'ok',
    faultsOfSuccess: all(registered('2'), aliases({ champion: 1 }), output('version', '2')),
  },
  {
    title: 'register-version refuses a model without signature',
    action: registerVersion,
    inputs: { source: `runs:/${RUN}/unsigned`, destination: PROD },
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'promote promotes',
    action: promote,
    inputs: {
      source: `models:/${STAGING}/1`,
      destination: PROD,
      'require-status': 'approved',
      'set-status': 'promoted',
    },
    outcome: 'ok',
    faultsOfSuccess: (seen) => [
      ...copied('2')({
        ...seen,
        after: JSON.parse(
          JSON.stringify(seen.after).replace('"validation_status":"promoted"', '"status":"promoted"'),
        ) as ActionRun['after'],
      }),
      ...aliases({ champion: 2 })(seen),
      ...output('version', '2')(seen),
      ...output('previous-version', '1')(seen),
      ...output('status', 'promoted')(seen),
    ],
  },
  {
    title: 'promote refuses a source that is not approved',
    action: promote,
    inputs: { source: `models:/${STAGING}/1`, destination: PROD, 'require-status': 'blessed' },
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'sync-aliases follows a pin to a copy',
    action: syncAliases,
    inputs: following('copied'),
    outcome: 'ok',
    faultsOfSuccess: all(copied('2'), aliases({ champion: 2 }), output('count', '1')),
  },
  {
    title: 'sync-aliases refuses a pin to a version without signature',
    action: syncAliases,
    inputs: following('unsigned'),
    outcome: 'blocked',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'sync-aliases refuses a pin whose alias is elsewhere',
    action: syncAliases,
    inputs: following('copied', 'moved'),
    outcome: 'conflict',
    faultsOfSuccess: neverSucceeds,
  },
  {
    title: 'check-connection is connected',
    action: checkConnection,
    inputs: { model: STAGING, catalogs: 'staging\nprod' },
    outcome: 'ok',
    faultsOfSuccess: all(
      output('method', 'pat'),
      output('principal', PROMOTER),
      output('groups', '["ml-deployers"]'),
    ),
  },
  {
    title: 'check-connection tells a catalog that may not be used',
    action: checkConnection,
    inputs: { model: STAGING },
    token: TOKENS.reader,
    outcome: 'denied',
    faultsOfSuccess: neverSucceeds,
  },
];
