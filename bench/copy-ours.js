import { writeFileSync } from 'node:fs';

// Plain JavaScript, as dist/ is: stripping types would cost the process 20 MB that no runner pays.
/** Runs copy-version from the bundle named first, and writes what it took into the file named second. */
const [entry = '', report = ''] = process.argv.slice(2);
const startedAt = performance.now();
/** @type {{ run: (action: string) => Promise<void> }} */
const { run } = await import(entry);
await run('copy-version');
const { user, system } = process.cpuUsage();
writeFileSync(
  report,
  JSON.stringify({
    insideMs: Math.round(performance.now() - startedAt),
    cpuMs: Math.round((user + system) / 1000),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    ok: process.exitCode !== 1,
  }),
);
