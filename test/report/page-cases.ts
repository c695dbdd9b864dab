import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator, Fault, Metastore } from '../../emulator/index.ts';
import {
  filesWith,
  GOOD_FILES,
  moreVersions,
  PROD,
  PROMOTER,
  STAGING,
  RUN,
} from '../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { checkConnection } from '../../src/actions/check-connection.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { downloadVersion } from '../../src/actions/download-version.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { promote } from '../../src/actions/promote.ts';
import { apply } from '../../src/actions/apply.ts';
import { clearDownload, DOWNLOAD_FOLDER } from '../../bench/download-folder.ts';
import { following } from '../../bench/crafted-pins.ts';
import { craftedPlan, given } from '../../bench/crafted-plan.ts';
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
import { CASES } from '../actions/action-cases.ts';
import { CLEAN_UP, cleanUpWorld } from '../clean-up/clean-up-world.ts';
import { TOKENS, type ActionBench, type RunOptions } from '../actions/harness.ts';
import { addValidationJob } from '../actions/validating-jobs.ts';
import type { PageCase } from './page-case.ts';
import { RULE_PAGES } from './rule-page-cases.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const ALIAS = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';
const DOWN = { times: ALWAYS, kind: { kind: 'status', status: 503 } } as const;
const INTERRUPT: Fault = { kind: 'run', when: 'before', run: () => void process.emit('SIGINT') };

const MOVE = { model: PROD, alias: 'Champion', version: '2' };
const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const REGISTER = { source: `runs:/${RUN}/model`, destination: PROD };
const STATUS = { model: PROD, version: '1', status: 'approved' };

const DOWNLOAD = { model: STAGING, version: '1', folder: DOWNLOAD_FOLDER };
const TWO_LEFT_BEHIND = { tags: 'ticket=OPS-7\nreviewer=grace\nregion=eu', 'remove-tags': 'dataset' };

/** The model with another signature: `amount` is a text, and `channel` is new and required. */
const BREAKING = filesWith(
  `flavors:\n  sklearn: {}\nsignature:\n  inputs: '${JSON.stringify([
    { type: 'string', name: 'amount', required: true },
    { type: 'long', name: 'country_code', required: true },
    { type: 'boolean', name: 'night', required: true },
    { type: 'string', name: 'channel', required: true },
  ])}'\n  outputs: '${JSON.stringify([{ type: 'long', name: 'is_fraud', required: true }])}'\n`,
);

const withMore =
  (more?: (emulator: Emulator) => void) =>
  ({ emulator }: ActionBench): void => {
    moreVersions(emulator.metastore);
    more?.(emulator);
  };

const moveTo =
  (version: number) =>
  (metastore: Metastore): void =>
    metastore.setAlias(PROD, 'Champion', version);

const breaking = ({ emulator }: ActionBench): void =>
  void emulator.metastore.addVersion(STAGING, {
    files: BREAKING,
    tags: { validation_status: 'approved' },
  });

/** Puts up an endpoint that serves the first version. */
function behind({ workspace }: Metastore): void {
  workspace.addEndpoint('fraud-rt', {
    creator: PROMOTER,
    served: [{ entity_name: PROD, entity_version: '1' }],
  });
  // Shorter than a look takes, so that a page says the same each time.
  workspace.setServingTimes({ build: 0, route: 0 });
}

const passing: RunOptions = {
  runCommand: async () => ({ exitCode: 0, timedOut: false, durationMs: 41_000 }),
};
const failing: RunOptions = {
  runCommand: async () => ({ exitCode: 3, timedOut: false, durationMs: 41_000 }),
};

