import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, runChild } from '../child.ts';

/**
 * A Python with the pinned peers, or why there is none; what excuses that in CI is a package registry that does not respond, and
 * an old release beside another Python than the one that it is pinned for.
 */
export type PeerEnvironment =
  | { readonly state: 'ready'; readonly python: string; readonly versions: string }
  | { readonly state: 'unavailable'; readonly why: string; readonly excused: boolean };

/** What stands in an environment, and where. */
interface Environment {
  /** Folder below the project. */
  readonly folder: string;
  /** File of `test/peers` that pins every package. */
  readonly requirements: string;
  /** Packages whose versions are printed. */
  readonly shown: readonly string[];
  /** The Python that the pins were made with, of what need not be there beside another. */
  readonly madeWith?: string;
}

const PEERS: Environment = {
  folder: '.peers',
  requirements: 'requirements.txt',
  shown: ['mlflow-skinny', 'databricks-sdk', 'scikit-learn', 'numpy', 'pandas'],
};

/** Releases of MLflow that wrote signatures otherwise than the newest, each in an environment of its own, the newer first. */
export const OLD_RELEASES = ['2.16.2', '2.9.2'] as const;

/**
 * Releases of MLflow that users still run, for the matrix of who reads what the other wrote; 3.6.0 beside databricks-sdk
 * 0.156.0.
 */
export const MATRIX_RELEASES = ['3.6.0', '2.22.5', '2.16.2', '2.9.2'] as const;

/**
 * Makes the virtual environment of the peers under `.peers/` of the project, or takes the one that is there when
 * `requirements.txt` and the Python version are the ones it was made from.
 * `PYTHON` names another interpreter than `python3`; it must be 3.11 or newer.
 */
export function preparePeers(root: string): Promise<PeerEnvironment> {
  return prepare(root, PEERS);
}

/** As {@link preparePeers}, one with an old MLflow and no other peer, inside its folder. */
export function prepareRelease(
  root: string,
  release: (typeof OLD_RELEASES)[number] | (typeof MATRIX_RELEASES)[number],
): Promise<PeerEnvironment> {
  return prepare(root, {
    folder: `.peers/mlflow-${release}`,
    requirements: `requirements-mlflow-${release}.txt`,
    shown: ['mlflow-skinny', 'numpy', 'pandas'],
    madeWith: 'Python 3.11',
  });
}

async function prepare(root: string, environment: Environment): Promise<PeerEnvironment> {
  const base = process.env['PYTHON'] ?? 'python3';
  const folder = join(root, environment.folder);
  const venv = join(folder, 'venv');
  const python = join(venv, 'bin', 'python');
  const requirements = join(root, 'test', 'peers', environment.requirements);
  // pip keeps the caller's environment: proxies, certificates and the registry are configured there.
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const run = (command: string, args: readonly string[], minutes: number) =>
    runChild(command, args, { env, cwd: root, timeoutMs: minutes * 60_000 });

  let version: string;
  try {
    const found = await run(base, ['--version'], 0.5);
    version = found.stdout.trim();
    if (!/^Python 3\.(1[1-9]|[2-9]\d)\b/.test(version)) {
      return {
        state: 'unavailable',
        why: `${base} is ${version}; 3.11 or newer is needed`,
        excused: false,
      };
    }
  } catch (error) {
    return {
      state: 'unavailable',
      why: `${base} cannot be started: ${String(error)}`,
      excused: false,
    };
  }

  const stamp = join(folder, 'made-from');
  const wanted = createHash('sha256')
    .update(version)
    .update(await readFile(requirements))
    .digest('hex');
  const present = existsSync(python) && existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted;
  if (!present) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const steps: [string, string[], number][] = [
      [base, ['-m', 'venv', venv], 3],
      [python, ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '-r', requirements], 15],
      [python, ['-m', 'pip', 'check'], 1],
    ];
    for (const [command, args, minutes] of steps) {
      const result = await run(command, args, minutes);
      if (result.code !== 0) {
        const why = result.timedOut
          ? `no end after ${minutes} minutes`
          : lastLines(result.stderr || result.stdout);
        const isSilent = existsSync(python) && !(await registryResponds(python, run));
        const excuse = isSilent ? 'PyPI does not answer; ' : excuseOf(environment, version);
        return {
          state: 'unavailable',
          why: `${excuse}${args.slice(0, 3).join(' ')}: ${why}`,
          excused: excuse !== '',
        };
      }
    }
    await writeFile(stamp, wanted);
  }
  const versions = await run(python, ['-c', printing(environment.shown)], 0.5);
  if (versions.code !== 0) {
    return { state: 'unavailable', why: `versions: ${lastLines(versions.stderr)}`, excused: false };
  }
  return { state: 'ready', python, versions: versions.stdout.trim() };
}

/** That an old release is not there since this Python is another than it is pinned for; empty where that is no excuse. */
export function excuseOf({ madeWith }: Pick<Environment, 'madeWith'>, version: string): string {
  if (madeWith === undefined || version.startsWith(`${madeWith}.`)) return '';
  return `pinned for ${madeWith}, and this is ${version}; `;
}

/** A program that prints the versions of packages. */
function printing(packages: readonly string[]): string {
  return [
    'import importlib.metadata as m, platform',
    `print("Python " + platform.python_version() + ", " + ", ".join(p + " " + m.version(p) for p in ${JSON.stringify(packages)}))`,
  ].join('\n');
}

async function registryResponds(
  python: string,
  run: (command: string, args: readonly string[], minutes: number) => Promise<{ code: number | null }>,
): Promise<boolean> {
  const probe = ['-m', 'pip', 'index', 'versions', 'mlflow-skinny', '--retries', '0', '--timeout', '15'];
  return (await run(python, probe, 1)).code === 0;
}
