/** What stands where a secret was, as the runner writes it in a log (actions-runtime §6). */
const HIDDEN = '***';

/** Characters by which a secret is looked up. A shorter one may be any word, and hiding it would tear outputs apart. */
const SHORTEST = 8;

/** A run may be handed a signed URL for each part of each file: of so many secrets only the plain forms are kept. */
const MANY = 200;

/** What `show` and `cut` end a text with that they shorten: the beginning of a secret is hidden too. */
const CUT = '…';

/** Finds secrets in texts, in every form that a server or a tool may repeat them in, whole or cut; each text is gone through once. */
export class SecretFinder {
  /** By their first characters, which thousands may share: addresses of uploads all begin with `https://`. */
  readonly #forms = new Map<string, Set<string>>();
  #count = 0;

  add(secret: string): void {
    const forms = this.#count < MANY ? [secret, ...formsOf(secret)] : [secret, inUri(secret)];
    this.#count += 1;
    for (const form of forms) this.#addForm(form);
  }

  /** The text with every secret hidden. */
  hide(text: string): string {
    let shown = '';
    let from = 0;
    for (const { start, end } of this.#found(text)) {
      shown += text.slice(from, start) + HIDDEN;
      from = end;
    }
    return from === 0 ? text : shown + text.slice(from);
  }

  #addForm(form: string): void {
    if (form.length < SHORTEST) return;
    const key = form.slice(0, SHORTEST);
    const others = this.#forms.get(key);
    if (others === undefined) this.#forms.set(key, new Set([form]));
    else others.add(form);
  }

  *#found(text: string): Generator<{ readonly start: number; readonly end: number }> {
    if (this.#forms.size === 0) return;
    for (let start = 0; start + SHORTEST <= text.length;) {
      let length = 0;
      for (const form of this.#forms.get(text.slice(start, start + SHORTEST)) ?? [])
        length = Math.max(length, hiddenLength(text, start, form));
      if (length > 0) yield { start, end: start + length };
      start += Math.max(1, length);
    }
  }
}

/** How much of a text from there on is the form, or its beginning right before a cut; 0 for none. */
function hiddenLength(text: string, start: number, form: string): number {
  if (text.startsWith(form, start)) return form.length;
  let length = SHORTEST;
  while (text[start + length] === form[length]) length += 1;
  return text.startsWith(CUT, start + length) ? length : 0;
}

/** A secret as it stands in JSON, in a URL or a form, in XML, in quotes, in hexadecimals, and within a longer text in base64. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const json = JSON.stringify(secret).slice(1, -1);
  const uri = inUri(secret);
  const base64 = ([0, 1, 2] as const).map((before) => inBase64(bytes, before));
  return [
    json,
    json.replace(/[\u007f-\uffff]/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    uri,
    uri.replace(/[!'()*]/gu, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    new URLSearchParams({ '': secret }).toString().slice(1),
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
    secret.replaceAll('"', '\\"'),
    secret.replaceAll("'", "''"),
    secret.replace(/^"(.*)"$/su, '$1'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64,
    ...base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_')),
    ...secret.split(/\r\n|\r|\n/u).map((line) => line.trim()),
  ];
}

function inUri(secret: string): string {
  return encodeURIComponent(secret.toWellFormed());
}

/** The characters of base64 that depend on nothing but the secret, when so many bytes, of three, stand before it. */
function inBase64(bytes: Buffer, before: 0 | 1 | 2): string {
  const skipped = (3 - before) % 3;
  const whole = bytes.length - skipped - ((bytes.length - skipped) % 3);
  return bytes.subarray(skipped, Math.max(skipped, skipped + whole)).toString('base64');
}
