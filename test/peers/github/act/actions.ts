import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { startEmulator } from '../../../../emulator/index.ts';
import { PROMOTER, RUN } from '../../../../emulator/seeds/demo-models.ts';
import { root } from '../../../../scripts/peers/folder.ts';
import { check, same, type CaseResult } from '../../harness/outcome.ts';
import type { PeerContext } from '../../harness/script.ts';
import { actionFolders, makeActRepository } from './repository.ts';
import type { ActRun, ActStep } from './run.ts';

const staging = 'staging.ml_team.fraud_detection';
const prod = 'prod.ml_team.fraud_detection';
const token = 'emulator-promoter';

/** A step of the workflow, and what it must end with; a step with an `outcome` that stops a job continues on error. */
interface ActionCase {
  readonly id: string;
  /** Folder of the action; `.` is the root action. */
  readonly action: string;
  readonly with: Readonly<Record<string, string>>;
  readonly outcome: string;
  readonly outputs?: Readonly<Record<string, string>>;
}

/** Every action at least once, in the order of a promotion and its rollback in the demo's world. */
const cases: readonly ActionCase[] = [
  { id: 'connection', action: 'check-connection', with: { model: prod }, outcome: 'ok' },
  {
    id: 'found',
    action: 'find-version',
    with: { model: prod, alias: 'Champion' },
    outcome: 'ok',
    outputs: { version: '1' },
  },
  { id: 'signed', action: 'validate-signature', with: { model: staging, version: '1' }, outcome: 'ok' },
  {
    id: 'unsigned',
    action: 'validate-signature',
    with: { model: staging, version: '2' },
    outcome: 'blocked',
    outputs: { valid: 'false' },
  },
  { id: 'faulty', action: 'set-alias', with: { model: 'fraud', version: 'one' }, outcome: 'invalid' },
  {
    id: 'gate',
    action: 'gate-on-grants',
    with: { source: staging, destination: prod, operations: 'copy\nset-alias' },
    outcome: 'ok',
    outputs: { allowed: 'true' },
  },
  {
    id: 'copy',
    action: 'copy-version',
    with: { source: `models:/${staging}/1`, destination: prod },
    outcome: 'ok',
    outputs: { version: '2', verified: 'full' },
  },
  {
    id: 'status',
    action: 'tag-status',
    with: { model: prod, version: '${{ steps.copy.outputs.version }}', status: 'approved' },
    outcome: 'ok',
    outputs: { status: 'approved' },
  },
  {
    id: 'validated',
    action: 'validate-version',
    with: {
      model: prod,
      version: '${{ steps.copy.outputs.version }}',
      'validate-command': 'true',
    },
    outcome: 'ok',
  },
  {
    id: 'downloaded',
    action: 'download-version',
    with: { model: prod, version: '${{ steps.copy.outputs.version }}', folder: 'downloaded/model' },
    outcome: 'ok',
    outputs: { verified: 'digest' },
  },
  {
    id: 'registered',
    action: 'register-version',
    with: { source: `runs:/${RUN}/model`, destination: prod, 'dry-run': 'true' },
    outcome: 'ok',
    outputs: { 'would-change': 'true', changed: 'false' },
  },
  {
    id: 'alias',
    action: 'set-alias',
    with: {
      model: prod,
      alias: 'Champion',
      version: '${{ steps.copy.outputs.version }}',
      'expected-version': '${{ steps.found.outputs.version }}',
    },
    outcome: 'ok',
    outputs: { version: '2', 'previous-version': '1' },
  },
  {
    id: 'promote',
    action: '.',
    with: { source: `models:/${staging}/1`, destination: prod, 'require-status': 'approved' },
    outcome: 'noop',
    outputs: { version: '2', changed: 'false' },
  },
  {
    id: 'planned',
    action: 'set-alias',
    with: { model: prod, alias: 'Challenger', version: '2', 'dry-run': 'true' },
    outcome: 'ok',
    outputs: { changed: 'false' },
  },
  {
    id: 'applied',
    action: 'apply',
    with: {
      plan: '${{ steps.planned.outputs.plan }}',
      'expected-digest': '${{ steps.planned.outputs.plan-digest }}',
    },
    outcome: 'ok',
    outputs: { version: '2', 'previous-version': '' },
  },
  {
    id: 'unplanned',
    action: 'set-alias',
    with: { model: prod, alias: 'Challenger', delete: 'true' },
    outcome: 'ok',
  },
  {
    id: 'followed',
    action: 'sync-aliases',
    with: {
      pins: 'bench/pins/moved.yml',
      'base-pins': 'bench/pins/before.yml',
      'approval-review': 'false',
    },
    outcome: 'noop',
    outputs: { changed: 'false' },
  },
  {
    id: 'serving',
    action: 'update-serving',
    with: { model: prod, alias: 'Champion', endpoints: 'fraud-rt' },
    outcome: 'ok',
    outputs: { version: '2', changed: 'true' },
  },
  {
    id: 'cleaned',
    action: 'clean-up',
    with: { model: prod },
    outcome: 'noop',
    outputs: { changed: 'false' },
  },
  {
    id: 'managed',
    action: 'manage-model',
    with: { model: prod, description: 'Case of the peers' },
    outcome: 'ok',
    outputs: { changed: 'true' },
  },
  { id: 'audit', action: 'audit-aliases', with: { models: 'prod.ml_team.*' }, outcome: 'ok' },
  {
    id: 'rollback',
    action: 'rollback',
    with: { model: prod, alias: 'Champion', 'from-version': '2', reason: 'Case of the peers' },
    outcome: 'ok',
    outputs: { version: '1', changed: 'true' },
  },
];

