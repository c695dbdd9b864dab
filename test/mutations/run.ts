import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment, lastLines, runChild } from '../../scripts/child.ts';
import { ENFORCER_MUTATIONS } from './enforcer-mutations.ts';
import { GATE_MUTATIONS } from './gate-mutations.ts';
import type { Mutation } from './mutation.ts';

// Plants each wrong rule in a copy of the code, and has the random judge of grants look for it: who judges is judged.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['src', 'emulator', 'test/policy/grants', 'test/mutations', 'package.json'];
/** Scenes until a mutation counts as survived. */
const RUNS = 800;
/** Scenes that the code as it is has to pass: the thorough run of the judge. */
const THOROUGH_RUNS = 2000;
const SEED = 20_261_122;
const TIMEOUT_MS = 1_800_000;
const AT_A_TIME = 2;

interface Result {
  readonly verdict: 'passed' | 'caught' | 'survived' | 'FAILED';
  readonly detail: string;
}

/** Judges the code as it is, or with a mutation. */
async function judge(mutation: Mutation | undefined): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'uc-promote-mutation-'));
  try {
    await mkdir(join(folder, 'test'));
    for (const path of COPIED) await cp(join(ROOT, path), join(folder, path), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    if (mutation !== undefined) await plant(mutation, folder);
    const script = join(folder, 'test', 'mutations', 'judge-once.ts');
    const runs = mutation === undefined ? THOROUGH_RUNS : RUNS;
    const args = [script, String(runs), String(SEED)];
    const options = { env: childEnvironment({}), cwd: folder, timeoutMs: TIMEOUT_MS };
    const { code, timedOut, stdout, stderr } = await runChild(process.execPath, args, options);
    if (code === 3)
      return { verdict: mutation === undefined ? 'FAILED' : 'caught', detail: lastLines(stdout, 1) };
    if (code === 0)
      return { verdict: mutation === undefined ? 'passed' : 'survived', detail: lastLines(stdout, 1) };
    return {
      verdict: 'FAILED',
      detail: timedOut ? `no end after ${TIMEOUT_MS / 1000} s` : lastLines(stderr, 6),
    };
  } catch (error) {
    return { verdict: 'FAILED', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function plant({ file, from, to }: Mutation, folder: string): Promise<void> {
  const path = join(folder, file);
  const parts = (await readFile(path, 'utf8')).split(from);
  if (parts.length !== 2) throw new Error(`its text stands in the file ${parts.length - 1} times, not once`);
  await writeFile(path, parts.join(to));
}

/** Runs the mutations that an argument names a part of, all without one; gives the exit code. */
async function main(filters: readonly string[]): Promise<0 | 1> {
  const nameOf = ({ file, breaks }: Mutation): string => `${file}: ${breaks}`;
  const mutations = [...GATE_MUTATIONS, ...ENFORCER_MUTATIONS].filter(
    (each) => filters.length === 0 || filters.some((part) => nameOf(each).includes(part)),
  );
  console.log(`${mutations.length} mutations, at most ${RUNS} scenes each, seed ${SEED}`);
  console.log(`the code as it is: ${THOROUGH_RUNS} scenes`);
  const counts = { passed: 0, caught: 0, survived: 0, FAILED: 0 };
  const waiting: (Mutation | undefined)[] = [undefined, ...mutations];
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const mutation = waiting.shift();
      const began = performance.now();
      const { verdict, detail } = await judge(mutation);
      const seconds = Math.round((performance.now() - began) / 1000);
      counts[verdict] += 1;
      const name = mutation === undefined ? 'the code as it is' : nameOf(mutation);
      console.log(`${verdict} ${name} in ${seconds} s - ${detail}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  console.log(`${counts.caught} caught, ${counts.survived} survived, ${counts.FAILED} failed`);
  return mutations.length > 0 && counts.survived === 0 && counts.FAILED === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