const setAliasCases: readonly PageCase[] = [
  { title: 'set-alias has nothing to do', action: setAlias, inputs: { ...MOVE, version: '1' } },
  {
    title: 'set-alias plans a move',
    action: setAlias,
    inputs: { ...MOVE, 'dry-run': 'true' },
    prepare: withMore(),
  },
  {
    title: 'set-alias sets the first alias of a name',
    action: setAlias,
    inputs: { ...MOVE, alias: 'Challenger' },
    prepare: withMore(),
  },
  {
    title: 'set-alias deletes an alias',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', delete: 'true' },
  },
  {
    title: 'set-alias refuses a version on hold',
    action: setAlias,
    inputs: { ...MOVE, version: '6' },
    prepare: withMore(),
  },
  {
    title: 'set-alias finds another version than expected',
    action: setAlias,
    inputs: { ...MOVE, 'expected-version': '7' },
    prepare: withMore(),
  },
  {
    title: 'set-alias loses a race after the write',
    action: setAlias,
    inputs: MOVE,
    prepare: withMore((emulator) =>
      emulator.faults.add({
        method: 'PUT',
        template: ALIAS,
        kind: { kind: 'run', when: 'after', run: moveTo(3) },
      }),
    ),
  },
  {
    title: 'set-alias cannot see whether the alias was moved',
    action: setAlias,
    inputs: MOVE,
    prepare: withMore((emulator) => {
      emulator.faults.add({
        method: 'PUT',
        template: ALIAS,
        times: ALWAYS,
        kind: { kind: 'drop', when: 'after' },
      });
      emulator.faults.add({ method: 'GET', template: ALIAS, skip: 2, ...DOWN });
    }),
  },
  {
    title: 'set-alias shows the metrics of both',
    action: setAlias,
    inputs: { ...MOVE, 'dry-run': 'true' },
    prepare: withMore(({ metastore }) => {
      const dataset = { name: 'holdout', digest: 'f3a9c1d2' };
      for (const [number, runId, value] of [
        [1, 'b'.repeat(32), 0.95],
        [2, 'a'.repeat(32), 0.9123456789],
      ] as const) {
        metastore.addRun({
          runId,
          metrics: [
            { key: 'auc', value, dataset },
            { key: `loss | ${number}`, value: 'NaN' },
          ],
        });
        const version = metastore.model(PROD).versions.get(number);
        if (version !== undefined) version.runId = runId;
      }
    }),
  },
  {
    title: 'set-alias is cancelled',
    action: setAlias,
    inputs: MOVE,
    prepare: withMore((emulator) => emulator.faults.add({ template: ALIAS, kind: INTERRUPT })),
  },
  {
    title: 'set-alias without signature and privileges checked',
    action: setAlias,
    inputs: { ...MOVE, version: '3', 'require-signature': 'warn', 'check-privileges': 'off' },
    prepare: withMore(),
  },
  {
    title: 'set-alias is called wrongly',
    action: setAlias,
    inputs: { model: 'prod.fraud', alias: 'v 1', version: 'latest' },
  },
  {
    title: 'set-alias names a version that is not there',
    action: setAlias,
    inputs: { ...MOVE, version: '9' },
  },
];

const BAD_FILES = { ...GOOD_FILES, 'model.pkl': 'bad' };

/** A bad second version, on which a run of ours moved the alias. */
const promotedBad =
  (more?: (emulator: Emulator) => void) =>
  async ({ emulator, run }: ActionBench): Promise<undefined> => {
    emulator.metastore.addVersion(PROD, { files: BAD_FILES });
    await run(setAlias, MOVE);
    more?.(emulator);
  };

const BACK = { model: PROD, alias: 'Champion', 'from-version': '2', reason: 'incident 7' };

const UNTIL_VALIDATE = {
  ...COPY,
  until: 'validate',
  'set-status': 'approved',
  'require-status': 'approved',
  'require-destination-status': 'approved',
};

/** Plans in the way of a `promote` with `until: validate`, and hands the plan on. */
const plannedMove =
  (then: (bench: ActionBench) => void | Promise<void> = () => {}) =>
  async (bench: ActionBench): Promise<RunOptions> => {
    const seen = await bench.run(promote, UNTIL_VALIDATE);
    await then(bench);
    return { environment: { INPUT_PLAN: seen.outputs['plan'] ?? '' } };
  };

