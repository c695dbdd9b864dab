import { invalid } from '../metastore/api-error.ts';

/**
 * The fields of a form in parts (RFC 7578); the part `content` is base64 afterwards, as in the JSON form of the request,
 * and `true` and `false` are flags.
 */
export function partsOf(body: Buffer, contentType: string): Record<string, unknown> {
  const quoted = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = quoted?.[1] ?? quoted?.[2];
  if (boundary === undefined) throw invalid('The request body has no boundary.');
  const fields: Record<string, unknown> = {};
  // Each delimiter begins a line of its own, the first one that of the body.
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  let from = whole.indexOf(delimiter);
  for (;;) {
    const start = from + delimiter.length;
    const next = from < 0 ? -1 : whole.indexOf(delimiter, start);
    if (next < 0) return fields;
    const part = whole.subarray(start, next);
    const head = part.indexOf('\r\n\r\n');
    const name = /name="([^"]*)"/i.exec(part.subarray(0, Math.max(0, head)).toString('utf8'))?.[1];
    if (name === undefined) throw invalid('A part of the request body has no name.');
    fields[name] = valueOf(name, part.subarray(head + 4));
    from = next;
  }
}

function valueOf(name: string, bytes: Buffer): string | boolean {
  if (name === 'content') return bytes.toString('base64');
  const text = bytes.toString('utf8');
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
