import type { FullName } from '../../../domain/full-name.ts';
import type { HttpRequest } from '../../../http/request.ts';

/** Where the Files API keeps the files of a version (uc-protocol §9.2). */
export function versionRoot(name: FullName, version: number): string {
  return `/Models/${name.catalog}/${name.schema}/${name.model}/${version}`;
}

/**
 * A request about one file. The client may send it again, a write too: it brings the same bytes to the same place each
 * time, into a version that is still pending, and nobody else's state is compared or lost.
 */
export function fileRequest(
  method: 'GET' | 'HEAD' | 'PUT' | 'POST',
  path: string,
  query?: HttpRequest['query'],
): HttpRequest {
  return {
    method,
    template: '/api/2.0/fs/files{+path}',
    params: { path },
    retry: 'safe',
    ...(query === undefined ? {} : { query }),
  };
}
