import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const seenOfJob = z.object({
  startedAt: z.number(),
  insideMs: z.number(),
  cpuMs: z.number(),
  peakMb: z.number(),
});

/** What the process of a job took, and when it began, milliseconds since the epoch. */
type SeenOfJob = z.output<typeof seenOfJob>;

/** What a server saw of the run of a job, printed as one line when it is ended. */
export const servedJob = seenOfJob.extend({
  /** From the submission to the start of the tool inside, milliseconds. */
  startMs: z.number(),
});

/** A value of {@link servedJob}. */
export type ServedJob = z.output<typeof servedJob>;

/** A Node for jobs that leaves behind what its process took. */
export class JobNode {
  /** What a job is to start. */
  readonly path: string;
  readonly #folder: string;
  readonly #report: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'uc-promote-bench-job-'));
    this.#report = join(this.#folder, 'report.json');
    this.path = join(this.#folder, 'node');
    const watch = pathToFileURL(join(import.meta.dirname, 'job-process.js')).href;
    const lines = [
      '#!/bin/sh',
      `UC_PROMOTE_BENCH_JOB='${this.#report}' exec '${process.execPath}' --import '${watch}' "$@"`,
    ];
    writeFileSync(this.path, `${lines.join('\n')}\n`, { mode: 0o700 });
    process.on('exit', () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  /** Undefined where no job ended. */
  seen(): SeenOfJob | undefined {
    if (!existsSync(this.#report)) return undefined;
    return seenOfJob.parse(JSON.parse(readFileSync(this.#report, 'utf8')));
  }
}
