import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyScenario } from './copy-scenarios.ts';
import type { Aftermath, Meddler, Point, Scenario } from './scenario.ts';

/** A copy that a run in the workspace makes, tried again in the same attempt, which finds the run: requests of both sides are struck. */
export function engineCopy(): Scenario {
  return { ...engineScenario('copy (in the workspace) by the owner', process.execPath), sameAttempt: true };
}

/** The same in the next attempt, which finds what the run of the one before has left, or the run itself. */
export function engineCopyLater(): Scenario {
  return engineScenario('copy (in the workspace, next attempt) by the owner', process.execPath);
}

/** The process of the run is killed at each request, of either side. */
export function engineCopyKilled(): Scenario {
  const node = new KillableNode();
  return engineScenario('copy (in the workspace, whose process is killed) by the owner', node.path, {
    does: 'kills the process of the run',
    act: (_metastore, { url }) => node.kill(url),
  });
}

function engineScenario(name: string, node: string, meddler?: Meddler): Scenario {
  const scenario = copyScenario('owner', name, 1, {
    emulator: { jobs: { python: 'python3', environment: { UC_PROMOTE_NODE: node } } },
    wants: ({ path, occurrence }: Point) => occurrence === 0 && !path.includes('/effective-permissions/'),
    sharesStrikes: true,
    ...(meddler === undefined ? {} : { meddler }),
  });
  return {
    ...scenario,
    // A fake clock runs ahead of the process of the run.
    inputs: { ...scenario.inputs, engine: 'workspace', 'engine-timeout': '500h' },
    faultsOf: (aftermath) => [...scenario.faultsOf(aftermath), ...leftFaults(aftermath)],
  };
}

/** What must not be left in the workspace in the end: files of ours, and runs that nobody waits for. */
function leftFaults({ leftFiles, jobRuns }: Aftermath): string[] {
  const active = jobRuns.filter(({ code }) => code === undefined);
  return [
    ...leftFiles.map((path) => `${path} was left in the workspace.`),
    ...(active.length === 0 ? [] : [`${active.length} runs go on although nobody waits for them.`]),
  ];
}

/** A Node for runs of a workspace whose process can be killed, by the workspace that it runs in. */
class KillableNode {
  /** What a run is to start. */
  readonly path: string;
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'uc-promote-killable-'));
    process.on('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
    this.path = join(this.#folder, 'node');
    const lines = [
      '#!/bin/sh',
      `echo $$ >'${this.#folder}'/"\${DATABRICKS_HOST##*:}"`,
      `exec '${process.execPath}' "$@"`,
    ];
    writeFileSync(this.path, `${lines.join('\n')}\n`, { mode: 0o700 });
  }

  /** Kills the process of a workspace's run, where there is one. */
  kill(url: string): undefined {
    const file = join(this.#folder, new URL(url).port);
    if (!existsSync(file)) return;
    const pid = Number(readFileSync(file, 'utf8'));
    try {
      if (Number.isInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It was over.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
