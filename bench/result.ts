import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { PARTS } from '../src/runtime/product-files.ts';
import { ROOT } from '../scripts/step-process.ts';

/** A number that the project wants to keep within a limit: under it, or over it. */
export type Goal = { readonly name: string; readonly value: number; readonly unit: string } & (
  { readonly atMost: number } | { readonly atLeast: number }
);

/** What one benchmark measured: its goals, a table for the reader, and everything for the file. */
export interface Measured {
  readonly name: string;
  readonly goals: readonly Goal[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly details: Readonly<Record<string, unknown>>;
}

/** True when the value is within the limit. */
export function isMet(goal: Goal): boolean {
  return 'atMost' in goal ? goal.value <= goal.atMost : goal.value >= goal.atLeast;
}

/** Prints the table, then each goal with whether it is met. */
export function printMeasured({ name, goals, columns, rows }: Measured): void {
  const lines = [columns, ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map((row) => row[i]?.length ?? 0)));
  console.log(`\n${name}`);
  for (const row of lines) {
    const cells = row.map((text, i) =>
      i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0),
    );
    console.log(`  ${cells.join('  ')}`);
  }
  for (const goal of goals) {
    const verdict = isMet(goal) ? 'met' : 'MISSED';
    const limit = 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;
    console.log(`  ${verdict}: ${goal.name} ${goal.value} ${goal.unit}, ${limit}`);
  }
}

/** Keeps a measurement as `bench/results/<name>.json`, with what is needed to judge it later. */
export async function saveMeasured(measured: Measured): Promise<void> {
  const folder = join(ROOT, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${measured.name}.json`);
  const bundle = createHash('sha256');
  for (const part of PARTS) bundle.update(readFileSync(join(ROOT, 'dist', part)));
  const kept = {
    date: new Date().toISOString(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    loadAverage: rounded(loadavg()[0] ?? Number.NaN, 2),
    bundle: `sha256:${bundle.digest('hex')}`,
    goals: measured.goals.map((goal) => ({ ...goal, met: isMet(goal) })),
    ...measured.details,
  };
  const options = { ...(await prettier.resolveConfig(file)), filepath: file };
  writeFileSync(file, await prettier.format(JSON.stringify(kept), options));
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** A number with so many digits after the point. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
