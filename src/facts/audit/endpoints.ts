import { formatFullName, type FullName } from '../../domain/full-name.ts';
import type { ListedEndpoint } from '../../domain/serving.ts';
import type { ServingReader } from '../../registry/workspace-port.ts';
import type { ServingEndpointSeen } from '../../policy/audit/model.ts';
import { isUnclear, servedOf } from '../../policy/alias/effects.ts';
import { withShares } from '../served-shares.ts';

/** The endpoints that the caller is shown: those with several versions of a model are read once more for who gets the requests. */
export async function readEndpoints(serving: ServingReader): Promise<ListedEndpoint[]> {
  const listed = await serving.listEndpoints();
  const unclear = listed.filter(({ served }) => isUnclear(served));
  return withShares(listed, unclear, async (name) => (await serving.getEndpoint(name))?.config);
}

/** Endpoints by what they serve: an audit looks up thousands of models. */
export class EndpointsByModel {
  readonly #byModel = new Map<string, Set<ListedEndpoint>>();

  constructor(endpoints: readonly ListedEndpoint[]) {
    for (const endpoint of endpoints)
      for (const { model } of endpoint.served) {
        const key = model.toLowerCase();
        this.#byModel.set(key, (this.#byModel.get(key) ?? new Set()).add(endpoint));
      }
  }

  /** The endpoints that serve versions of a model, with these versions. */
  of(name: FullName): ServingEndpointSeen[] {
    const found = this.#byModel.get(formatFullName(name).toLowerCase()) ?? [];
    return [...found].map(({ name: endpoint, served }) => ({ endpoint, versions: servedOf(name, served) }));
  }
}