const planCases: readonly PageCase[] = [
  { title: 'promote waits for approval', action: promote, inputs: UNTIL_VALIDATE },
  { title: 'apply carries out an approved plan', action: apply, inputs: {}, prepare: plannedMove() },
  {
    title: 'apply finds what the plan rests on changed',
    action: apply,
    inputs: {},
    prepare: plannedMove(async ({ emulator, run }) => {
      emulator.metastore.addVersion(PROD, { files: GOOD_FILES });
      await run(setAlias, { model: PROD, alias: 'Champion', version: '3' });
      emulator.metastore.setTags(PROD, { validation_status: 'rejected' }, 2);
    }),
  },
  {
    title: 'apply refuses a plan that has expired',
    action: apply,
    inputs: {},
    prepare: async ({ emulator }) => {
      moreVersions(emulator.metastore);
      return { environment: { INPUT_PLAN: given(craftedPlan(2, Date.now() - 90_000_000)).plan } };
    },
  },
  {
    title: 'apply is handed an output that GitHub dropped',
    action: apply,
    inputs: { plan: '' },
  },
];

const rollbackCases: readonly PageCase[] = [
  { title: 'rollback goes back', action: rollback, inputs: BACK, prepare: promotedBad() },
  {
    title: 'rollback plans to go back',
    action: rollback,
    inputs: { ...BACK, 'dry-run': 'true' },
    prepare: promotedBad(),
  },
  {
    title: 'rollback has nothing to do',
    action: rollback,
    inputs: BACK,
    prepare: async (bench) => {
      await promotedBad()(bench);
      await bench.run(rollback, BACK);
    },
  },
  {
    title: 'rollback lists the candidates',
    action: rollback,
    inputs: BACK,
    prepare: promotedBad((emulator) => {
      moreVersions(emulator.metastore);
      emulator.metastore.setTags(PROD, { uc_promote_hold: 'incident 6' }, 1);
    }),
  },
  {
    title: 'rollback finds an alias that was moved since',
    action: rollback,
    inputs: BACK,
    prepare: promotedBad((emulator) => {
      moreVersions(emulator.metastore);
      moveTo(3)(emulator.metastore);
    }),
  },
  {
    title: 'rollback moves the alias and cannot hold the bad version',
    action: rollback,
    inputs: BACK,
    prepare: promotedBad((emulator) =>
      emulator.faults.add({
        method: 'POST',
        template: /registered-models\/set-tag$/u,
        times: ALWAYS,
        kind: { kind: 'status', status: 403, errorCode: 'PERMISSION_DENIED' },
      }),
    ),
  },
  {
    title: 'rollback is called wrongly',
    action: rollback,
    inputs: { ...BACK, 'to-version': '2', alias: 'v 1' },
  },
];

const promoteCases: readonly PageCase[] = [
  {
    title: 'promote has nothing to do',
    action: promote,
    inputs: COPY,
    prepare: async ({ run }) => {
      await run(promote, COPY);
      return undefined;
    },
  },
  {
    title: 'promote plans',
    action: promote,
    inputs: { ...COPY, 'set-status': 'promoted', 'dry-run': 'true' },
  },
  {
    title: 'promote plans what breaks callers',
    action: promote,
    inputs: {
      ...COPY,
      source: `models:/${STAGING}/3`,
      'compare-with': `models:/${PROD}@Champion`,
      compatibility: 'none',
      'dry-run': 'true',
    },
    prepare: breaking,
  },
  {
    title: 'promote refuses what breaks callers',
    action: promote,
    inputs: { ...COPY, source: `models:/${STAGING}/3`, 'compare-with': `models:/${PROD}@Champion` },
    prepare: breaking,
  },
  { title: 'promote only copies', action: promote, inputs: { ...COPY, until: 'copy' } },
  {
    title: 'promote validates',
    action: promote,
    inputs: { ...COPY, 'validate-command': './validate.sh', 'set-status': 'approved' },
    run: passing,
  },
  {
    title: 'promote fails the validation',
    action: promote,
    inputs: { ...COPY, 'validate-command': './validate.sh', 'set-status': 'approved' },
    run: failing,
  },
  {
    title: 'promote to a model that is not there',
    action: promote,
    inputs: { ...COPY, destination: 'prod.ml_team.churn' },
  },
  { title: 'promote is denied', action: promote, inputs: COPY, run: { token: TOKENS.reader } },
  {
    title: 'promote finds the alias moved meanwhile',
    action: promote,
    inputs: COPY,
    prepare: withMore((emulator) =>
      emulator.faults.add({
        template: '/api/2.0/mlflow/unity-catalog/model-versions/finalize',
        kind: { kind: 'run', when: 'after', run: moveTo(3) },
      }),
    ),
  },
  {
    title: 'promote is called wrongly',
    action: promote,
    inputs: { source: STAGING, destination: PROD, until: 'later' },
  },
  {
    title: 'promote is cancelled after the copy',
    action: promote,
    inputs: COPY,
    prepare: ({ emulator }) =>
      emulator.faults.add({
        template: '/api/2.0/mlflow/unity-catalog/model-versions/finalize',
        kind: INTERRUPT,
      }),
  },
  {
    title: 'promote copies and cannot move the alias',
    action: promote,
    inputs: COPY,
    prepare: ({ emulator }) => emulator.faults.add({ method: 'PUT', template: ALIAS, ...DOWN }),
  },
];

