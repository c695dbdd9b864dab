import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EmulatorOptions } from '../../../emulator/index.ts';
import { PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { world, type ActionBench } from '../harness.ts';

/** A copy that a run of the workspace makes. */
export const COPY = {
  source: `models:/${STAGING}/1`,
  destination: PROD,
  engine: 'workspace',
  // A fake clock runs ahead of the process of a job.
  'engine-timeout': '120h',
};

/** Jobs that run by the Python of this machine, and the tool in them by the Node of this process. */
export const engineWorld = (options: EmulatorOptions = {}): Promise<ActionBench> =>
  world({ jobs: { python: 'python3', environment: { UC_PROMOTE_NODE: process.execPath } }, ...options });

/** A Python that a shell script starts, which stands for what a cluster sets up. */
export async function pythonBy(lines: string): Promise<EmulatorOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-python-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const python = join(folder, 'python');
  await writeFile(python, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return { jobs: { python, environment: { UC_PROMOTE_NODE: process.execPath } } };
}

/** The runs of the workspace. */
export const runsIn = ({ emulator }: ActionBench) => [...emulator.metastore.state.workspace.runs.values()];
/** What is left of the folders of this tool. */
export const leftIn = ({ emulator }: ActionBench) =>
  [...emulator.metastore.workspace.state.objects.keys()].filter((path) => path.includes('/.uc-promote/'));

/** Changes what the run printed as its result, before it is read. */
export function changeResult(
  { emulator }: ActionBench,
  said: (result: Record<string, unknown>) => object,
): void {
  emulator.faults.add({
    template: '/api/2.2/jobs/runs/get-output',
    kind: {
      kind: 'run',
      when: 'before',
      run({ state }) {
        for (const { output } of [...state.workspace.runs.values()].flatMap(({ tasks }) => tasks)) {
          const lines = (output?.logs ?? '').trimEnd().split('\n');
          const result = JSON.parse(lines.pop() ?? '') as Record<string, unknown>;
          if (output !== undefined) output.logs = [...lines, JSON.stringify(said(result))].join('\n');
        }
      },
    },
  });
}

/** Whether this machine has the Python that a job is started by. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;
