import { spawn } from 'node:child_process';

/** How a child process ended and what it wrote; `code` is null when a signal ended it. */
export interface ChildResult {
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a child process gets: exactly this environment, and a time limit in milliseconds. */
export interface ChildOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly timeoutMs: number;
}

const living = new Set<number>();

// A group of its own for every child, so that one kill by id also reaches what the child started.
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

process.on('exit', () => {
  for (const pid of living) endGroup(pid);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(130));
}

/**
 * Runs a command to its end or its time limit, then kills whatever is left of its process group.
 * Rejects only when the command cannot be started.
 */
export function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    let timedOut = false;
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    if (pid !== undefined) living.add(pid);
    const timer = setTimeout(() => {
      timedOut = true;
      if (pid !== undefined) endGroup(pid);
    }, options.timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('exit', () => {
      if (pid !== undefined) endGroup(pid);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (pid !== undefined) living.delete(pid);
      resolve({ code, timedOut, stdout, stderr });
    });
  });
}

/** The last lines of a text, for a one-line detail. */
export function lastLines(text: string, count = 3): string {
  return text.trim().split('\n').slice(-count).join(' | ').slice(-600);
}

const inherited = ['PATH', 'LANG', 'TMPDIR', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE'];

/** The environment for a child: the few variables that any process needs, and the given ones; never a token of the caller. */
export function childEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  const kept = inherited.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...given };
}