const copyCases: readonly PageCase[] = [
  {
    title: 'copy-version has nothing to do',
    action: copyVersion,
    inputs: COPY,
    prepare: async ({ run }) => {
      await run(copyVersion, COPY);
      return undefined;
    },
  },
  { title: 'copy-version plans', action: copyVersion, inputs: { ...COPY, 'dry-run': 'true' } },
  {
    title: 'copy-version is denied',
    action: copyVersion,
    inputs: COPY,
    run: { token: TOKENS.reader },
  },
  {
    title: 'copy-version finds a file that arrived wrong',
    action: copyVersion,
    inputs: COPY,
    prepare: ({ emulator }) =>
      emulator.faults.add({
        method: 'PUT',
        path: /2\/conda\.yaml$/u,
        kind: {
          kind: 'run',
          when: 'after',
          run: (metastore) => {
            const file = metastore.state.models.get(PROD)?.versions.get(2)?.files.get('conda.yaml');
            if (file?.content.kind !== 'memory') throw new Error('The file is not in memory.');
            file.content.bytes = Uint8Array.from(file.content.bytes).fill(0);
            delete file.sha256;
          },
        },
      }),
  },
  {
    title: 'copy-version is cancelled',
    action: copyVersion,
    inputs: COPY,
    prepare: ({ emulator }) => emulator.faults.add({ method: 'PUT', path: /2\/MLmodel$/u, kind: INTERRUPT }),
  },
  {
    title: 'copy-version starts a deployment job',
    action: copyVersion,
    inputs: COPY,
    prepare: ({ emulator }) => {
      emulator.metastore.model(PROD).deploymentJobId = '987654321';
    },
  },
  { title: 'copy-version is called wrongly', action: copyVersion, inputs: { source: STAGING } },
];

const registerCases: readonly PageCase[] = [
  {
    title: 'register-version has nothing to do',
    action: registerVersion,
    inputs: REGISTER,
    prepare: async ({ run }) => {
      await run(registerVersion, REGISTER);
      return undefined;
    },
  },
  {
    title: 'register-version plans',
    action: registerVersion,
    inputs: { ...REGISTER, 'dry-run': 'true' },
  },
  {
    title: 'register-version is denied',
    action: registerVersion,
    inputs: REGISTER,
    run: { token: TOKENS.reader },
  },
  {
    title: 'register-version refuses a logged model that is not ready',
    action: registerVersion,
    inputs: { ...REGISTER, source: 'models:/m-1' },
    prepare: ({ emulator }) =>
      emulator.metastore.addLoggedModel({
        modelId: 'm-1',
        status: 'LOGGED_MODEL_PENDING',
        files: GOOD_FILES,
      }),
  },
  {
    title: 'register-version is called wrongly',
    action: registerVersion,
    inputs: { ...REGISTER, source: `models:/${STAGING}/1` },
  },
];

