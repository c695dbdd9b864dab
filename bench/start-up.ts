import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../scripts/step-process.ts';
import { median, rounded, type Measured } from './result.ts';

const RUNS = 30;

/** The first action of a job: nothing is in the compile cache yet. */
const FIRST = "refusal, a job's first step";

/** Every later one: the stub found the cache that the first one left in the job's folder. */
const LATER = "refusal, a job's later step";

/** A process to time. */
interface Candidate {
  readonly name: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly exitCode: number;
}

/**
 * Milliseconds from the start of a process to its end: an action that refuses a two-level name, without and
 * with what an earlier step of the job left in the compile cache, and an empty script, by turns so that a busy machine strikes all alike.
 */
export function measureStartUp(): Measured {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-bench-'));
  try {
    const empty = join(folder, 'empty.js');
    writeFileSync(empty, '');
    const outputs = join(folder, 'output');
    const refusal = {
      script: join(ROOT, 'dist/set-alias.js'),
      exitCode: 1,
      environment: {
        INPUT_MODEL: 'prod.fraud',
        INPUT_ALIAS: 'Champion',
        INPUT_VERSION: '1',
        DATABRICKS_HOST: 'https://example.cloud.databricks.com',
        DATABRICKS_TOKEN: 'unused',
        GITHUB_ACTIONS: 'true',
        GITHUB_OUTPUT: outputs,
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
        GITHUB_STATE: join(folder, 'state'),
        RUNNER_TEMP: folder,
      },
    };
    for (const file of ['output', 'summary', 'state']) writeFileSync(join(folder, file), '');
    const uncached = { ...refusal.environment, NODE_DISABLE_COMPILE_CACHE: '1' };
    const candidates: readonly Candidate[] = [
      { name: 'empty process', script: empty, exitCode: 0, environment: {} },
      { name: FIRST, ...refusal, environment: uncached },
      { name: LATER, ...refusal },
    ];
    for (const candidate of candidates) time(candidate);
    if (!readFileSync(outputs, 'utf8').includes('invalid')) throw new Error('The action did not refuse.');
    const times = candidates.map((): number[] => []);
    for (let run = 0; run < RUNS; run += 1) {
      for (const [index, candidate] of candidates.entries()) times[index]?.push(time(candidate));
    }
    return summarize(candidates, times);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function time({ script, environment, exitCode, name }: Candidate): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [script], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const took = performance.now() - began;
  if (status !== exitCode)
    throw new Error(`${name} ended with ${String(status)}: ${stderr.toString('utf8')}`);
  return took;
}

function summarize(candidates: readonly Candidate[], times: readonly (readonly number[])[]): Measured {
  const [base = []] = times;
  const results = candidates.map(({ name }, index) => {
    const own = times[index] ?? [];
    const ratios = own.map((value, run) => value / (base[run] ?? Number.NaN));
    return {
      name,
      medianMs: rounded(median(own), 1),
      leastMs: rounded(Math.min(...own), 1),
      medianRatio: rounded(median(ratios), 2),
      ratioOfLeast: rounded(Math.min(...own) / Math.min(...base), 2),
    };
  });
  return {
    name: 'start-up',
    goals: [FIRST, LATER].map((variant) => ({
      name: `${variant}, against an empty process, median of the ratios`,
      value: results.find(({ name }) => name === variant)?.medianRatio ?? Number.NaN,
      atMost: 5,
      unit: '×',
    })),
    columns: [`${RUNS} runs by turns`, 'median ms', 'least ms', 'median ratio', 'ratio of least'],
    rows: results.map((each) => [
      each.name,
      String(each.medianMs),
      String(each.leastMs),
      String(each.medianRatio),
      String(each.ratioOfLeast),
    ]),
    details: { runs: RUNS, results, timesMs: times.map((own) => own.map((value) => rounded(value, 1))) },
  };
}
