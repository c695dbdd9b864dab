import { homedir, tmpdir } from 'node:os';
import nodePath from 'node:path';
import type { PlatformPath } from 'node:path';
import type { Environment } from './environment.ts';

/** What differs between the systems that runners have: how paths are written, and where a home and temporary files are. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly path: Pick<PlatformPath, 'join'>;
  readonly home: () => string;
  readonly temporary: () => string;
}

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  platform: process.platform,
  path: nodePath,
  home: homedir,
  temporary: tmpdir,
};

/**
 * The file of profiles: what `DATABRICKS_CONFIG_FILE` names, where a leading `~` is the home, else `.databrickscfg` in
 * the home. That is `USERPROFILE` on Windows and `HOME` elsewhere, as the SDKs have it (Go `os.UserHomeDir`, Python
 * `expanduser`).
 */
export function configFile(given: string | undefined, environment: Environment, machine: Machine): string {
  const { path, platform } = machine;
  const named = environment[platform === 'win32' ? 'USERPROFILE' : 'HOME'] ?? '';
  const home = named === '' ? machine.home() : named;
  if (given === undefined) return path.join(home, '.databrickscfg');
  const below = (platform === 'win32' ? /^~(?:[/\\](.*))?$/su : /^~(?:\/(.*))?$/su).exec(given);
  return below === null ? given : path.join(home, below[1] ?? '');
}

/** A file in the job's temporary folder, which the runner empties; outside of a job in the system's. */
export function temporaryFile(name: string, environment: Environment, machine: Machine): string {
  const folder = environment['RUNNER_TEMP'] ?? '';
  return machine.path.join(folder === '' ? machine.temporary() : folder, name);
}

/** The system in a `User-Agent`, in the words of the SDKs (Go `runtime.GOOS`, Python `platform.system`). */
export function systemName({ platform }: Pick<Machine, 'platform'>): string {
  return platform === 'win32' ? 'windows' : platform;
}
