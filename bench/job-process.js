import { writeFileSync } from 'node:fs';

// Loaded ahead of the command line in the run of a job, whose process nothing else measures.
/** Writes what the process took into the file that a variable names, when it ends. */
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(
    process.env.UC_PROMOTE_BENCH_JOB,
    JSON.stringify({
      startedAt: Math.round(performance.timeOrigin),
      insideMs: Math.round(performance.now()),
      cpuMs: Math.round((user + system) / 1000),
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
});
