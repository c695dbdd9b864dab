import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACTIONS } from '../src/index.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const REPAIR = 'npm run build';

/** One bundle of everything, and a stub of two lines for each action and for the post step. */
function buildInto(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const ncc = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  execFileSync(
    process.execPath,
    [ncc, 'build', 'src/index.ts', '-o', folder, '--license', 'licenses.txt', '--no-cache', '-q'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  for (const name of Object.keys(ACTIONS)) {
    writeFileSync(join(folder, `${name}.js`), `import { run } from './index.js';\nawait run('${name}');\n`);
  }
  writeFileSync(join(folder, 'post.js'), `import { runPost } from './index.js';\nrunPost();\n`);
}

function contents(folder: string): Map<string, string> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function check(): void {
  const folder = mkdtempSync(join(tmpdir(), 'uc-promote-dist-'));
  try {
    buildInto(folder);
    const fresh = contents(folder);
    const committed = contents(DIST);
    const names = new Set([...fresh.keys(), ...committed.keys()]);
    const stale = [...names].filter((name) => fresh.get(name) !== committed.get(name));
    if (stale.length === 0) return;
    console.error(`dist/ is not what the sources give: ${stale.join(', ')}. Repair: ${REPAIR}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv.includes('--check')) check();
else buildInto(DIST);
