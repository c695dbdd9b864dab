import { loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ours, runOnce } from './copy-run.ts';

/** What the process of a copy may take at its peak, whatever the size of the model. MB. */
const LIMIT_MB = 256;

/**
 * `node bench/copy-memory.ts [GiB, 8] [full|size]`: copies one generated file of that size and fails when the whole
 * process of the action took more than {@link LIMIT_MB}. Nothing touches the disk: the emulator makes the source, and
 * of what it gets it keeps sizes and hashes.
 */
async function main(gibibytes: number, verify: 'full' | 'size'): Promise<0 | 1> {
  const stub = pathToFileURL(join(import.meta.dirname, '..', 'dist', 'copy-version.js')).href;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const took = await runOnce(ours(stub, verify), {
    size: String(gibibytes * 1024),
    profile: 'local',
    route: 'files-api',
  });
  const holds = took.ok && took.peakMb <= LIMIT_MB;
  process.stdout.write(
    `${gibibytes} GiB, verify: ${verify}: ${took.peakMb} MB at the peak of at most ${LIMIT_MB}, ${(took.wholeMs / 1000).toFixed(1)} s${took.ok ? '' : ', the copy FAILED'} (load ${load})\n`,
  );
  return holds ? 0 : 1;
}

const [gibibytes = '8', verify = 'full'] = process.argv.slice(2);
process.exitCode = await main(Number(gibibytes), verify === 'size' ? 'size' : 'full');
