import { hasCode, messageOf, PromoteError } from '../domain/errors.ts';
import type { TriggeredJobs } from '../domain/job.ts';
import { Memo } from '../domain/once.ts';
import { handledLater } from '../domain/promises.ts';
import type { ListedEndpoint, ServingEndpoint } from '../domain/serving.ts';
import type { RegistryReader } from '../registry/port.ts';

/** What was read, or a sentence that says why it was not. */
export type Seen<T> = { readonly seen: T } | { readonly why: string };

/** What goes on around a move, as far as the caller is shown it; undefined where a registry has nothing of the kind. */
export interface MoveSurroundings {
  readonly endpoints: Promise<Seen<readonly ListedEndpoint[]> | undefined>;
  /** One endpoint whole, which has the shares of the requests that the list leaves out; read when it is first asked for. */
  endpoint(this: void, name: string): Promise<Seen<ServingEndpoint | undefined> | undefined>;
  readonly jobs: Promise<Seen<TriggeredJobs> | undefined>;
}

/**
 * Begins to read which endpoints serve what and which jobs watch models, beside everything else: no failure of it stops
 * anything, and no request of it is sent twice. The registry is one of its own: what else was read stays fresh.
 */
export function startSurroundings(registry: RegistryReader): MoveSurroundings {
  const { serving } = registry;
  const read = new Memo<Seen<ServingEndpoint | undefined> | undefined>();
  return {
    endpoints: seen(serving?.listEndpoints('once')),
    endpoint: (name) => read.get(name, () => seen(serving?.getEndpoint(name, 'once'))),
    jobs: startJobs(registry),
  };
}

/** The jobs alone. */
export function startJobs(registry: RegistryReader): MoveSurroundings['jobs'] {
  return seen(registry.jobs?.findTriggered());
}

/** A run that is refused or cancelled never awaits it. */
function seen<T>(reading: Promise<T> | undefined): Promise<Seen<T> | undefined> {
  const result = resultOf(reading);
  handledLater(result);
  return result;
}

async function resultOf<T>(reading: Promise<T> | undefined): Promise<Seen<T> | undefined> {
  if (reading === undefined) return undefined;
  try {
    return { seen: await reading };
  } catch (error) {
    if (!(error instanceof PromoteError) || hasCode(error, 'cancelled', 'interrupted')) throw error;
    return { why: messageOf(error) };
  }
}
