import { z } from 'zod';
import { lastLines } from '../../../scripts/child.ts';
import { runPeer, type Server } from '../harness/script.ts';

/** One call of MLflow's client; `test/peers/python/client.py` has a function of each name. */
export type Operation =
  | {
      readonly do: 'register';
      readonly folder: string;
      readonly model: string;
      /** The first version of a new model, from this run. */
      readonly run?: string;
    }
  | { readonly do: 'save'; readonly data: string; readonly folder: string; readonly run: string }
  | { readonly do: 'register_uri'; readonly uri: string; readonly model: string }
  | { readonly do: 'migrate'; readonly source: string; readonly destination: string }
  | { readonly do: 'copy'; readonly source: string; readonly destination: string }
  | { readonly do: 'read' | 'entities' | 'refusals'; readonly model: string }
  | { readonly do: 'operations' | 'newest' | 'registry_methods' }
  | { readonly do: 'set_alias'; readonly model: string; readonly alias: string; readonly version: number }
  | { readonly do: 'delete_alias'; readonly model: string; readonly alias: string }
  | {
      readonly do: 'tag_version';
      readonly model: string;
      readonly version: number;
      readonly key: string;
      readonly value: string;
    }
  | { readonly do: 'untag_version'; readonly model: string; readonly version: number; readonly key: string }
  | { readonly do: 'untag_model'; readonly model: string; readonly key: string }
  | { readonly do: 'describe_model'; readonly model: string; readonly description: string }
  | { readonly do: 'tag_model'; readonly model: string; readonly key: string; readonly value: string }
  | {
      readonly do: 'describe';
      readonly model: string;
      readonly version: number;
      readonly description: string;
    }
  | { readonly do: 'predict'; readonly uri: string }
  | { readonly do: 'call'; readonly uri: string; readonly data: readonly number[] }
  | { readonly do: 'files'; readonly uri: string }
  | { readonly do: 'run'; readonly code: string };

const tags = z.record(z.string(), z.string());

/** What `read` answers: a model as MLflow sees it, versions by number, aliases by lower-case name. */
export const readResponse = z.object({
  description: z.string(),
  tags,
  aliases: z.record(z.string(), z.int()),
  versions: z.record(
    z.string(),
    z.object({ status: z.string(), description: z.string(), tags, source: z.string().nullable() }),
  ),
});

/** What `predict` answers, a number for each of the fixed rows. */
export const predictResponse = z.object({ is_fraud: z.array(z.int()), probability: z.array(z.number()) });

/** What `registry_methods` answers: names of methods. */
export const registryMethodsResponse = z.array(z.string()).min(20);

/** What `files` answers: sha256 by path. */
export const filesResponse = z.record(z.string(), z.string());

/** What `newest` answers: the number of the newest READY version by model. */
export const newestResponse = z.record(z.string(), z.int());

const marker = '::peer-answers:: ';

/** Runs the operations in one Python process and gives their answers in order; throws with MLflow's error. */
export async function callMlflow(server: Server, operations: readonly Operation[]): Promise<unknown[]> {
  const result = await runPeer(server, 'client.py', [JSON.stringify(operations)]);
  const line = result.stdout.split('\n').find((candidate) => candidate.startsWith(marker));
  if (line === undefined) {
    throw new Error(
      result.timedOut ? 'MLflow did not end in time' : `MLflow: ${lastLines(result.stderr, 1)}`,
    );
  }
  return z
    .array(z.unknown())
    .length(operations.length)
    .parse(JSON.parse(line.slice(marker.length)));
}

/** `read` of one model. */
export async function readModel(server: Server, model: string): Promise<z.infer<typeof readResponse>> {
  const [response] = await callMlflow(server, [{ do: 'read', model }]);
  return readResponse.parse(response);
}
