import { spawn, type ChildProcess } from 'node:child_process';
import nodePath, { type PlatformPath } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** Between the request to end and the end by force, milliseconds. */
const GRACE = 2_000;

/** How often a group that was asked to end is looked at, milliseconds. */
const LOOK = 50;

/** Where a process printed. */
export type Stream = 'stdout' | 'stderr';

/** A program, what it gets, and what ends it. */
export interface GroupOrder {
  readonly file: string;
  readonly args: readonly string[];
  /** All of its environment; default: that of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends it when the run is cancelled. */
  readonly signal: AbortSignal;
  /** Gets what is printed, as it is printed; nothing more is read before it has ended. */
  readonly onOutput: (chunk: Uint8Array, from: Stream) => Promise<void>;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform;
}

/** How a group ended; a leader that was killed has exit code 1. */
export interface GroupEnding {
  readonly exitCode: number;
  readonly timedOut: boolean;
}

/**
 * Runs a program without a shell in a process group of its own. At the time limit, and when the run is cancelled, the
 * whole group is asked to end, and killed {@link GRACE} later; nothing of it is left when this answers. Throws when the
 * program cannot be started.
 */
export async function runGroup(order: GroupOrder): Promise<GroupEnding> {
  const { file, args, environment, timeoutMs, signal, onOutput, platform = process.platform } = order;
  const child = spawn(file, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: platform !== 'win32',
    ...(environment === undefined ? {} : { env: { ...environment } }),
  });
  let timedOut = false;
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endGroup(child, platform);
  };
  const limit = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const pass = async (stream: Readable, from: Stream) => {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) await onOutput(chunk, from);
  };
  try {
    const [exitCode] = await Promise.all([
      new Promise<number>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code) => resolve(code ?? 1));
      }),
      pass(child.stdout, 'stdout'),
      pass(child.stderr, 'stderr'),
    ]);
    await ending;
    return { exitCode, timedOut };
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', end);
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

async function endGroup({ pid }: ChildProcess, platform: NodeJS.Platform): Promise<void> {
  if (pid === undefined) return;
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

/** False when no process of the group is left. */
function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
