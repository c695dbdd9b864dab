import { loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Fleet } from './audit-fleet.ts';
import { actionCommand, measure } from './copy-run.ts';

/** What the process of an audit may take at its peak, whatever the number of models. MB. */
const LIMIT_MB = 256;

const FLEET = (models: number): Fleet => ({ models, schemas: 1, versions: 3, aliases: 2, signed: false });

/**
 * `node bench/audit-memory.ts [models, 3000]`: audits so many models, each with three versions and two aliases, and fails
 * when the whole process of the action took more than {@link LIMIT_MB}. The emulator is a process of its own.
 */
async function main(models: number): Promise<0 | 1> {
  const stub = pathToFileURL(join(import.meta.dirname, '..', 'dist', 'audit-aliases.js')).href;
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const took = await measure(
    [join(import.meta.dirname, 'audit-server.ts'), JSON.stringify(FLEET(models))],
    (url, report) =>
      actionCommand(stub, report, {
        DATABRICKS_HOST: url,
        DATABRICKS_TOKEN: 'emulator-promoter',
        INPUT_REGISTRY: 'databricks',
        INPUT_MODELS: 'audited.*',
        INPUT_RATE: '20',
        'INPUT_MAX-IN-FLIGHT': '12',
        'INPUT_FAIL-ON': 'never',
      }),
  );
  const holds = took.ok && took.peakMb <= LIMIT_MB;
  process.stdout.write(
    `${models} models: ${took.peakMb} MB at the peak of at most ${LIMIT_MB}, ${(took.wholeMs / 1000).toFixed(1)} s${took.ok ? '' : ', the audit FAILED'} (load ${load})\n`,
  );
  return holds ? 0 : 1;
}

const [models = '3000'] = process.argv.slice(2);
process.exitCode = await main(Number(models));
