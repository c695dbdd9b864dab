import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { lastLines, runChild } from '../../../scripts/child.ts';
import { peersFolder } from '../../../scripts/peers/folder.ts';

/** The npm peers of `test/peers/package-lock.json`, installed; or why they are not, and whether their registry is to blame. */
export type PeerPackages =
  | { readonly state: 'ready'; readonly folder: string }
  | { readonly state: 'unavailable'; readonly why: string; readonly excused: boolean };

let prepared: Promise<PeerPackages> | undefined;

/** Installs the npm peers once a run, and only when the lockfile is another than that of the last time. No script of theirs runs. */
export function preparePackages(): Promise<PeerPackages> {
  prepared ??= install();
  return prepared;
}

/** The file of a package's command, to be run with `node`. */
export async function packageCommand(name: string, command: string): Promise<string> {
  const folder = join(peersFolder, 'node_modules', name);
  const { bin } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const file = typeof bin === 'string' ? bin : bin[command];
  if (file === undefined) throw new Error(`${name} has no command ${command}`);
  return join(folder, file);
}

/**
 * Loads a package of the npm peers. Types are the caller's to check: the project is type-checked without these packages.
 */
export async function importPackage(name: string): Promise<unknown> {
  const { resolve } = createRequire(join(peersFolder, 'package.json'));
  return import(resolve(name));
}

async function install(): Promise<PeerPackages> {
  const stamp = join(peersFolder, 'node_modules', '.made-from');
  const lock = createHash('sha256')
    .update(await readFile(join(peersFolder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === lock)
    return { state: 'ready', folder: join(peersFolder, 'node_modules') };
  const result = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], 10);
  if (result.code !== 0) {
    const why = result.timedOut
      ? 'npm ci: no end after 10 minutes'
      : lastLines(result.stderr || result.stdout);
    const responses = (await npm(['view', 'oidc-provider', 'version', '--fetch-retries=0'], 1)).code === 0;
    return {
      state: 'unavailable',
      why: responses ? why : `npm's registry does not answer; ${why}`,
      excused: !responses,
    };
  }
  await writeFile(stamp, lock);
  return { state: 'ready', folder: join(peersFolder, 'node_modules') };
}

function npm(args: readonly string[], minutes: number) {
  // npm keeps the caller's environment: proxies, certificates and the registry are configured there.
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return runChild('npm', args, { env, cwd: peersFolder, timeoutMs: minutes * 60_000 });
}
