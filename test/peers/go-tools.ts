import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, runChild } from './child.ts';
import { peersFolder, root } from './script.ts';

/** A Go command that was built here from the versions of `test/peers/go`; or why there is none, and whether that is the fault of others. */
export type GoTool =
  | { readonly state: 'ready'; readonly command: string }
  | { readonly state: 'unavailable'; readonly why: string; readonly excused: boolean };

const modules = join(peersFolder, 'go');

/** Builds a command of a module that `test/peers/go/go.mod` pins, and go.sum proves; once for each state of both. */
export async function buildGoTool(name: string, path: string): Promise<GoTool> {
  const folder = join(root, '.peers', 'go');
  const command = join(folder, name);
  const stamp = join(folder, `${name}.made-from`);
  const lock = await readFile(join(modules, 'go.sum'), 'utf8');
  if (existsSync(command) && existsSync(stamp) && (await readFile(stamp, 'utf8')) === lock)
    return { state: 'ready', command };
  await mkdir(folder, { recursive: true });
  // Go keeps the caller's environment: proxies, certificates and the proxy of modules are configured there.
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const go = (args: readonly string[]) => runChild('go', args, { env, cwd: modules, timeoutMs: 5 * 60_000 });
  try {
    const result = await go(['build', '-mod=readonly', '-o', command, path]);
    if (result.code === 0) {
      await writeFile(stamp, lock);
      return { state: 'ready', command };
    }
    const answers = (await go(['list', '-m', '-versions', path.split('/').slice(0, 3).join('/')])).code === 0;
    const why = result.timedOut ? 'no end after 5 minutes' : lastLines(result.stderr);
    return { state: 'unavailable', why: `go build: ${why}`, excused: !answers };
  } catch (error) {
    return { state: 'unavailable', why: `go cannot be started: ${String(error)}`, excused: true };
  }
}
