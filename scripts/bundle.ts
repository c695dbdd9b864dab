import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleParts } from './bundle/parts.ts';
import { stubs } from './bundle/stubs.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const REPAIR = 'npm run build';

/** The bundle, and what loads it. */
async function buildInto(folder: string): Promise<void> {
  const files = new Map([...(await bundleParts(ROOT)), ...(await stubs())]);
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  chmodSync(join(folder, 'cli.js'), 0o755);
}

function contents(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

async function check(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-dist-'));
  try {
    await buildInto(folder);
    const fresh = contents(folder);
    const committed = contents(DIST);
    const names = new Set([...fresh.keys(), ...committed.keys()]);
    const stale = [...names].filter((name) => fresh.get(name) !== committed.get(name));
    if (stale.length === 0) return;
    console.error(`dist/ does not match the sources: ${stale.join(', ')}. Fix: ${REPAIR}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replaces `dist/` only by a bundle that was built to its end. */
async function build(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-dist-'));
  try {
    await buildInto(folder);
    rmSync(DIST, { recursive: true, force: true });
    cpSync(folder, DIST, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await (process.argv.includes('--check') ? check() : build());
