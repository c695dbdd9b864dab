import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import nodePath, { type PlatformPath } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../domain/errors.ts';
import type { EndedProcess, ProcessEnding } from '../domain/process-ending.ts';

/** Between the request to end and the end by force, milliseconds. */
const GRACE = 2_000;

/** How often a group that was asked to end is looked at, milliseconds. */
const LOOK = 50;

/** What a process left behind may hold its output open after it has ended, as in `@actions/exec`; milliseconds. */
const OUTPUT = 10_000;

/** Where a process printed. */
export type Stream = 'stdout' | 'stderr';

/** A program, what it gets, and what ends it. */
export interface GroupOrder {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether Windows takes the arguments as they are; default: they are quoted for it. */
  readonly verbatim?: boolean;
  /** All of its environment; default: that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends it when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Gets the id of the group as soon as it runs. */
  readonly onStart?: (group: number) => void;
  /** Gets what is printed, as it is printed; nothing more is read before it has ended. */
  readonly onOutput: (chunk: Uint8Array, from: Stream) => Promise<void>;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform;
}

/** How the leader of a group ended, and whether the time limit ended it. */
export type GroupEnding = ProcessEnding & { readonly timedOut: boolean };

/**
 * Runs a program without a shell and without input, in a process group of its own. At the time limit, when the run is
 * cancelled, and when the leader has ended, what is left of the group is asked to end, and killed {@link GRACE} later;
 * when this process ends, it is killed at once. Nothing of the group is left when this responds (on Windows: nothing of
 * a leader that had to be ended).
 */
export async function runGroup(order: GroupOrder): Promise<GroupEnding> {
  const { timeoutMs, signal, onOutput, onStart, platform = process.platform } = order;
  if (signal.aborted) return { notStarted: 'the run was cancelled earlier', timedOut: false };
  const started = await start(order, platform);
  if ('notStarted' in started) return { ...started, timedOut: false };
  const { child, pid, ended } = started;
  let timedOut = false;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endGroup(pid, platform);
  };
  const killNow = () => killGroup(pid, platform);
  const limit = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  process.once('exit', killNow);
  const pass = async (stream: Readable, from: Stream) => {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) await onOutput(chunk, from);
  };
  try {
    onStart?.(pid);
    const printed = Promise.all([pass(child.stdout, 'stdout'), pass(child.stderr, 'stderr')]);
    const result = await Promise.race([ended, printed.then(() => ended)]);
    clearTimeout(limit);
    if (ending === undefined) await Promise.race([printed, pause(OUTPUT, signal)]);
    if (platform !== 'win32') end();
    await ending;
    await Promise.race([printed, pause(GRACE)]);
    return { ...result, timedOut };
  } catch (error) {
    end();
    await ending;
    throw error;
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', end);
    process.off('exit', killNow);
    // Who left the group and holds the output open is no longer listened to.
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

interface Started {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly pid: number;
  readonly ended: Promise<EndedProcess>;
}

/** Node throws some failures to start a program and emits others. */
async function start(
  { file, args, verbatim = false, environment }: GroupOrder,
  platform: NodeJS.Platform,
): Promise<Started | { readonly notStarted: string }> {
  try {
    const child = spawn(file, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: platform !== 'win32',
      windowsVerbatimArguments: verbatim,
      ...(environment === undefined ? {} : { env: { ...environment } }),
    });
    const ended = new Promise<EndedProcess>((resolve) => {
      child.on('exit', (exitCode, signal) =>
        resolve(exitCode === null ? { signal: signal ?? 'unknown' } : { exitCode }),
      );
    });
    await new Promise((resolve, reject) => {
      child.on('spawn', resolve);
      child.on('error', reject);
    });
    if (child.pid === undefined) throw new Error('the system gave it no process id');
    return { child, pid: child.pid, ended };
  } catch (error) {
    return { notStarted: messageOf(error) };
  }
}

/**
 * The command that ends a process of Windows with all that it started; there is no gentle form for programs without a
 * window. By its whole path: a bare name would be looked for in the folder of the checkout first.
 */
export function taskkill(
  pid: number,
  systemRoot = 'C:\\Windows',
  path: Pick<PlatformPath, 'join'> = nodePath,
): readonly [file: string, args: readonly string[]] {
  return [path.join(systemRoot, 'System32', 'taskkill.exe'), ['/pid', String(pid), '/T', '/F']];
}

async function endGroup(pid: number, platform: NodeJS.Platform): Promise<void> {
  if (platform === 'win32') {
    const [file, args] = taskkill(pid, process.env['SYSTEMROOT']);
    const killer = spawn(file, [...args], { stdio: 'ignore' });
    await new Promise<void>((resolve) => {
      killer.on('error', () => resolve());
      killer.on('close', () => resolve());
    });
    return;
  }
  for (let waited = 0; signalGroup(pid, waited === 0 ? 'SIGTERM' : 0); waited += LOOK) {
    if (waited >= GRACE) {
      signalGroup(pid, 'SIGKILL');
      return;
    }
    await wait(LOOK);
  }
}

/** Ends a group while this process ends, when nothing can be awaited any more. */
function killGroup(pid: number, platform: NodeJS.Platform): void {
  if (platform !== 'win32') {
    signalGroup(pid, 'SIGKILL');
    return;
  }
  const [file, args] = taskkill(pid, process.env['SYSTEMROOT']);
  spawnSync(file, [...args], { stdio: 'ignore' });
}

/** Waits, and no longer once the run is cancelled. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  await wait(ms, undefined, { ref: false, ...options }).catch(() => undefined);
}

/** Sends a signal to every process of a group; false when none is left. */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
