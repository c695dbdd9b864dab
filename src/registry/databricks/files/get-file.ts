import { PromoteError } from '../../../domain/errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import type { Response } from '../../../http/transport.ts';
import { changed } from '../../../transfer/changed.ts';
import { fileRequest } from './path.ts';

/** A file or a range of it through the workspace; later tries ask only for an unmodified file, as the SDK does (auth-and-http §14.2). */
export async function getFile(
  http: HttpClient,
  path: string,
  range: { readonly start: number; readonly end?: number | undefined } | undefined,
  unmodifiedSince = '',
): Promise<Response | undefined> {
  const headers: Record<string, string> = {};
  if (range !== undefined)
    headers['range'] = `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`;
  if (unmodifiedSince !== '') headers['if-unmodified-since'] = unmodifiedSince;
  try {
    return await http.stream({ ...fileRequest('GET', path), headers });
  } catch (error) {
    if (error instanceof PromoteError && error.details.httpStatus === 412)
      throw changed({ path }, 'it was written while it was read');
    throw error;
  }
}
