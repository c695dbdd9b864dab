import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../scripts/step-process.ts';
import { rounded, type Measured } from './result.ts';

const MB = 1_000_000;

/** What the bundle is given, and the YAML parser: everything else in it counts as ours. */
const GIVEN = ['@actions/core', '@actions/github', '@actions/exec', 'undici', 'zod', 'yaml'] as const;

/** Bytes of `dist/index.js`, and of a bundle of the given packages alone, built in the same way; MB are 10⁶ bytes. */
export function measureSize(): Measured {
  const total = statSync(join(ROOT, 'dist/index.js')).size;
  const given = bundleSize(GIVEN);
  const inBundle = GIVEN.filter((name) => bundleHas(name));
  const used = inBundle.length === GIVEN.length ? given : bundleSize(inBundle);
  const each = GIVEN.map((name) => ({ name, bytes: bundleSize([name]) }));
  const row = (name: string, bytes: number) => [name, String(bytes), (bytes / MB).toFixed(2)];
  return {
    name: 'size',
    goals: [
      { name: 'beyond the given packages', value: rounded((total - given) / MB, 3), atMost: 0.6, unit: 'MB' },
      { name: 'beyond those in use', value: rounded((total - used) / MB, 3), atMost: 0.6, unit: 'MB' },
      { name: 'dist/index.js', value: rounded(total / MB, 3), atMost: 3.3, unit: 'MB' },
    ],
    columns: ['bundle', 'bytes', 'MB'],
    rows: [
      row('dist/index.js', total),
      row('given packages and YAML parser', given),
      row('difference', total - given),
      row('those of them that dist/index.js holds', used),
      row('difference', total - used),
      ...each.map(({ name, bytes }) =>
        row(`  ${name} alone${inBundle.includes(name) ? '' : ' (not in dist/index.js)'}`, bytes),
      ),
    ],
    details: { totalBytes: total, givenBytes: given, usedBytes: used, each, inBundle },
  };
}

/** The bundler lists every package that it takes in, a name a line, with its licence. */
function bundleHas(name: string): boolean {
  return readFileSync(join(ROOT, 'dist/licenses.txt'), 'utf8').split('\n').includes(name);
}

function bundleSize(names: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-bench-'));
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const source = names.map((name, index) => `export * as given${index} from '${name}';`).join('\n');
    writeFileSync(join(folder, 'entry.js'), `${source}\n`);
    const out = join(folder, 'out');
    mkdirSync(out);
    const ncc = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
    execFileSync(process.execPath, [ncc, 'build', 'entry.js', '-o', out, '--no-cache', '-q'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return statSync(join(out, 'index.js')).size;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
