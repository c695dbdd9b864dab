import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Runs a script of a workflow in bash as a runner starts it, beside the files of the checkout; its outputs are one line each. */
export function runScript(
  script: string,
  variables: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-script-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const output = join(folder, '.output');
    writeFileSync(output, '');
    const { status } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', GITHUB_OUTPUT: output, ...variables },
      stdio: 'ignore',
      timeout: 20_000,
    });
    const lines = [...readFileSync(output, 'utf8').matchAll(/^(?<name>[\w-]+)=(?<value>.*)$/gmu)];
    const outputs = lines.map(({ groups }) => [groups?.['name'] ?? '', groups?.['value'] ?? ''] as const);
    return { succeeded: status === 0, outputs: Object.fromEntries(outputs) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
