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
  /** Text of the file → text that a user writes there. */
  readonly edit?: readonly [from: string, to: string];
  readonly judge: (run: ActRun, emulator: Emulator) => void;
}

const aliases = (emulator: Emulator) => emulator.state().models[prod]?.aliases;

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
    edit: ['exit 1', 'test "$MODEL_URI" = models:/prod.ml_team.fraud_detection/2'],
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
    edit: ['exit 1', 'true'],
    judge(run, emulator) {
      same([run.code, run.jobs], [1, { promote: 'failure' }], `results (${run.end})`);
      same(run.steps.at(-1)?.outputs['outcome'], 'conflict', 'outcome of the last step');
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
  {
    file: 'example-release-gate.yml',
    name: 'approved by another person, the second job moves Champion to what the first one prepared',
    inputs: { source },
    approver: 'linus',
    judge(run, emulator) {
      same([run.code, run.jobs], [0, { prepare: 'success', release: 'success' }], `results (${run.end})`);
      same(
        run.steps.find(({ id }) => id === 'promote')?.outputs['previous-version'],
        '1',
        'previous-version',
      );
      same(aliases(emulator), { Champion: 2 }, 'aliases');
    },
  },
  {
    file: 'example-release-gate.yml',
    name: 'approved by whoever trained it, the second job is blocked, and Champion stays',
    inputs: { source },
    approver: 'ada',
    judge(run, emulator) {
      same([run.code, run.jobs], [1, { prepare: 'success', release: 'failure' }], `results (${run.end})`);
      same(run.steps.findLast(({ job }) => job === 'release')?.outputs['outcome'], 'blocked', 'outcome');
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
  {
    file: 'example-release-gate.yml',
    name: 'a version without signature stops the first job, and the second does not run',
    inputs: { source: 'models:/staging.ml_team.fraud_detection/2' },
    judge(run, emulator) {
      same(run.code, 1, `exit code (${run.end})`);
      same(run.steps.filter(({ job }) => job === 'release').length, 0, 'steps of the second job');
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
];
