import { PromoteError } from '../domain/errors.ts';
import { show } from '../domain/printable.ts';
import { type FailedResponse, responder, protocolError, header } from './failed-response.ts';

/** The page that a login or a gateway sends in place of a response. */
export function htmlError(response: FailedResponse): PromoteError {
  const title = pageTitle(response.body);
  const said = pageText(response.body);
  const named = `${title === undefined ? '' : ` titled "${title}"`}${said === undefined ? '' : ` that says "${said}"`}`;
  const { message, details } = protocolError(
    `is an HTML page${named}${responder(response.headers)}, not JSON (HTTP ${response.status}): a login page, a gateway, or a host of several workspaces without workspace-id`,
    response.call,
  );
  return new PromoteError(message, { ...details, httpStatus: response.status });
}

/** The title of a page. */
export function pageTitle(body: string): string | undefined {
  const title = /<title>([^<]{1,300})<\/title>/iu.exec(body)?.[1]?.trim();
  return title === undefined ? undefined : show(title, 300);
}

/** What the server behind a page says: the text of its `<pre>` (auth-and-http §9.1). */
export function pageText(body: string): string | undefined {
  const text = /<pre>([^<]{1,2000})<\/pre>/iu.exec(body)?.[1]?.trim();
  return text === undefined || text === '' ? undefined : show(text, 300);
}

/** True when the response is an HTML page whatever it claims to be. */
export function isHtml(response: Pick<FailedResponse, 'headers' | 'body'>): boolean {
  return (
    /text\/html/iu.test(header(response.headers, 'content-type')) ||
    /^\s*<(!doctype|html)/iu.test(response.body)
  );
}
