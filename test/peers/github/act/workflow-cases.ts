import type { Emulator } from '../../../../emulator/index.ts';
import type { ActRun } from './run.ts';
import { same } from '../../harness/outcome.ts';

const prod = 'prod.ml_team.fraud_detection';
const source = 'models:/staging.ml_team.fraud_detection/1';

/** What act is asked of one workflow, and what must be true after. */
export interface WorkflowCase {
  /** File in `.github/workflows`. */
  readonly file: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Who approved the environment `production` of this run on GitHub; default: nobody. */
  readonly approver?: string;
  /** Texts of the file → texts that a user writes there, each wherever it stands. */
  readonly edits?: readonly (readonly [from: string, to: string])[];
  /** For a workflow that is called: the permissions of the job that calls it. */
  readonly called?: Readonly<Record<string, string>>;
  readonly judge: (run: ActRun, emulator: Emulator) => void;
}

const aliases = (emulator: Emulator) => emulator.state().models[prod]?.aliases;

/** act knows no workflow of a job, and checks its own repository out only where nothing else is named. */
const ownCheckout = [
  '          repository: ${{ job.workflow_repository }}\n          ref: ${{ job.workflow_sha }}\n',
  '',
] as const;

/** The same for a checkout into a folder. */
const withoutCallerCheckout = [
  "if: inputs.after-command != ''\n        uses: actions/checkout",
  "if: 'false'\n        uses: actions/checkout",
] as const;

/** The steps that hand on a plan which is too long for an output: none of these plans is, but act fetches every action. */
const withoutArtifacts = ['upload-artifact', 'download-artifact'].map(
  (name) => [`uses: actions/${name}@`, `uses: actions/checkout@v7 # ${name}@`] as const,
);

/** The code is not known before act runs, which waits for nobody: that it is asked for is tested without act. */
const withoutCode = ['          require-plan-code: true\n', ''] as const;

const promoting = { contents: 'read', 'id-token': 'write', actions: 'read' };

/** Every workflow of ours whose only remote action is checkout, which act brings itself. */
export const workflowCases: readonly WorkflowCase[] = [
  {
    file: 'example-promotion.yml',
    name: 'as it is, it stops at the validation that the user has to write, and Champion stays',
    inputs: { version: '1', champion: '1' },
    judge(run, emulator) {
      same([run.code, run.jobs], [1, { promote: 'failure' }], `results (${run.end})`);
      same(
        run.steps
          .filter(({ result }) => result === 'failure')
          .map(({ log, annotations }) => [log, annotations.length]),
        [['', 1]],
        'failed steps',
      );
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
  {
    file: 'example-promotion.yml',
    name: 'with a validation, it copies, marks the copy and moves Champion',
    inputs: { version: '1', champion: '1' },
    edits: [['exit 1', 'test "$MODEL_URI" = models:/prod.ml_team.fraud_detection/2']],
    judge(run, emulator) {
      same([run.code, run.jobs], [0, { promote: 'success' }], `results (${run.end})`);
      same(aliases(emulator), { Champion: 2 }, 'aliases');
      same(emulator.state().models[prod]?.versions['2']?.tags['validation_status'], 'approved', 'status');
    },
  },
  {
    file: 'example-promotion.yml',
    name: 'with a Champion that somebody moved, it ends in conflict, and Champion stays',
    inputs: { version: '1', champion: 'none' },
    edits: [['exit 1', 'true']],
    judge(run, emulator) {
      same([run.code, run.jobs], [1, { promote: 'failure' }], `results (${run.end})`);
      same(run.steps.at(-1)?.outputs['outcome'], 'conflict', 'outcome of the last step');
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
  {
    file: 'example-release-gate.yml',
    name: 'approved by another person, the second job applies the plan of the first',
    inputs: { source },
    approver: 'linus',
    edits: [withoutCode],
    judge(run, emulator) {
      same([run.code, run.jobs], [0, { plan: 'success', apply: 'success' }], `results (${run.end})`);
      const plan = run.steps.find(({ id }) => id === 'plan')?.outputs;
      same(plan?.['previous-version'], '1', 'previous-version');
      if (!/^UCP-/u.test(plan?.['plan-code'] ?? '')) throw new Error('the first job left no code');
      same(aliases(emulator), { Champion: 2 }, 'aliases');
    },
  },
  {
    file: 'example-release-gate.yml',
    name: 'approved by whoever trained it, the second job is blocked, and Champion stays',
    inputs: { source },
    approver: 'ada',
    judge(run, emulator) {
      same([run.code, run.jobs], [1, { plan: 'success', apply: 'failure' }], `results (${run.end})`);
      same(run.steps.findLast(({ job }) => job === 'apply')?.outputs['outcome'], 'blocked', 'outcome');
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
  {
    file: 'example-release-gate.yml',
    name: 'a version without signature stops the first job, and the second does not run',
    inputs: { source: 'models:/staging.ml_team.fraud_detection/2' },
    judge(run, emulator) {
      same(run.code, 1, `exit code (${run.end})`);
      same(run.steps.filter(({ job }) => job === 'apply').length, 0, 'steps of the second job');
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
  {
    file: 'promote.yml',
    name: 'called, it applies what it planned',
    inputs: { source, destination: prod },
    approver: 'linus',
    called: promoting,
    edits: [ownCheckout, withoutCode, ...withoutArtifacts],
    judge(run, emulator) {
      same(run.code, 0, `exit code (${run.end})`);
      same(aliases(emulator), { Champion: 2 }, 'aliases');
    },
  },
  {
    file: 'promote.yml',
    name: 'called, it takes the alias back where a later step fails, without a hold',
    inputs: { source, destination: prod, 'after-command': 'exit 3' },
    approver: 'linus',
    called: promoting,
    edits: [ownCheckout, withoutCallerCheckout, withoutCode, ...withoutArtifacts],
    judge(run, emulator) {
      same(run.code, 1, `exit code (${run.end})`);
      const outcomes = run.steps.flatMap(({ outputs }) => outputs['outcome'] ?? []);
      same(outcomes, ['ok', 'ok', 'ok'], 'outcomes of plan, apply and rollback');
      same(
        run.steps.findLast(({ outputs }) => outputs['held'] !== undefined)?.outputs['held'],
        'false',
        'held',
      );
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
  {
    file: 'hold.yml',
    name: 'called, it holds a version',
    inputs: { model: prod, version: '1', hold: 'incident 7' },
    called: { contents: 'read', 'id-token': 'write' },
    edits: [ownCheckout],
    judge(run, emulator) {
      same(run.code, 0, `exit code (${run.end})`);
      const tags = Object.keys(emulator.state().models[prod]?.tags ?? {});
      same(
        tags.some((key) => key.startsWith('uc_promote_hold')),
        true,
        'whether a hold is set',
      );
    },
  },
  {
    file: 'rollback.yml',
    name: 'called for a version that the alias does not name, it moves nothing',
    inputs: { model: prod, 'from-version': '9', reason: 'incident 7' },
    called: { contents: 'read', 'id-token': 'write' },
    edits: [ownCheckout],
    judge(run, emulator) {
      same(run.code, 1, `exit code (${run.end})`);
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
  {
    file: 'audit.yml',
    name: 'called, it audits',
    inputs: { models: 'prod.ml_team.*' },
    called: { contents: 'read', 'id-token': 'write' },
    edits: [ownCheckout],
    judge(run) {
      same([run.code, run.steps.at(-1)?.outputs['count']], [0, '0'], `results (${run.end})`);
    },
  },
];
