/** Before and after a secret within a longer text that is encoded as a whole: by 0, 1 and 2 bytes of the three of base64. */
const SHIFTS = [0, 1, 2] as const;

/**
 * What a secret may look like: the forms that the runner masks (actions/runner `HostContext.cs`, `ValueEncoders.cs`), and
 * others by which it does not: hex, base64 for URLs, forms. A form that equals the secret is left out.
 */
export function encodingsOf(secret: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(secret, 'utf8');
  const json = JSON.stringify(secret).slice(1, -1);
  const forms: Record<string, string> = {
    ...Object.fromEntries(SHIFTS.map((by) => [`base64 shifted by ${by}`, inBase64(bytes, by)])),
    ...Object.fromEntries(SHIFTS.map((by) => [`base64url shifted by ${by}`, forUrls(inBase64(bytes, by))])),
    'command line': secret.replaceAll('"', '\\"'),
    expression: secret.replaceAll("'", "''"),
    JSON: json,
    'JSON in ASCII': json.replace(/[\u007f-\uffff]/gu, unicodeEscape),
    URI: encodeURIComponent(secret).replace(/[!'()*]/gu, percent),
    'URI component': encodeURIComponent(secret),
    form: new URLSearchParams({ '': secret }).toString().slice(1),
    XML: xml(secret),
    'without quotes': secret.replace(/^"(.*)"$/su, '$1'),
    ...powerShell(secret),
    ...lines(secret),
    hex: bytes.toString('hex'),
    'hex in capitals': bytes.toString('hex').toUpperCase(),
  };
  const others = Object.entries(forms).filter(([, encoded]) => encoded !== secret);
  return { plain: secret, ...Object.fromEntries(others) };
}

/** The characters of base64 that depend on nothing but the secret, when so many bytes stand before it. */
function inBase64(bytes: Buffer, before: 0 | 1 | 2): string {
  const skipped = (3 - before) % 3;
  const whole = bytes.length - skipped - ((bytes.length - skipped) % 3);
  return bytes.subarray(skipped, skipped + whole).toString('base64');
}

function forUrls(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function xml(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text.replace(/[&<>"']/gu, (character) => escapes[character] ?? character);
}

/** PowerShell colours the parts of a command around `&` apart. */
function powerShell(secret: string): Record<string, string> {
  const plus = secret.indexOf('&+');
  const at = plus < 0 ? secret.lastIndexOf('&') : plus + 1;
  if (at < 0) return {};
  return {
    'before an ampersand': secret.slice(0, at + 1),
    'after an ampersand': secret.slice(plus < 0 ? at + 1 : at + 2),
  };
}

/** Of a secret with several lines the runner masks each. */
function lines(secret: string): Record<string, string> {
  const each = secret.split(/\r\n|\r|\n/u).map((line) => line.trim());
  return each.length === 1 ? {} : Object.fromEntries(each.map((line, index) => [`line ${index + 1}`, line]));
}
