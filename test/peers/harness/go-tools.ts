import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, runChild } from '../../../scripts/child.ts';
import { byTool, PeerAbsent } from './optional-peer.ts';
import { peersFolder, root } from '../../../scripts/peers/folder.ts';

/** A Go command that was built here from the versions of `test/peers/go`. */
export interface GoTool {
  readonly command: string;
}

const modules = join(peersFolder, 'go');

/**
 * Builds a command of a module that `test/peers/go/go.mod` pins, and go.sum proves; once for each state of both. Throws
 * `PeerAbsent` without Go, and when the proxy of modules does not answer.
 */
export async function buildGoTool(name: string, path: string): Promise<GoTool> {
  const folder = join(root, '.peers', 'go');
  const command = join(folder, name);
  const stamp = join(folder, `${name}.made-from`);
  const lock = await readFile(join(modules, 'go.sum'), 'utf8');
  if (existsSync(command) && existsSync(stamp) && (await readFile(stamp, 'utf8')) === lock)
    return { command };
  await mkdir(folder, { recursive: true });
  // Go keeps the caller's environment: proxies, certificates and the proxy of modules are configured there.
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const go = (args: readonly string[]) =>
    byTool('go', () => runChild('go', args, { env, cwd: modules, timeoutMs: 5 * 60_000 }));
  const result = await go(['build', '-mod=readonly', '-o', command, path]);
  if (result.code !== 0) {
    const why = `go build: ${result.timedOut ? 'no end after 5 minutes' : lastLines(result.stderr)}`;
    const responses =
      (await go(['list', '-m', '-versions', path.split('/').slice(0, 3).join('/')])).code === 0;
    throw responses ? new Error(why) : new PeerAbsent(`the proxy of Go modules does not answer; ${why}`);
  }
  await writeFile(stamp, lock);
  return { command };
}
