import { createInterface } from 'node:readline';

/** Where a person is asked. */
export interface Place {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * What a person replies to a question: nothing where they leave it (Ctrl-C, Ctrl-D), where their terminal is gone, and once the
 * signal says that the run is cancelled.
 */
export async function askAt(
  { input, output }: Place,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  if (signal.aborted) return '';
  const lines = createInterface({ input, output });
  try {
    const reply = await new Promise<string | undefined>((resolve) => {
      const leave = () => resolve(undefined);
      signal.addEventListener('abort', leave, { once: true });
      lines.once('close', leave);
      // Kept: a terminal that is gone fails when it is set back too.
      lines.on('error', leave);
      input.on('error', leave);
      lines.question(question, resolve);
    });
    if (reply === undefined) output.write('\n');
    return reply ?? '';
  } finally {
    lines.close();
  }
}
