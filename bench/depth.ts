import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../emulator/index.ts';
import { runStep } from '../scripts/step-process.ts';
import { DEPTH_ROWS, type DepthRow } from './depth-rows.ts';
import { chainDepth, longestChain } from './request-chains.ts';
import type { Goal, Measured } from './result.ts';

const LATENCY_MS = 50;
const RUNS = 2;

interface DepthResult {
  readonly action: string;
  readonly option: string;
  readonly outcome: string;
  /** Of the runs the least: a busy machine can only add to a chain. */
  readonly depth: number;
  readonly depths: readonly number[];
  readonly requests: number;
  readonly chain: readonly string[];
}

/**
 * The longest chain of requests of each action, each request starting after the former's end, with 50 ms of latency
 * before each response and a personal access token: the rows of docs/request-depth.md, each in a process from `dist/`.
 */
export async function measureDepth(): Promise<Measured> {
  const results: DepthResult[] = [];
  const goals: Goal[] = [];
  // A step would read its policy from GitHub.
  for (const row of DEPTH_ROWS.filter(({ isLocal }) => isLocal !== true)) {
    const result = await measure(row);
    results.push(result);
    if (row.limit === undefined) continue;
    const name = `${result.action}, ${result.option}`;
    goals.push({ name, value: result.depth, atMost: row.limit, unit: 'in a chain' });
  }
  return {
    name: 'depth',
    goals,
    columns: ['action', 'option', 'outcome', 'depth', 'requests'],
    rows: results.map((each) => [
      each.action,
      each.option,
      each.outcome,
      String(each.depth),
      String(each.requests),
    ]),
    details: { latencyMs: LATENCY_MS, runs: RUNS, results },
  };
}

async function measure(row: DepthRow): Promise<DepthResult> {
  const seen: Omit<DepthResult, 'depths' | 'action' | 'option'>[] = [];
  for (let run = 0; run < RUNS; run += 1) seen.push(await runOnce(row));
  const [best] = seen.sort((a, b) => a.depth - b.depth);
  if (best === undefined) throw new Error(`${row.action.name} was not run.`);
  return { action: row.action.name, option: row.option, ...best, depths: seen.map(({ depth }) => depth) };
}

async function runOnce({ action, inputs, prepare, again }: DepthRow) {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-bench-'));
  const emulator = await startEmulator({ seed: 'demo', latencyMs: LATENCY_MS });
  try {
    prepare?.(emulator.metastore);
    const run = (name: string) =>
      runStep({
        action: action.name,
        with: { registry: 'databricks', ...inputs },
        host: emulator.url,
        token: 'emulator-promoter',
        folder: join(folder, name),
      });
    if (again) await run('before');
    const first = emulator.requests.length;
    const { outputs } = await run('measured');
    const records = emulator.requests.slice(first);
    return {
      outcome: outputs['outcome'] ?? 'none',
      depth: chainDepth(records),
      requests: records.length,
      chain: longestChain(records),
    };
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
