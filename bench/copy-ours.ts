import { writeFileSync } from 'node:fs';
import type { run as Run } from '../src/index.ts';

/** Runs copy-version from the bundle named first, and writes what it took into the file named second. */
const [entry = '', report = ''] = process.argv.slice(2);
const startedAt = performance.now();
const { run } = (await import(entry)) as { readonly run: typeof Run };
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
