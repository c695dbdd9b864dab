/*
 * The few flat elements that stores respond with. Each is read by its name and never nested, so that a parser of its own
 * would bring more than it does.
 */

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The insides of every element of that name, in order. Each character is looked at a fixed number of times, whatever is left open. */
export function elements(xml: string, name: string): string[] {
  return [...eachElement(xml, name)];
}

function* eachElement(xml: string, name: string): Generator<string> {
  const end = `</${name}>`;
  for (let at = nextTag(xml, name, 0); at >= 0;) {
    const open = xml.indexOf('>', at);
    if (open < 0) return;
    if (xml[open - 1] === '/') {
      yield '';
      at = nextTag(xml, name, open);
      continue;
    }
    const close = xml.indexOf(end, open);
    // What no end tag follows has none further on either.
    if (close < 0) return;
    yield xml.slice(open + 1, close);
    at = nextTag(xml, name, close);
  }
}

/** Where the next tag of that very name begins that has no slash at its front, or -1. */
function nextTag(xml: string, name: string, from: number): number {
  const tag = `<${name}`;
  for (let at = xml.indexOf(tag, from); at >= 0; at = xml.indexOf(tag, at + 1)) {
    if (/[\s/>]/u.test(xml[at + tag.length] ?? '')) return at;
  }
  return -1;
}

/** The text of the first element of that name, or undefined. */
export function textOf(xml: string, name: string): string | undefined {
  for (const inner of eachElement(xml, name)) return withoutEntities(inner);
  return undefined;
}

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/giu,
    (all, decimal?: string, hex?: string, word?: string) => {
      if (word !== undefined) return ENTITIES[word] ?? all;
      const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    },
  );
}

/** A text as it may stand in an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/gu, (char) => `&#${char.charCodeAt(0)};`);
}
