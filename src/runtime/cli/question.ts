import { createInterface } from 'node:readline';

/** Where a person is asked. */
export interface Place {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * What a person answers to a question: nothing where they leave it (Ctrl-C, Ctrl-D), where their terminal is gone, and once the
 * signal says that the run is cancelled.
 */
export async function askAt(
  { input, output }: Place,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  if (signal.aborted) return '';
  const lines = createInterface({ input, output });
  const leave = () => lines.close();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await new Promise((resolve) => {
      lines.on('error', leave);
      lines.once('close', () => {
        output.write('\n');
        resolve('');
      });
      lines.question(question, (answer) => {
        lines.removeAllListeners('close');
        resolve(answer);
      });
    });
  } finally {
    signal.removeEventListener('abort', leave);
    lines.close();
  }
}