const tagCases: readonly PageCase[] = [
  {
    title: 'tag-status has nothing to do',
    action: tagStatus,
    inputs: STATUS,
    prepare: ({ emulator }) => emulator.metastore.setTags(PROD, { validation_status: 'approved' }, 1),
  },
  { title: 'tag-status plans', action: tagStatus, inputs: { ...STATUS, 'dry-run': 'true' } },
  {
    title: 'tag-status changes and removes tags',
    action: tagStatus,
    inputs: { model: PROD, version: '1', ...TWO_LEFT_BEHIND, description: 'Serves EU.' },
    prepare: ({ emulator }) => emulator.metastore.setTags(PROD, { dataset: 'q3', region: 'us' }, 1),
  },
  {
    title: 'tag-status refuses to approve without signature',
    action: tagStatus,
    inputs: { ...STATUS, version: '3' },
    prepare: withMore(),
  },
  { title: 'tag-status is denied', action: tagStatus, inputs: STATUS, run: { token: TOKENS.reader } },
  {
    title: 'tag-status writes some and fails',
    action: tagStatus,
    inputs: { ...STATUS, tags: 'ticket=OPS-7' },
    prepare: ({ emulator }) => emulator.faults.add({ template: /set-tag/u, skip: 1, ...DOWN }),
  },
  { title: 'tag-status is called wrongly', action: tagStatus, inputs: { model: PROD, version: '1' } },
];

