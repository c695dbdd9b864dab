import { startEmulator, type GeneratedFile } from '../emulator/index.ts';
import { seedDemo } from '../emulator/seeds/demo.ts';
import { builtInModel, fixture } from '../emulator/seeds/model-files.ts';
import { JobNode, type ServedJob } from './job-node.ts';

const MODEL = 'staging.ml_team.fraud_detection';
const SMALL = { count: 2000, bytes: 64 * 1024 };

/** The files of a case: the demo's, beside them one large file or many small ones. */
function filesOf(size: string): Record<string, string | Uint8Array | GeneratedFile> {
  const model = fixture('fraud_detection') ?? builtInModel();
  if (size === 'demo') return model;
  if (size === 'many') {
    const small = Array.from({ length: SMALL.count }, (_, index): [string, GeneratedFile] => [
      `shards/${index}.bin`,
      { generated: true, size: SMALL.bytes, seed: index + 1 },
    ]);
    return { ...model, ...Object.fromEntries(small) };
  }
  return { ...model, 'weights.bin': { generated: true, size: Number(size) * 1024 * 1024, seed: 7 } };
}

const [size = 'demo', profile = 'local', route = 'files-api', jobs] = process.argv.slice(2);
const node = jobs === 'jobs' ? new JobNode() : undefined;
const emulator = await startEmulator({
  seed: (metastore) => {
    seedDemo(metastore);
    metastore.addVersion(MODEL, { files: filesOf(size) });
  },
  ...(route === 's3'
    ? { switches: { vendedCredentials: 'aws', presign: 'refused', largeThroughWorkspace: 'refused' } }
    : {}),
  ...(node === undefined ? {} : { jobs: { python: 'python3', environment: { UC_PROMOTE_NODE: node.path } } }),
  ...(profile === 'cloud' ? { latencyMs: 20, bytesPerSecond: 50_000_000 } : {}),
});
process.stdout.write(`${emulator.url}\n`);
process.on('SIGTERM', () => {
  const seen = node?.seen();
  const [run] = emulator.metastore.state.workspace.runs.values();
  if (seen === undefined || run === undefined) process.exit(0);
  const served: ServedJob = { ...seen, startMs: seen.startedAt - run.createdAt };
  process.stdout.write(`${JSON.stringify(served)}\n`, () => process.exit(0));
});
