import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { startEmulator } from '../../emulator/index.ts';
import type { Emulator } from '../../emulator/index.ts';
import { makeActRepository } from './act.ts';
import type { ActRepository } from './act.ts';
import type { ActRun } from './act-run.ts';
import { check, same } from './outcome.ts';
import type { CaseResult } from './outcome.ts';
import { root, type PeerContext } from './script.ts';

const folder = '.github/workflows';
const prod = 'prod.ml_team.fraud_detection';
const source = 'models:/staging.ml_team.fraud_detection/1';

/** What act is asked of one workflow, and what must be true after. */
interface WorkflowCase {
  /** File in `.github/workflows`. */
  readonly file: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Text of the file → text that a user writes there. */
  readonly edit?: readonly [from: string, to: string];
  readonly judge: (run: ActRun, emulator: Emulator) => void;
}

const aliases = (emulator: Emulator) => emulator.state().models[prod]?.aliases;

/** Every workflow of ours whose only remote action is checkout, which act brings itself. */
const cases: readonly WorkflowCase[] = [
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
    name: 'the second job moves Champion to what the first one prepared',
    inputs: { source },
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
    name: 'a version without signature stops the first job, and the second does not run',
    inputs: { source: 'models:/staging.ml_team.fraud_detection/2' },
    judge(run, emulator) {
      same(run.code, 1, `exit code (${run.end})`);
      same(run.steps.filter(({ job }) => job === 'release').length, 0, 'steps of the second job');
      same(aliases(emulator), { Champion: 1 }, 'aliases');
    },
  },
];

const workflow = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      uses: z.string().optional(),
      steps: z.array(z.object({ uses: z.string().optional() })).default([]),
    }),
  ),
});

/** The workflows that act can run as they are: no remote action but checkout, nor a remote workflow. */
async function runnable(): Promise<string[]> {
  const files = (await readdir(join(root, folder))).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')));
  return files.filter((_, index) => {
    const { jobs } = workflow.parse(parse(texts[index] ?? ''));
    const used = Object.values(jobs).flatMap(({ uses, steps }) => [uses, ...steps.map((step) => step.uses)]);
    const remote = used.filter((each) => each !== undefined && !each.startsWith('./'));
    return remote.every((each) => each?.startsWith('actions/checkout@'));
  });
}

/** Our workflows in act, from the event to the last job, each against a fresh emulator. */
export async function* actWorkflows({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('act, workflows')) return;
  const prefix = 'act, workflows';
  yield await check(`${prefix}: each whose only remote action is checkout has a case`, async () => {
    const files = await runnable();
    const listed = [...new Set(cases.map(({ file }) => file))].sort();
    same(files, listed, 'workflows');
    return files.join(', ');
  });
  for (const each of cases) {
    yield await check(`${prefix}: ${each.file}: ${each.name}`, async () => {
      const emulator = await startEmulator({ seed: 'demo' });
      let repository: ActRepository | undefined;
      try {
        repository = await makeActRepository(python, await edited(each));
        const run = await repository.run({
          workflow: `${folder}/${each.file}`,
          event: 'workflow_dispatch',
          inputs: each.inputs,
          secrets: { DATABRICKS_TOKEN: 'emulator-promoter' },
          vars: { DATABRICKS_HOST: emulator.url },
        });
        each.judge(run, emulator);
        same(emulator.violations, [], 'violations');
        return `${run.steps.length} steps, ${emulator.requests.length} requests`;
      } finally {
        await repository?.close();
        await emulator.close();
      }
    });
  }
}

async function edited({ file, edit }: WorkflowCase): Promise<Record<string, string>> {
  if (edit === undefined) return {};
  const path = `${folder}/${file}`;
  const text = await readFile(join(root, path), 'utf8');
  const [from, to] = edit;
  if (text.split(from).length !== 2) throw new Error(`${file} has "${from}" not once`);
  return { [path]: text.replace(from, to) };
}
