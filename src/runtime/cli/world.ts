import { createInterface } from 'node:readline/promises';
import type { Clock, Random } from '../../domain/ports.ts';
import { systemClock } from '../clock.ts';
import type { Environment } from '../environment.ts';

/** What the command line needs of its process. */
export interface CommandWorld {
  readonly environment: Environment;
  /** Whether a person sits at standard input, and sees standard error. */
  readonly isTerminal: { readonly stdin: boolean; readonly stderr: boolean };
  stdout(text: string): void;
  stderr(chunk: string | Uint8Array): void;
  /** All of standard input. */
  readStdin(): Promise<string>;
  /** What a person answers to a question. */
  ask(question: string): Promise<string>;
  setExitCode(code: number): void;
  readonly clock: Clock;
  readonly random: Random;
}

/** The process that runs. */
export function processWorld(): CommandWorld {
  for (const stream of [process.stdout, process.stderr]) outliveReader(stream);
  return {
    environment: process.env,
    isTerminal: { stdin: process.stdin.isTTY, stderr: process.stderr.isTTY },
    stdout: (text) => void process.stdout.write(text),
    stderr: (chunk) => void process.stderr.write(chunk),
    async readStdin() {
      const chunks: Uint8Array[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
      return Buffer.concat(chunks).toString('utf8');
    },
    async ask(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question);
      } finally {
        lines.close();
      }
    },
    setExitCode(code) {
      process.exitCode = code;
    },
    clock: systemClock,
    random: Math.random,
  };
}

const outlived = new WeakSet<NodeJS.WriteStream>();

/** Whoever reads what is printed may leave, as `head` does: that must not end a run in the middle of its changes. */
function outliveReader(stream: NodeJS.WriteStream): void {
  if (outlived.has(stream)) return;
  outlived.add(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
