import { readFileSync } from 'node:fs';
import type { EmulatorOptions } from '../../emulator/index.ts';
import { at, bench, type Bench, type Role, type Seen } from './request-bench.ts';

/** Prefix of the newest version of the jobs API. */
export const J = '/api/2.2/jobs';

/** Where the scripts of the tests are. */
export const SCRIPTS = '/Shared/scripts';

/** An emulator whose jobs run: scripts are run by Node, which every test has. */
export interface JobBench extends Bench {
  /** Puts a script at `/Shared/scripts/<name>`; the text is JavaScript. */
  script: (name: string, text: string) => string;
  /** Submits one task that runs a script, and gives the id of the run. */
  submit: (role: Role, name: string, more?: Record<string, unknown>) => Promise<string>;
  /** The run, once it is in one of the states; by default over. */
  until: (role: Role, id: string, states?: readonly string[]) => Promise<Seen>;
}

/** Starts an emulator that runs jobs; it closes when the test ends. */
export async function jobBench(options: Omit<EmulatorOptions, 'seed'> = {}): Promise<JobBench> {
  const world = await bench({ jobs: { python: process.execPath }, ...options });
  return { ...world, ...toolsOf(world) };
}

/** The tools of {@link JobBench} for an emulator that runs jobs. */
export function toolsOf({ call, emulator }: Bench): Omit<JobBench, keyof Bench> {
  return {
    script: (name, text) => {
      const path = `${SCRIPTS}/${name}`;
      emulator.metastore.workspace.addFile(path, text);
      return path;
    },
    submit: async (role, name, more = {}) => {
      const json = { ...submission(name), ...more };
      const seen = await call(role, 'POST', `${J}/runs/submit`, { json });
      if (seen.status !== 200) throw new Error(seen.text);
      return idIn(seen, 'run_id');
    },
    until: async (role, id, states = ['TERMINATED']) => {
      for (let waited = 0; waited < 10_000; waited += 10) {
        const seen = await call(role, 'GET', `${J}/runs/get`, { query: { run_id: id } });
        if (states.includes(String(at(seen.json, 'status', 'state')))) return seen;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw new Error(`Run ${id} did not become ${states.join(' or ')}.`);
    },
  };
}

/** One task that runs a script on serverless compute. */
export function taskOf(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    task_key: 'main',
    spark_python_task: { python_file: `/Workspace${SCRIPTS}/${name}` },
    environment_key: 'default',
    ...more,
  };
}

/** The environment that {@link taskOf} names. */
export const environments = [{ environment_key: 'default', spec: { environment_version: '4' } }];

/** A run of one task. */
export function submission(name: string): Record<string, unknown> {
  return { run_name: name, tasks: [taskOf(name)], environments, timeout_seconds: 30 };
}

/** The first number of that name in an answer, with all of its digits. */
export function idIn(seen: Seen, field: string): string {
  const found = new RegExp(`"${field}":(\\d+)`).exec(seen.text)?.[1];
  if (found === undefined) throw new Error(`No ${field} in ${seen.text}`);
  return found;
}

/** The id of the newest attempt of a task in a run. */
export function taskRunIn(seen: Seen, key = 'main'): string {
  const pattern = new RegExp(`"run_id":(\\d+),"task_key":"${key}"`, 'g');
  const found = [...seen.text.matchAll(pattern)].at(-1)?.[1];
  if (found === undefined) throw new Error(`No task ${key} in ${seen.text}`);
  return found;
}

/** Whether a process still does something; one that nobody has waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
