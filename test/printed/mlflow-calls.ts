import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const script = fileURLToPath(new URL('read_calls.py', import.meta.url));

const read = z.array(
  z.object({
    /** URIs of tracking and registry; empty: those of the client's own settings. */
    place: z.array(z.string()),
    /** The workspace that is chosen before the first call. */
    workspace: z.string().nullable(),
    calls: z.array(z.object({ method: z.string(), args: z.array(z.string()) })),
  }),
);

/** What a printed text has MLflow's client do. */
export type ClientCalls = z.infer<typeof read>[number];

/** What a real Python reads in each of the texts; throws when one is not of the form that is printed. */
export function clientCalls(texts: readonly string[]): Promise<ClientCalls[]> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'python3',
      ['-I', '-X', 'utf8', script],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(read.parse(JSON.parse(stdout)));
        else reject(new Error(`${error.message}: ${stderr}`));
      },
    );
    child.stdin?.end(JSON.stringify(texts));
  });
}