const passing = new Set(['ok', 'noop']);

const workflow = {
  on: 'push',
  jobs: {
    actions: {
      'runs-on': 'ubuntu-24.04',
      outputs: { version: '${{ steps.copy.outputs.version }}', refused: '${{ steps.unsigned.outcome }}' },
      env: { DATABRICKS_HOST: '${{ vars.DATABRICKS_HOST }}' },
      steps: [
        { uses: 'actions/checkout@v7' },
        ...cases.map(({ id, action, with: inputs, outcome }) => ({
          id,
          uses: action === '.' ? './' : `./${action}`,
          'continue-on-error': !passing.has(outcome),
          with: { token: '${{ secrets.DATABRICKS_TOKEN }}', ...inputs },
        })),
      ],
    },
    after: {
      'runs-on': 'ubuntu-24.04',
      needs: 'actions',
      steps: [
        {
          env: {
            VERSION: '${{ needs.actions.outputs.version }}',
            REFUSED: '${{ needs.actions.outputs.refused }}',
          },
          run: 'test "$VERSION" = 2 && test "$REFUSED" = failure',
        },
      ],
    },
  },
};

const manifest = z.object({
  outputs: z.record(z.string(), z.unknown()).default({}),
  runs: z.object({ post: z.string().optional() }),
});

/** The pins of the case of sync-aliases. */
async function pinFiles(): Promise<Record<string, string>> {
  const paths = ['bench/pins/moved.yml', 'bench/pins/before.yml'];
  const texts = await Promise.all(paths.map((file) => readFile(join(root, file), 'utf8')));
  return Object.fromEntries(paths.map((file, index) => [file, texts[index] ?? '']));
}

/** Every action, run by act: its reading of `action.yml`, of defaults, outputs, masks, summaries and post scripts. */
export async function* actActions({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('act, actions')) return;
  const prefix = 'act, actions';
  yield await check(`${prefix}: each has a case`, async () => {
    const folders = await actionFolders();
    same(
      folders.filter((folder) => !cases.some(({ action }) => action === folder)),
      [],
      'actions without a case',
    );
    return `${folders.length} actions`;
  });
  const emulator = await startEmulator({ seed: 'demo' });
  emulator.metastore.workspace.addEndpoint('fraud-rt', {
    creator: PROMOTER,
    served: [{ entity_name: prod, entity_version: '1' }],
  });
  const path = '.github/workflows/actions.yml';
  const repository = await makeActRepository(python, { [path]: stringify(workflow), ...(await pinFiles()) });
  try {
    const run = await repository.run({
      workflow: path,
      secrets: { DATABRICKS_TOKEN: token },
      vars: { DATABRICKS_HOST: emulator.url },
    });
    yield await check(`${prefix}: both jobs succeed, and the second reads outputs of the first`, () => {
      same([run.code, run.jobs], [0, { actions: 'success', after: 'success' }], `results (${run.end})`);
      return '';
    });
    for (const expected of cases)
      yield await check(`${prefix}: ${expected.id} by ${expected.action}`, () => judge(expected, run));
    yield await check(`${prefix}: the token is masked in the log, and nowhere else`, () => {
      if (!run.log.includes('***')) throw new Error('act masked nothing');
      // act puts *** into the log only, so a token in the others would be seen here as it is.
      const reported = run.steps.map(({ outputs, summary, annotations }) => ({
        outputs,
        summary,
        annotations,
      }));
      if (`${run.log}${JSON.stringify(reported)}`.includes(token)) throw new Error('the token is told');
      return `${run.log.length} characters of log`;
    });
    yield await check(
      `${prefix}: Champion names what it named before the copy, and nothing unknown was sent`,
      () => {
        same(emulator.state().models[prod]?.aliases, { Champion: 1 }, 'aliases');
        same(emulator.violations, [], 'violations');
        return `${emulator.requests.length} requests`;
      },
    );
  } finally {
    await repository.close();
    await emulator.close();
  }
}

async function judge({ id, action, outcome, outputs = {} }: ActionCase, run: ActRun): Promise<string> {
  const step: ActStep | undefined = run.steps.find((each) => each.id === id);
  if (step === undefined) throw new Error(`act ran no such step: ${run.end}`);
  const wanted = { outcome, ...outputs };
  const found = Object.fromEntries(Object.keys(wanted).map((key) => [key, step.outputs[key]]));
  same(found, wanted, 'outputs');
  same(step.result, passing.has(outcome) ? 'success' : 'failure', 'result');
  const declared = manifest.parse(parse(await readFile(join(root, action, 'action.yml'), 'utf8')));
  same(
    Object.keys(step.outputs).filter((key) => !(key in declared.outputs)),
    [],
    'outputs that action.yml does not declare',
  );
  if (declared.runs.post !== undefined) same(step.post, 'success', 'post script');
  if (step.summary === '') throw new Error('no summary');
  const errors = step.annotations.filter(({ level }) => level === 'error').length;
  same(errors > 0, !passing.has(outcome), 'whether it has an error annotation');
  return `${Object.keys(step.outputs).length} outputs, summary of ${step.summary.length} characters`;
}
