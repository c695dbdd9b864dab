import { ApiError, denied } from '../../metastore/api-error.ts';
import type { Route } from '../route.ts';

/** Makes a route of the Files API, which a workspace may not serve for `/Models`. */
export function served(route: Route): Route {
  return {
    ...route,
    handle: (input, context) => {
      const name = `${route.method} ${route.template}`;
      switch (context.session.switches.filesApi) {
        case 'open':
          return route.handle(input, context);
        case 'denied':
          throw denied('The Files API does not serve /Models.');
        case 'absent':
          throw new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${name}'`);
        case 'disabled':
          throw new ApiError(404, 'FEATURE_DISABLED', 'The Files API is disabled.');
      }
    },
  };
}
