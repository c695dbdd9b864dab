import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { childEnvironment, lastLines } from '../../../scripts/child.ts';

/** A server of somebody else's, running; `close` it in a `finally`. */
export interface PeerServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** How a server is started, and how it shows that it is ready. */
export interface PeerServerOptions {
  readonly command: string;
  /** Arguments for the port that was found free. */
  readonly args: (port: number) => readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A path that answers once it is ready. */
  readonly ready: string;
  /** With which status; default any of 2xx. */
  readonly readyStatus?: number;
  readonly timeoutMs: number;
  /** How many ports in a row it takes; default 1. */
  readonly ports?: number;
}

const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) endGroup(child);
});

const attempts = 3;

class PortTaken extends Error {}

/** What servers say when somebody else took their port first. */
const TAKEN = /EADDRINUSE|address already in use|port \d+ is (?:already )?in use/iu;

/**
 * Starts a server on a free port of the loopback, on another one when somebody takes that first; rejects with its last
 * output when it is not ready in time.
 */
export async function startPeerServer(options: PeerServerOptions): Promise<PeerServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (attempt === attempts || !(error instanceof PortTaken)) throw error;
    }
  }
}

async function startOnce(options: PeerServerOptions): Promise<PeerServer> {
  const port = await freePorts(options.ports ?? 1);
  const child = spawn(options.command, options.args(port), {
    cwd: options.cwd,
    env: childEnvironment({ HOME: options.cwd, NO_PROXY: '127.0.0.1', ...options.env }),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-20_000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      keep(String(error));
      resolve();
    });
    child.once('exit', () => resolve());
  });
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  const close = async () => {
    endGroup(child);
    await ended;
    running.delete(child);
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + options.timeoutMs;
  // An answer may be that of somebody else, who took the port: it counts only while the server lives.
  while (!(await responses(`${url}${options.ready}`, options.readyStatus)) || gone) {
    if (gone || Date.now() > deadline) {
      const state = gone ? 'gone' : 'not ready';
      await close();
      const why = `${options.command} is ${state}: ${lastLines(output)}`;
      throw gone && TAKEN.test(output) ? new PortTaken(why) : new Error(why);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return { url, close };
}

async function responses(url: string, status?: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.text();
    return status === undefined ? response.ok : response.status === status;
  } catch {
    return false;
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * The first of so many neighbouring free ports. Below the range that the system takes for outgoing connections: else a
 * poll of a server that is still starting may itself be given the port that the server waits for.
 */
async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const first = 20_000 + Math.floor(Math.random() * 12_000);
    const wanted = Array.from({ length: count }, (_, index) => portOf(first + index));
    if ((await Promise.allSettled(wanted)).every(({ status }) => status === 'fulfilled')) return first;
  }
  throw new Error(`no ${count} neighbouring free ports`);
}

function portOf(wanted: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      server.close(() => resolve());
    });
  });
}
