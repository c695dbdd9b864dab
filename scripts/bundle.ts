import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActionRequirements } from '../src/actions/contract/action.ts';
import { ACTIONS } from '../src/index.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const REPAIR = 'npm run build';

/** The Node that the bundle is for: that of `runs.using` in each `action.yml`. */
const NODE_MAJOR = 24;

/**
 * Where whole models pass, what sockets have read becomes garbage quicker than anything else. While the space of young
 * objects may not grow, V8 frees it by many quick collections instead of few slow ones: 20 MB less at the peak, a fifth
 * less of processor time (docs/benchmarks.md). It must be said before the bundle is loaded, which would let it grow.
 */
const KEEP_YOUNG_SPACE_SMALL = '--semi-space-growth-factor=1';

/**
 * An audit reads thousands of models at some requests a second: what it keeps is small, and what it drops is freed early
 * instead of when much has gathered (3,000 models: 136 MB in place of 330 MB).
 */
const KEEP_HEAP_SMALL = '--optimize-for-size';

/** What is set of V8 before the bundle is loaded, for an action. */
function v8Flag({ streamsFiles = false, readsMany = false }: ActionRequirements): string | undefined {
  if (streamsFiles) return KEEP_YOUNG_SPACE_SMALL;
  return readsMany ? KEEP_HEAP_SMALL : undefined;
}

/** What a stub does before it loads the bundle. */
function setting(flag: string | undefined): readonly string[] {
  return flag === undefined
    ? []
    : ["import { setFlagsFromString } from 'node:v8';", `setFlagsFromString('${flag}');`];
}

/** The program of the command line: its first word names the action, which decides what is set of V8. */
function program(flags: Readonly<Record<string, string>>): string {
  return [
    '#!/usr/bin/env node',
    "import { setFlagsFromString } from 'node:v8';",
    `if (Number.parseInt(process.versions.node, 10) < ${NODE_MAJOR}) {`,
    `  console.error(\`uc-promote needs Node ${NODE_MAJOR} or newer; this is \${process.versions.node}.\`);`,
    '  process.exit(2);',
    '}',
    `const flags = ${JSON.stringify(flags)};`,
    "const action = process.argv[2] ?? '';",
    'if (Object.hasOwn(flags, action)) setFlagsFromString(flags[action]);',
    "const { runCli } = await import('./index.js');",
    'await runCli(process.argv.slice(2));',
    '',
  ].join('\n');
}

/**
 * A stub loads the bundle through Node's compile cache in the job's temporary folder: the first step of a job fills it,
 * and every later one starts in two thirds of the time (docs/benchmarks.md).
 */
function stub(call: string, before: readonly string[] = []): string {
  return [
    "import { enableCompileCache } from 'node:module';",
    ...before,
    'if (process.env.RUNNER_TEMP) enableCompileCache(`${process.env.RUNNER_TEMP}/uc-promote-compile-cache`);',
    `const { ${call.replace(/\(.*/u, '')} } = await import('./index.js');`,
    `await ${call};`,
    '',
  ].join('\n');
}

/** One bundle of everything, and a stub for each action, for the post step and for the command line. */
async function buildInto(folder: string): Promise<void> {
  const ncc = join(ROOT, 'node_modules/@vercel/ncc/dist/ncc/cli.js');
  execFileSync(
    process.execPath,
    [ncc, 'build', 'src/index.ts', '-o', folder, '--license', 'licenses.txt', '--no-cache', '-q'],
    {
      cwd: ROOT,
      // What stands in for a package, in the bundle alone: ncc takes the paths of this file, and no other tool reads it.
      env: { ...process.env, TS_NODE_PROJECT: join(ROOT, 'scripts/stand-in/tsconfig.json') },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const flags: Record<string, string> = {};
  for (const [name, load] of Object.entries(ACTIONS)) {
    const flag = v8Flag((await load()).requirements);
    if (flag !== undefined) flags[name] = flag;
    writeFileSync(join(folder, `${name}.js`), stub(`run('${name}')`, setting(flag)));
  }
  writeFileSync(join(folder, 'post.js'), stub('runPost()'));
  writeFileSync(join(folder, 'cli.js'), program(flags), { mode: 0o755 });
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
