/** A request's address as a server reads it: segments and query, decoded. */
export interface Address {
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Reads an address as Go's net/url does (Go 1.26, `url.go`, `parse` and `unescape`): a fragment from the first `#`, a
 * query from the first `?`, both before anything is decoded; controls and broken escapes are errors.
 */
export function readGoAddress(text: string): Address {
  const control = Array.from(text).find((character) => character < ' ' || character === '\u007f');
  if (control !== undefined) throw new Error('net/url: invalid control character in URL');
  const [sent = ''] = text.split('#');
  const at = sent.indexOf('?');
  const path = at < 0 ? sent : sent.slice(0, at);
  const query = at < 0 ? '' : sent.slice(at + 1);
  if (!path.startsWith('/')) throw new Error(`net/url: no path: ${path}`);
  return {
    segments: path.slice(1).split('/').map(unescape),
    query: Object.fromEntries(
      query
        .split('&')
        .filter((pair) => pair !== '')
        .map(pairOf),
    ),
  };
}

function pairOf(pair: string): [string, string] {
  if (pair.includes(';')) throw new Error('net/url: invalid semicolon separator in query');
  const [key = '', value = ''] = pair.split(/=(.*)/su);
  return [unescape(key.replaceAll('+', ' ')), unescape(value.replaceAll('+', ' '))];
}

function unescape(text: string): string {
  if (/%(?![0-9a-f]{2})/iu.test(text)) throw new Error(`net/url: invalid URL escape: ${text}`);
  return decodeURIComponent(text);
}
