import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Plain JavaScript, as dist/ is: stripping types would cost the process 20 MB that no runner pays.
/** Runs the action that is named first, as its stub does, and writes what it took into the file named second. */
const [stub = '', report = ''] = process.argv.slice(2);
// As the runner starts the stub, beside which the action finds its own files.
process.argv[1] = fileURLToPath(stub);
const startedAt = performance.now();
await import(stub);
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
