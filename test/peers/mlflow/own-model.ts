import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmulator } from '../../../emulator/index.ts';
import { childEnvironment, lastLines, runChild } from '../../../scripts/child.ts';
import { peersFolder, root } from '../../../scripts/peers/folder.ts';
import { actionExists } from '../harness/action.ts';
import { check, missingBundle, same, type CaseResult } from '../harness/outcome.ts';
import type { PeerContext } from '../harness/script.ts';
import { callMlflow } from './client.ts';

const PAGE = 'docs/emulator.md';
const SECTION = 'Your own model';

/** The blocks of shell commands in a section of a page, as they stand there. */
function commandsIn(page: string, heading: string): string[] {
  const from = page.indexOf(`\n## ${heading}\n`);
  if (from < 0) throw new Error(`No section ${heading}.`);
  const [section = ''] = page.slice(from + 1).split(/\n(?=## )/u);
  return [...section.matchAll(/```bash\n(?<text>[\s\S]*?)```/gu)].map(({ groups }) => groups?.['text'] ?? '');
}

/**
 * The commands by which the documentation has a newcomer register and promote a model of their own, as they stand there but for
 * the port: real MLflow whose registry is the emulator and whose runs go into a local file, then the action from `dist/`.
 */
export async function* ownModel({ python, wanted }: PeerContext): AsyncGenerator<CaseResult> {
  if (!wanted('own model')) return;
  if (!(await actionExists('.'))) {
    yield missingBundle('own model', 'the root action');
    return;
  }
  const emulator = await startEmulator({ seed: 'demo' });
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-own-model-'));
  const run = async (command: string, cwd: string): Promise<string> => {
    const { code, timedOut, stdout, stderr } = await runChild('bash', ['-e', '-c', command], {
      cwd,
      timeoutMs: 120_000,
      env: childEnvironment({
        HOME: folder,
        DATABRICKS_HOST: emulator.url,
        MLFLOW_DISABLE_TELEMETRY: 'true',
      }),
    });
    if (code !== 0) throw new Error(timedOut ? 'no end' : `${lastLines(stdout, 8)} ${lastLines(stderr)}`);
    return stdout;
  };
  try {
    const commands = commandsIn(await readFile(join(root, PAGE), 'utf8'), SECTION);
    const named = (words: string): string => {
      const found = commands.find((text) => text.includes(words));
      if (found === undefined) throw new Error(`${PAGE} has no command with ${words}.`);
      return found.replaceAll('http://127.0.0.1:8080', emulator.url);
    };
    yield await check('own model: from the clone on, the documentation takes five commands', () => {
      const lines = commands.map((text) =>
        text
          .replaceAll(/<<'EOF'[\s\S]*?\nEOF\n/gu, '\n')
          .trim()
          .split('\n'),
      );
      same(lines.flat().length, 5, 'commands');
      return commands.map((text) => text.split(/\s/u)[0]).join(', ');
    });
    yield await check('own model: what the documentation installs is pinned for the peers', async () => {
      const packages = named('pip install').split('pip install')[1]?.trim().split(/\s+/u) ?? [];
      const pinned = await readFile(join(peersFolder, 'requirements.txt'), 'utf8');
      same(
        packages.filter((name) => !new RegExp(`^${name}==`, 'imu').test(pinned)),
        [],
        'packages that are not pinned',
      );
      return packages.join(' ');
    });
    yield await check('own model: MLflow registers it by the lines of docs/emulator.md', async () => {
      // The environment that the page makes, with the packages that the lock file of the peers pins.
      await symlink(dirname(dirname(python)), join(folder, '.venv'));
      await run(named('mlflow.set_registry_uri'), folder);
      const versions = emulator.state().models['staging.ml_team.double']?.versions ?? {};
      same(
        Object.values(versions).map(({ status }) => status),
        ['READY'],
        'versions in staging',
      );
      return Object.keys(versions).join(' ');
    });
    yield await check('own model: the command of docs/emulator.md promotes it', async () => {
      const printed = await run(named('npm run action -- promote'), root);
      const said = 'Done: Champion none → 1';
      if (!printed.includes(said)) throw new Error(`It does not say "${said}": ${lastLines(printed)}`);
      const model = emulator.state().models['prod.ml_team.double'];
      same([model?.aliases, model?.owner], [{ Champion: 1 }, 'ml-deployers'], 'alias and owner in prod');
      return said;
    });
    yield await check('own model: MLflow loads @Champion, which doubles', async () => {
      const promoter = { python, url: emulator.url, token: 'emulator-promoter' };
      const uri = 'models:/prod.ml_team.double@Champion';
      const [doubled] = await callMlflow(promoter, [{ do: 'call', uri, data: [1.5, 4.5] }]);
      same(doubled, [3, 9], 'predictions');
      return JSON.stringify(doubled);
    });
    yield await check('own model: nothing sent that the protocol does not know', () => {
      if (emulator.violations.length > 0) throw new Error(emulator.violations.slice(0, 3).join('; '));
      return `${emulator.requests.length} requests`;
    });
  } finally {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}
