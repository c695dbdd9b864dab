import type { RequestBody } from './body.ts';
import { header, MAX_ERROR_BYTES, protocolError } from './failed-response.ts';
import { htmlError, isHtml } from './html-page.ts';
import type { Response } from './transport.ts';

/** The Files API sends `application/octet-stream`, whatever the file is: HTML comes from a login or a gateway. */
export async function refusePage(response: Response, call: string): Promise<Response> {
  if (!/text\/html/iu.test(header(response.headers, 'content-type'))) return response;
  const body = await response.text(MAX_ERROR_BYTES).catch(() => '');
  throw htmlError({ status: response.status, headers: response.headers, body, call });
}

/** The JSON of a response, `{}` of an empty one; throws `protocol` for a page and for anything else. */
export function parseJson(text: string, response: Response, call: string): unknown {
  if (isHtml({ headers: response.headers, body: text })) {
    throw htmlError({ status: response.status, headers: response.headers, body: text, call });
  }
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw protocolError('is not JSON', call, cause);
  }
}

/** A body of JSON. */
export function jsonBody(value: unknown): RequestBody {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return { contentType: 'application/json', length: bytes.length, open: async () => bytes };
}
