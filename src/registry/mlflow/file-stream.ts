import { PromoteError } from '../../domain/errors.ts';
import { show } from '../../domain/printable.ts';
import type { HttpClient } from '../../http/client.ts';
import { header } from '../../http/failed-response.ts';
import type { HttpRequest } from '../../http/request.ts';
import type { Response } from '../../http/transport.ts';
import type { ByteStream } from '../../transfer/port.ts';
import { isPart, offsetOf, unbroken } from '../unbroken.ts';

/** How often a server may have to fetch a whole file for one reading: once, and once more after a break. */
const MAX_FETCHES = 2;

/**
 * A file in one stream; undefined when it does not exist. A server whose files lie in a cloud's store fetches the whole
 * object for each request, one for a range too (mlflow 3.17.2 `server/handlers.py`: `_send_artifact`), so that ranges are
 * asked for only after a break, and again only where they are cheap.
 */
export async function openWhole(
  http: HttpClient,
  path: string,
  request: HttpRequest,
): Promise<ByteStream | undefined> {
  let fetches = 0;
  let etag = '';
  return unbroken(
    http,
    async (start) => {
      if (fetches >= MAX_FETCHES) throw brokenTwice(path);
      const response = await http.stream({
        ...request,
        silentTries: MAX_FETCHES,
        ...(start === 0 ? {} : { headers: { range: `bytes=${start}-` } }),
      });
      if (response === undefined) return undefined;
      if (!isCheap(response, etag)) fetches += 1;
      etag = header(response.headers, 'etag');
      return { stream: response.stream, offset: offsetOf(response, start) };
    },
    'GET {artifact}',
  );
}

/**
 * Whether a range cost the server no more than itself: the ETag is made of time and place of the file that is sent, so that
 * it stays for one on the server's disk, and is another for each fetched copy (mlflow 3.17.2, werkzeug `send_file`).
 */
function isCheap(response: Response, etag: string): boolean {
  return isPart(response) && etag !== '' && header(response.headers, 'etag') === etag;
}

function brokenTwice(path: string): PromoteError {
  return new PromoteError(
    `The MLflow server interrupted ${show(path)} ${MAX_FETCHES} times; it fetches the whole file on each try.`,
    {
      code: 'unavailable',
      outcome: 'unavailable',
      fix: 'Run the step again later. If the error persists, check the time-outs of the server, its workers and any proxy in front of it.',
    },
  );
}
