import type { ActionRequirements } from '../../src/actions/contract/action.ts';
import { ACTIONS } from '../../src/index.ts';

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

/** The files that load the bundle, by name: one for each action, for the post step and for the command line. */
export async function stubs(): Promise<Map<string, string>> {
  const files = new Map([['post.js', stub('runPost()')]]);
  const flags: Record<string, string> = {};
  for (const [name, load] of Object.entries(ACTIONS)) {
    const flag = v8Flag((await load()).requirements);
    if (flag !== undefined) flags[name] = flag;
    files.set(`${name}.js`, stub(`run('${name}')`, setting(flag)));
  }
  files.set('cli.js', program(flags));
  return files;
}

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
 * and every later one starts in four fifths of the time (docs/benchmarks.md).
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
