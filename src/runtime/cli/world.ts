import { messageOf } from '../../domain/errors.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import { escapeLogLine } from '../../report/log-text.ts';
import { systemClock } from '../clock.ts';
import type { Environment } from '../environment.ts';
import { ExitCode } from './exit-code.ts';
import { askAt } from './question.ts';

/** What the command line needs of its process. */
export interface CommandWorld {
  readonly environment: Environment;
  /** Whether a person sits at standard input, and sees standard error. */
  readonly isTerminal: { readonly stdin: boolean; readonly stderr: boolean };
  stdout(text: string): void;
  stderr(chunk: string | Uint8Array): void;
  /** All of standard input. */
  readStdin(): Promise<string>;
  /** What a person replies to a question; nothing where they leave it or the signal comes first. */
  ask(question: string, signal: AbortSignal): Promise<string>;
  readonly exitCode: ExitCode;
  readonly clock: Clock;
  readonly random: Random;
}

/** The process that runs. */
export function processWorld(): CommandWorld {
  const exitCode = new ExitCode((code) => {
    process.exitCode = code;
  });
  outlive(process.stderr, () => exitCode.lose());
  outlive(process.stdout, (error) => {
    exitCode.lose();
    process.stderr.write(`Standard output could not be written: ${escapeLogLine(messageOf(error))}\n`);
  });
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
    ask: (question, signal) => askAt({ input: process.stdin, output: process.stderr }, question, signal),
    exitCode,
    clock: systemClock,
    random: Math.random,
  };
}

/**
 * No stream may end a run in the middle of its changes. A reader may leave, as `head` does; any other error (a full disk, a terminal
 * that is gone) loses what was printed.
 */
function outlive(stream: NodeJS.WriteStream, whenLost: (error: Error) => void): void {
  let isLost = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isLost) return;
    isLost = true;
    whenLost(error);
  });
}