const readingCases: readonly PageCase[] = [
  {
    title: 'find-version finds several',
    action: findVersion,
    inputs: { model: 'staging.*' },
  },
  {
    title: 'find-version shows what an alias named when',
    action: findVersion,
    inputs: { model: PROD, alias: 'Champion', history: 'true' },
    prepare: promotedBad((emulator) => {
      moreVersions(emulator.metastore);
      moveTo(4)(emulator.metastore);
    }),
  },
  {
    title: 'find-version finds none and goes on',
    action: findVersion,
    inputs: { model: STAGING, where: 'validation_status=rejected', 'allow-none': 'true' },
  },
  {
    title: 'find-version is denied',
    action: findVersion,
    inputs: { model: PROD },
    run: { token: TOKENS.reader },
  },
  { title: 'find-version is called wrongly', action: findVersion, inputs: { model: 'fraud', where: 'x' } },
  {
    title: 'validate-signature finds a compatible one',
    action: validateSignature,
    inputs: { model: STAGING, version: '1', 'compare-with': `models:/${PROD}@Champion` },
  },
  {
    title: 'validate-signature finds what breaks callers',
    action: validateSignature,
    inputs: { model: STAGING, version: '3', 'compare-with': `models:/${PROD}@Champion` },
    prepare: breaking,
  },
  {
    title: 'validate-signature names a version that is not there',
    action: validateSignature,
    inputs: { model: STAGING, version: '9' },
  },
  {
    title: 'download-version finds every file there',
    action: downloadVersion,
    inputs: DOWNLOAD,
    prepare: async ({ run }) => {
      clearDownload();
      await run(downloadVersion, DOWNLOAD);
      return undefined;
    },
  },
  {
    title: 'download-version refuses a folder with other files',
    action: downloadVersion,
    inputs: DOWNLOAD,
    prepare: () => {
      clearDownload();
      mkdirSync(DOWNLOAD_FOLDER);
      writeFileSync(join(DOWNLOAD_FOLDER, 'notes.txt'), 'mine');
    },
  },
  {
    title: 'download-version finds other bytes than were recorded',
    action: downloadVersion,
    inputs: DOWNLOAD,
    prepare: ({ emulator: { metastore } }) => {
      clearDownload();
      metastore.setTags(STAGING, { uc_promote_digest: `sha256:${'0'.repeat(64)}` }, 1);
    },
  },
  ...(
    [
      ['plans', { 'dry-run': 'true' }, passing],
      ['passes', {}, passing],
      ['is refused by a command', {}, failing],
    ] as const
  ).map(([what, inputs, run]): PageCase => ({
    title: `validate-version ${what}`,
    action: validateVersion,
    inputs: {
      model: PROD,
      version: '1',
      'validate-command': './validate.sh',
      'set-status': 'approved',
      'reject-status': 'rejected',
      ...inputs,
    },
    run,
  })),
  {
    title: 'promote is refused by a metric',
    action: promote,
    inputs: { ...COPY, 'require-metrics': 'auc >= 0.9\nauc >= champion - 0.01' },
    prepare: ({ emulator: { metastore } }) => {
      const dataset = { name: 'holdout', digest: 'f3a9c1d2' };
      for (const [model, runId, value] of [
        [STAGING, 'a'.repeat(32), 0.91],
        [PROD, 'b'.repeat(32), 0.95],
      ] as const) {
        metastore.addRun({ runId, metrics: [{ key: 'auc', value, dataset }] });
        const version = metastore.model(model).versions.get(1);
        if (version !== undefined) version.runId = runId;
      }
    },
  },
  ...(
    [
      ['updates an endpoint', { 'keep-previous': 'true' }, undefined],
      ['fails to update one', {}, 'no matching distribution for xgboost9'],
    ] as const
  ).map(([what, inputs, message]): PageCase => ({
    title: `update-serving ${what}`,
    action: updateServing,
    inputs: { model: PROD, alias: 'Champion', endpoints: 'fraud-rt', ...inputs },
    prepare: ({ emulator: { metastore } }) => {
      moreVersions(metastore);
      metastore.setAlias(PROD, 'Champion', 2);
      behind(metastore);
      if (message !== undefined)
        metastore.workspace.endUpdates('fraud-rt', { state: 'UPDATE_FAILED', message });
    },
  })),
  {
    title: 'manage-model renames a model',
    action: manageModel,
    inputs: { model: PROD, 'new-name': 'fraud_scores' },
  },
  {
    title: 'manage-model refuses to rename a model that is named elsewhere',
    action: manageModel,
    inputs: { model: PROD, 'new-name': 'fraud_scores', pins: 'bench/pins/moved.yml' },
    prepare: ({ emulator: { metastore } }) => behind(metastore),
  },
  {
    title: 'manage-model plans a deletion',
    action: manageModel,
    inputs: { model: 'prod.ml_team.empty', delete: 'true', 'dry-run': 'true' },
    prepare: ({ emulator: { metastore } }) => {
      metastore.createModel('prod.ml_team.empty', { owner: 'ml-deployers' });
    },
  },
  {
    title: 'clean-up leaves a plan',
    action: cleanUp,
    inputs: { ...CLEAN_UP, 'dry-run': 'true' },
    prepare: ({ emulator: { metastore } }) => cleanUpWorld(metastore),
  },
  {
    title: 'clean-up keeps what may have been named',
    action: cleanUp,
    inputs: CLEAN_UP,
    prepare: ({ emulator: { metastore } }) => {
      cleanUpWorld(metastore);
      metastore.setAlias(PROD, 'Shadow', 14);
    },
  },
  {
    title: 'clean-up stops where an alias is set meanwhile',
    action: cleanUp,
    inputs: CLEAN_UP,
    prepare: ({ emulator }) => {
      cleanUpWorld(emulator.metastore);
      const run = (metastore: Metastore) => metastore.setAlias(PROD, 'Late', 3);
      emulator.faults.add({ method: 'DELETE', kind: { kind: 'run', when: 'after', run } });
    },
  },
  {
    title: 'set-alias leaves an endpoint behind',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', version: '2' },
    prepare: ({ emulator: { metastore } }) => {
      moreVersions(metastore);
      behind(metastore);
    },
  },
  {
    title: 'validate-version with a job that gives no verdict',
    action: validateVersion,
    inputs: { model: PROD, version: '1', 'validate-job': 'Validate' },
    prepare: ({ emulator }) => {
      addValidationJob(emulator.metastore, '');
      const ending = { kind: 'end', code: 'LIBRARY_INSTALLATION_ERROR', when: 'start' } as const;
      emulator.runFaults.add({ fault: { ...ending, message: 'xgboost9 is no package.' } });
    },
  },
  {
    title: 'validate-version with a script that refuses',
    action: validateVersion,
    inputs: { model: PROD, version: '1', 'validate-job': 'file: test/fixtures/validate-script.py' },
    prepare: ({ emulator }) => {
      const ending = { kind: 'end', code: 'RUN_EXECUTION_ERROR', when: 'start' } as const;
      emulator.runFaults.add({ fault: { ...ending, message: 'ValueError: auc 0.4 is below 0.9.' } });
    },
  },
  {
    title: 'gate-on-grants finds nobody else',
    action: gateOnGrants,
    inputs: {
      forbid: `${PROD}: OWNERSHIP, MANAGE`,
      except: 'ml-deployers\nadmin@example.com',
    },
    prepare: ({ emulator }) => emulator.metastore.grant('function', PROD, 'admin@example.com', ['EXECUTE']),
    run: { token: TOKENS.admin },
  },
  {
    title: 'gate-on-grants finds somebody who must not',
    action: gateOnGrants,
    inputs: { forbid: `${PROD}: OWNERSHIP, MANAGE, APPLY TAG`, except: 'admin@example.com' },
    prepare: ({ emulator }) => {
      emulator.metastore.grant('function', PROD, 'admin@example.com', ['EXECUTE']);
      emulator.metastore.grant('function', PROD, 'ada@example.com', ['APPLY_TAG']);
    },
    run: { token: TOKENS.admin },
  },
  { title: 'gate-on-grants is called wrongly', action: gateOnGrants, inputs: { operations: 'fly' } },
  {
    title: 'audit-aliases finds a warning only',
    action: auditAliases,
    inputs: { models: 'prod.*', require: 'owner=risk', 'require-signature': 'warn', 'fail-on': 'never' },
    prepare: withMore((emulator) => emulator.metastore.setAlias(PROD, 'Challenger', 3)),
  },
  {
    title: 'audit-aliases finds every kind of fault',
    action: auditAliases,
    inputs: { models: PROD, require: 'validation_status=approved' },
    prepare: withMore(({ metastore }) => {
      for (const [alias, version] of [
        ['Unsigned', 3],
        ['Pending', 4],
        ['Failed', 5],
        ['Held', 6],
        ['Gone', 99],
      ] as const)
        metastore.setAlias(PROD, alias, version);
    }),
  },
  {
    title: 'audit-aliases has lines that match nothing',
    action: auditAliases,
    inputs: { models: 'prod.ml_team.*\nprod.other.*', aliases: 'Champion\nChamption' },
  },
  { title: 'audit-aliases is called wrongly', action: auditAliases, inputs: { models: '*' } },
  {
    title: 'sync-aliases plans a move to a copy',
    action: syncAliases,
    inputs: { ...following('copied'), 'dry-run': 'true' },
  },
  {
    title: 'sync-aliases has nothing to do',
    action: syncAliases,
    inputs: following('before', 'moved'),
  },
  {
    title: 'sync-aliases follows no pin that was removed',
    action: syncAliases,
    inputs: following('none'),
  },
  { title: 'sync-aliases reads wrong pins', action: syncAliases, inputs: following('wrong') },
  { title: 'sync-aliases imports what is live', action: syncAliases, inputs: { import: 'prod.*' } },
  { title: 'check-connection only signs in', action: checkConnection, inputs: {} },
  {
    title: 'check-connection has a token that is refused',
    action: checkConnection,
    inputs: {},
    run: { token: 'dapi-not-a-token' },
  },
  {
    title: 'check-connection names a catalog that is not there',
    action: checkConnection,
    inputs: { catalogs: 'prd' },
  },
];

/** The registry does not answer, for each action. */
const outages: readonly PageCase[] = CASES.filter(({ outcome }) => outcome === 'ok').map(
  ({ action, inputs }) => ({
    title: `${action.name} during an outage`,
    action,
    inputs,
    prepare: ({ emulator }) => emulator.faults.add(DOWN),
  }),
);

/** Every case that other tests go over, and what else a page may have to say. */
export const PAGE_CASES: readonly PageCase[] = [
  // The plans of these are made by the clock of the machine; pages have theirs.
  ...CASES.filter(({ action }) => action !== apply).map(
    ({ title, action, inputs, prepare, token }): PageCase => ({
      title,
      action,
      inputs,
      ...(prepare === undefined ? {} : { prepare: ({ emulator }) => prepare(emulator.metastore) }),
      ...(token === undefined ? {} : { run: { token } }),
    }),
  ),
  ...setAliasCases,
  ...planCases,
  ...rollbackCases,
  ...promoteCases,
  ...copyCases,
  ...registerCases,
  ...tagCases,
  ...readingCases,
  ...RULE_PAGES,
  ...[...new Map(outages.map((each) => [each.title, each])).values()],
];
