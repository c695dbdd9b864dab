import { spawn } from 'node:child_process';

/** A program, all that it gets, and what ends it. */
export interface ProcessOrder {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it: it is asked to, and killed {@link GRACE} later. */
  readonly signal: AbortSignal;
  /** Bytes of its output that are kept, the last ones. */
  readonly keeps: number;
}

/** How it ended, and what it printed: on both streams, and on that of errors alone. */
export interface ProcessEnd {
  /** Exit code, name of the signal, or why nothing was started. */
  readonly ended: { exitCode: number } | { signal: string } | { notStarted: string };
  readonly output: string;
  readonly truncated: boolean;
  readonly errors: string;
}

/** Between the request to end and the end by force, milliseconds. */
const GRACE = 500;

const groups = new Set<number>();

process.on('exit', () => {
  for (const group of groups) signalGroup(group, 'SIGKILL');
});

/**
 * Runs a program without a shell and without input, in a process group of its own, of which nothing is left when this
 * responds (on Windows: nothing of the program itself).
 */
export function runProcess(order: ProcessOrder): Promise<ProcessEnd> {
  const { file, args, cwd, environment, signal, keeps } = order;
  const all = new Tail(keeps);
  const errors = new Tail(Math.min(keeps, 64 * 1024));
  return new Promise((resolve) => {
    const child = spawn(file, [...args], {
      cwd,
      env: { ...environment },
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    let force: NodeJS.Timeout | undefined;
    const stop = (): void => {
      if (pid === undefined) return;
      signalGroup(pid, 'SIGTERM');
      force = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE);
    };
    const done = (ended: ProcessEnd['ended']): void => {
      clearTimeout(force);
      signal.removeEventListener('abort', stop);
      if (pid !== undefined) groups.delete(pid);
      resolve({ ended, output: all.text(), truncated: all.truncated, errors: errors.text() });
    };
    if (pid !== undefined) groups.add(pid);
    child.stdout.on('data', (chunk: Buffer) => all.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      all.add(chunk);
      errors.add(chunk);
    });
    child.once('error', (error) => done({ notStarted: error.message }));
    // What the program left behind would hold its output open.
    child.once('exit', () => {
      if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    });
    child.once('close', (exitCode, name) =>
      done(exitCode === null ? { signal: name ?? 'unknown' } : { exitCode }),
    );
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')))
      throw error;
  }
}

/** The last bytes of what is added. */
class Tail {
  private readonly most: number;
  private chunks: Buffer[] = [];
  private size = 0;
  truncated = false;

  constructor(most: number) {
    this.most = most;
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size > 2 * this.most) this.cut();
  }

  text(): string {
    this.cut();
    return Buffer.concat(this.chunks).toString('utf8');
  }

  private cut(): void {
    if (this.size <= this.most) return;
    const last = Buffer.concat(this.chunks).subarray(this.size - this.most);
    this.truncated = true;
    this.chunks = [last];
    this.size = last.length;
  }
}
