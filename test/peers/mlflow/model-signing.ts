import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator, type Emulator } from '../../../emulator/index.ts';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { runAction } from '../../../src/runtime/run-action.ts';
import { recordingRunner, requireNoLeakOf } from '../../actions/recording-runner.ts';
import type { CaseResult } from '../harness/outcome.ts';
import { runCases, type PeerContext } from '../harness/script.ts';

const SOURCE = 'staging.ml_team.fraud_detection';
const DESTINATION = 'prod.ml_team.fraud_detection';

/** Names whose order depends on how paths are compared: by component and by code point, as model-signing does. */
const AWKWARD = ['a/b.txt', 'a.txt', 'a-b/c.txt', 'a b/c', 'A/z', 'é/ü', 'z/\u{1f600}', 'z/\uffee'];

/** Paths that model-signing leaves out at the root of a model, and some that only look like them. */
const GIT = [
  '.gitignore',
  '.gitattributes',
  '.github/workflows/x.yml',
  '.git/HEAD',
  '.gitkeep',
  'a/.gitignore',
];

/** PyPI's model-signing judges the digest and the predicate of a copy. */
export async function* modelSigning({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('model-signing')) return;
  const emulator = await startEmulator({ seed: 'demo' });
  const place = await mkdtemp(join(tmpdir(), 'uc-promote-signing-'));
  try {
    const source = emulator.metastore.state.models.get(SOURCE)?.versions.get(1);
    for (const [index, path] of [...AWKWARD, ...GIT].entries()) {
      const bytes = Buffer.from(`file ${index}`);
      source?.files.set(path, {
        content: { kind: 'memory', size: bytes.length, bytes },
        modified: 0,
        contentType: 'application/octet-stream',
      });
    }
    const outputs = await copy(emulator, place);
    const folder = join(place, 'copy');
    await writeCopy(emulator, folder);
    yield* await runCases(
      { python, url: emulator.url, token: 'emulator-promoter' },
      'model-signing',
      'model_signing_judge.py',
      [
        folder,
        outputs['predicate-path'] ?? '',
        outputs['predicate-type'] ?? '',
        outputs['subject-digest'] ?? '',
        outputs['uri'] ?? '',
      ],
    );
  } finally {
    await emulator.close();
    await rm(place, { recursive: true, force: true });
  }
}

async function copy(emulator: Emulator, folder: string): Promise<Readonly<Record<string, string>>> {
  const environment = {
    RUNNER_TEMP: folder,
    DATABRICKS_HOST: emulator.url,
    DATABRICKS_TOKEN: 'emulator-promoter',
    INPUT_REGISTRY: 'databricks',
    INPUT_SOURCE: `models:/${SOURCE}/1`,
    INPUT_DESTINATION: DESTINATION,
  };
  const { runner, seen } = recordingRunner({ environment });
  await runAction(copyVersion, runner);
  requireNoLeakOf(seen, environment, { sent: emulator.credentials, received: emulator.handedOut });
  if (seen.outputs['outcome'] !== 'ok') throw new Error(`The copy ended ${String(seen.outputs['outcome'])}.`);
  return seen.outputs;
}

/** The files of the copy as the emulator keeps them, into a folder. */
async function writeCopy(emulator: Emulator, folder: string): Promise<void> {
  for (const [path, { content }] of emulator.metastore.state.models.get(DESTINATION)?.versions.get(2)
    ?.files ?? []) {
    if (content.kind !== 'memory') throw new Error(`${path} is not in memory.`);
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content.bytes);
  }
}
