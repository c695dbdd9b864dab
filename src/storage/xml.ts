/*
 * The few flat elements that stores respond with. Each is read by its name and never nested, so that a parser of its own
 * would bring more than it does.
 */

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The insides of every element of that name, in order. */
export function elements(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'gu'));
  return [...found].map((match) => match[1] ?? '');
}

/** The text of the first element of that name, or undefined. */
export function textOf(xml: string, name: string): string | undefined {
  const [inner] = elements(xml, name);
  return inner?.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/giu,
    (all, decimal?: string, hex?: string, word?: string) => {
      const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      return ENTITIES[word ?? ''] ?? all;
    },
  );
}

/** A text as it may stand in an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/gu, (char) => `&#${char.charCodeAt(0)};`);
}
