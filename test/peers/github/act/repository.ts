import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { childEnvironment, lastLines, runChild } from '../../../../scripts/child.ts';
import { root } from '../../../../scripts/peers/folder.ts';
import {
  requireNoLeak,
  secretsOfEnvironment,
  watchSecrets,
  type KeepsSecrets,
} from '../../../actions/leaks.ts';
import { readRun, type ActRun } from './run.ts';

/** What a workflow is started with. */
export interface ActOptions {
  /** Path in the repository, such as `.github/workflows/ci.yml`. */
  readonly workflow: string;
  readonly event?: string;
  /** What GitHub says of the event; default: what act makes up. */
  readonly payload?: object;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** Variables of every step, and of act itself. */
  readonly env?: Readonly<Record<string, string>>;
  /** The host that the steps talk to: every secret that it is sent, or gives away, is searched for too. */
  readonly host?: KeepsSecrets;
}

/** A repository with our actions, as a user's checkout has them, in which act runs workflows on this machine without containers. */
export interface ActRepository {
  readonly folder: string;
  /** Runs one workflow; three minutes at most. Throws when a secret leaked. */
  readonly run: (options: ActOptions) => Promise<ActRun>;
  readonly close: () => Promise<void>;
}

const timeoutMs = 180_000;

/** The folders of our actions, `.` for the root action. */
export async function actionFolders(): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return ['.', ...folders.sort()].filter((folder) => existsSync(join(root, folder, 'action.yml')));
}

/**
 * Makes the repository: every `action.yml`, `dist/`, the workflows, and the given files over them (path → text); `close`
 * it in a `finally`. `python` is of the environment that has act.
 */
export async function makeActRepository(
  python: string,
  files: Readonly<Record<string, string>> = {},
): Promise<ActRepository> {
  const place = await mkdtemp(join(tmpdir(), 'uc-promote-act-'));
  const folder = join(place, 'repository');
  const home = join(place, 'home');
  await mkdir(folder);
  await mkdir(home);
  const manifests = (await actionFolders()).map((action) => join(action, 'action.yml'));
  for (const path of ['dist', '.github/workflows', ...manifests])
    await cp(join(root, path), join(folder, path), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const env = childEnvironment({
    HOME: home,
    PATH: [await lingering(join(place, 'bin')), process.env['PATH'] ?? ''].join(delimiter),
    GIT_CONFIG_GLOBAL: '/dev/null',
    NO_PROXY: '127.0.0.1',
  });
  const git = async (...args: string[]) => {
    const result = await runChild('git', args, { cwd: folder, env, timeoutMs: 60_000 });
    if (result.code !== 0) throw new Error(`git ${args[0] ?? ''}: ${lastLines(result.stderr)}`);
  };
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '--all', '--force');
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];
  await git(...author, 'commit', '--quiet', '--message', 'The actions');
  // act takes `github.repository` from here; nothing is fetched from it.
  await git('remote', 'add', 'origin', 'https://github.com/acme/models.git');
  return {
    folder,
    async run(options) {
      await writeFile(join(place, 'secrets'), variables(options.secrets));
      await writeFile(join(place, 'vars'), variables(options.vars));
      await writeFile(join(place, 'env'), variables(options.env));
      const inputs = Object.entries(options.inputs ?? {}).flatMap(([name, value]) => [
        '--input',
        `${name}=${value}`,
      ]);
      if (options.payload !== undefined)
        await writeFile(join(place, 'event.json'), JSON.stringify(options.payload));
      const args = [
        options.event ?? 'push',
        ...(options.payload === undefined ? [] : ['--eventpath', join(place, 'event.json')]),
        ...['--workflows', options.workflow, '--json'],
        ...['ubuntu-24.04', 'ubuntu-latest'].flatMap((label) => ['--platform', `${label}=-self-hosted`]),
        ...['--pull=false', '--no-cache-server', '--action-offline-mode'],
        ...['--secret-file', join(place, 'secrets'), '--var-file', join(place, 'vars')],
        ...['--env-file', join(place, 'env'), ...inputs],
      ];
      const act = join(dirname(python), 'act');
      const secrets = watchSecrets(options.host);
      const result = await runChild(act, args, {
        cwd: folder,
        env: { ...env, ...options.env },
        timeoutMs,
      });
      const ran = readRun(result.stdout, result.timedOut ? 'no end in time' : result.stderr, result.code);
      // act puts *** into the log only, and tells a mask without its value.
      const { sent, received } = secrets();
      const given = [
        ...Object.values(options.secrets ?? {}),
        ...secretsOfEnvironment(options.env ?? {}),
        ...sent,
        ...received,
      ];
      requireNoLeak({ printed: ran.log, files: ran.steps, given });
      return ran;
    },
    close: () => rm(place, { recursive: true, force: true }),
  };
}

/**
 * A folder for `PATH` with the `node` and `bash` that act takes for `node24` actions and `run` steps, which stay for a
 * moment after they failed: act goes on at once then, and the end of what they printed may be unread
 * (nektos/act 0.2.89, pkg/container/host_environment.go).
 */
async function lingering(folder: string): Promise<string> {
  await mkdir(folder);
  for (const [name, program] of [
    ['node', process.execPath],
    ['bash', '/bin/bash'],
  ] as const) {
    const script = `#!/bin/sh\n"${program}" "$@" && exit\ncode=$?\nsleep 0.5\nexit $code\n`;
    await writeFile(join(folder, name), script, { mode: 0o755 });
  }
  return folder;
}

function variables(values: Readonly<Record<string, string>> = {}): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('');
}
