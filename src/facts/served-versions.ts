import type { ListedEndpoint, ServedVersion, ServingEndpoint } from '../domain/serving.ts';
import type { ServingReader } from '../registry/workspace-port.ts';

/**
 * Every endpoint that the caller is shown with the versions that it serves, and with those that an update which is under way is
 * about to bring, or has just brought, which the list of all does not show. Undefined where a registry has no endpoints.
 */
export async function readServedVersions(
  serving: ServingReader | undefined,
): Promise<ListedEndpoint[] | undefined> {
  if (serving === undefined) return undefined;
  const listed = await serving.listEndpoints();
  return Promise.all(
    listed.map(async (endpoint) =>
      endpoint.isUpdating ? withPending(endpoint, await serving.getEndpoint(endpoint.name)) : endpoint,
    ),
  );
}

/** One that is gone meanwhile serves nothing more than it was listed with; where the update ended meanwhile, what it brought is served. */
function withPending(listed: ListedEndpoint, found: ServingEndpoint | undefined): ListedEndpoint {
  const entities = [found?.config, found?.pending].flatMap((config) => config?.entities ?? []);
  const coming = entities.flatMap(({ name, model, version }): ServedVersion[] =>
    model === undefined ? [] : [{ entity: name, model, ...(version === undefined ? {} : { version }) }],
  );
  return { ...listed, served: [...listed.served, ...coming] };
}
