import type { FullName } from '../../domain/full-name.ts';
import type { HttpRequest } from '../../http/request.ts';

/** Where the Files API keeps the files of a version (uc-protocol §9.2). */
export function versionRoot(name: FullName, version: number): string {
  return `/Models/${name.catalog}/${name.schema}/${name.model}/${version}`;
}

/** A request about one file. */
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
