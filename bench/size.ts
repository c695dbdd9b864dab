import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compact } from '../scripts/bundle/compact.ts';
import { PARTS } from '../src/runtime/product-files.ts';
import { ROOT } from '../scripts/step-process.ts';
import { rounded, type Measured } from './result.ts';

const MB = 1_000_000;

/** What the bundle is given, and the YAML parser: everything else in it counts as ours. */
const GIVEN = ['@actions/core', '@actions/github', '@actions/exec', 'undici', 'zod', 'yaml'] as const;

/** Bytes of the bundle, and of one of the given packages alone, built in the same way; MB are 10⁶ bytes. */
export function measureSize(): Measured {
  const parts = PARTS.map((name) => ({ name, bytes: statSync(join(ROOT, 'dist', name)).size }));
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
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
      { name: 'the bundle', value: rounded(total / MB, 3), atMost: 3.6, unit: 'MB' },
    ],
    columns: ['bundle', 'bytes', 'MB'],
    rows: [
      row('the bundle', total),
      ...parts.map(({ name, bytes }) => row(`  dist/${name}`, bytes)),
      row('given packages and YAML parser', given),
      row('difference', total - given),
      row('those of them that the bundle holds', used),
      row('difference', total - used),
      ...each.map(({ name, bytes }) =>
        row(`  ${name} alone${inBundle.includes(name) ? '' : ' (not in the bundle)'}`, bytes),
      ),
    ],
    details: { totalBytes: total, parts, givenBytes: given, usedBytes: used, each, inBundle },
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
    return Buffer.byteLength(compact(readFileSync(join(out, 'index.js'), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
