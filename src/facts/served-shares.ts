import type { ListedEndpoint, ServingConfig } from '../domain/serving.ts';
import { withRequests } from '../policy/alias/effects.ts';

/**
 * The listed endpoints, those that are `unclear` without the versions that get no requests: `read` has their routes, which a list
 * leaves out. One that it does not find stays as it is listed.
 */
export function withShares(
  listed: readonly ListedEndpoint[],
  unclear: readonly ListedEndpoint[],
  read: (name: string) => Promise<ServingConfig | undefined>,
): Promise<ListedEndpoint[]> {
  return Promise.all(
    listed.map(async (each) => {
      const config = unclear.includes(each) ? await read(each.name) : undefined;
      return config === undefined ? each : withRequests(each, config);
    }),
  );
}
