import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireNoLeak, secretsOfEnvironment, watchSecrets, type KeepsSecrets } from '../../actions/leaks.ts';
import { childEnvironment, runChild, type ChildResult } from '../../../scripts/child.ts';
import { root } from '../../../scripts/peers/folder.ts';

/**
 * Our action check-connection from its sources, by these variables and with the debug log on. Throws when a secret
 * leaked that was given, sent, or handed out by the host or by another server.
 */
export async function checkConnection(
  host: KeepsSecrets & { readonly url: string },
  variables: Readonly<Record<string, string>>,
  others: ReadonlySet<string> = new Set(),
): Promise<ChildResult> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-auth-'));
  try {
    const entry = JSON.stringify(join(root, 'src/index.ts'));
    const code = `const { run } = await import(${entry}); await run('check-connection');`;
    const env = childEnvironment({
      HOME: folder,
      RUNNER_TEMP: folder,
      RUNNER_DEBUG: '1',
      DATABRICKS_HOST: host.url,
      ...variables,
    });
    const secrets = watchSecrets(host);
    const known = new Set(others);
    const result = await runChild(process.execPath, ['--input-type=module', '-e', code], {
      cwd: folder,
      timeoutMs: 60_000,
      env,
    });
    const { sent, received } = secrets();
    requireNoLeak({
      printed: result.stdout + result.stderr,
      files: [],
      given: [...secretsOfEnvironment(env), ...sent],
      received: [...received, ...[...others].filter((secret) => !known.has(secret))],
    });
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
