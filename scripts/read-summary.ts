/** A table as a reader sees it: the text of each cell, entities resolved. */
export interface SeenTable {
  readonly kind: 'table';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A piece of a summary as a reader sees it. */
export type SeenBlock =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'alert'; readonly level: string; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'details'; readonly title: string; readonly blocks: readonly SeenBlock[] }
  | SeenTable;

/** The tags that a summary may have, with the attributes that may be in them. */
const TAG =
  /<\/?(?:h[34]|p|table|thead|tbody|tr|th|td|ul|li|details|summary|code|em|strong|br)>|<t[hd] align="(?:left|right)">|<td colspan="\d+">|<pre lang="[a-z]+">|<\/pre>|<a href="https?:\/\/[\w.~%/?#=&;@:+,-]+">|<\/a>/u;

interface Node {
  readonly tag: string;
  readonly attribute: string;
  readonly children: (Node | string)[];
}

function decode(text: string): string {
  return text
    .replaceAll('&nbsp;', ' ')
    .replace(/&#(\d+);/gu, (_, digits: string) => String.fromCodePoint(Number(digits)));
}

/** Reads one line of HTML; throws on a tag that is not known, not closed or closed twice, and on a bare `<` or `&`. */
function parse(line: string): Node {
  const root: Node = { tag: 'root', attribute: '', children: [] };
  const open: Node[] = [root];
  let rest = line;
  while (rest !== '') {
    const found = TAG.exec(rest);
    const text = found === null ? rest : rest.slice(0, found.index);
    if (text !== '') {
      if (/[<>`[\]*_~@]|&(?!#\d+;|nbsp;)|https?:\S|[\n\r]/u.test(text))
        throw new Error(`not escaped: ${text}`);
      open.at(-1)?.children.push(text);
    }
    if (found === null) break;
    rest = rest.slice(found.index + found[0].length);
    const tag = /[a-z][a-z0-9]*/u.exec(found[0])?.[0] ?? '';
    if (tag === 'br') open.at(-1)?.children.push('\n');
    else if (found[0].startsWith('</')) {
      const closed = open.pop();
      if (closed?.tag !== tag || open.length === 0)
        throw new Error(`</${tag}> closes ${closed?.tag ?? 'nothing'}`);
    } else {
      const node: Node = { tag, attribute: /"(.*)"/u.exec(found[0])?.[1] ?? '', children: [] };
      open.at(-1)?.children.push(node);
      open.push(node);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)?.tag ?? ''}> is not closed`);
  return root;
}

function textOf(node: Node | string): string {
  return typeof node === 'string' ? decode(node) : node.children.map(textOf).join('');
}

function within(node: Node, tag: string): Node[] {
  return node.children.flatMap((child) =>
    typeof child === 'string' ? [] : child.tag === tag ? [child] : within(child, tag),
  );
}

function blockOf(node: Node | string): SeenBlock {
  if (typeof node === 'string') throw new Error(`text outside of a block: ${node}`);
  switch (node.tag) {
    case 'h3':
    case 'h4':
      return { kind: 'heading', level: Number(node.tag.slice(1)), text: textOf(node) };
    case 'p':
      return { kind: 'paragraph', text: textOf(node) };
    case 'ul':
      return { kind: 'list', items: within(node, 'li').map(textOf) };
    case 'pre':
      return { kind: 'code', language: node.attribute, text: textOf(node) };
    case 'table':
      return {
        kind: 'table',
        columns: within(node, 'thead').flatMap((head) => within(head, 'th').map(textOf)),
        rows: within(node, 'tbody')
          .flatMap((body) => within(body, 'tr'))
          .map((row) => [...within(row, 'th'), ...within(row, 'td')].map(textOf))
          .filter((row) => row.length > 0),
      };
    case 'details': {
      const [title, ...content] = node.children;
      if (title === undefined || typeof title === 'string' || title.tag !== 'summary')
        throw new Error('no title');
      return { kind: 'details', title: textOf(title), blocks: content.map(blockOf) };
    }
    default:
      throw new Error(`<${node.tag}> is no block`);
  }
}

/** An alert: GFM of its own, in one escaped line. */
const ALERT = /^> \[!(?<level>WARNING|IMPORTANT)\]\n> (?<text>[^\n]*)$/u;

/** Its text outside of code: between backticks nothing else is Markdown. */
function alertText(text: string): string {
  const outside = text.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/gu, '');
  if (/[<>`[\]*_~@]|&(?!#\d+;|nbsp;)|https?:\S|[\n\r]/u.test(outside))
    throw new Error(`not escaped: ${outside}`);
  return decode(text);
}

function linesOf(markdown: string): (Node | SeenBlock)[] {
  if (!markdown.endsWith('\n')) throw new Error('no line feed at the end');
  return markdown
    .slice(0, -1)
    .split('\n\n')
    .map((line) => {
      const alert = ALERT.exec(line)?.groups;
      if (alert !== undefined)
        return { kind: 'alert', level: alert['level'] ?? '', text: alertText(alert['text'] ?? '') } as const;
      if (!/^<(?:h3|h4|p|table|ul|details|pre)[ >]/u.test(line))
        throw new Error(`no HTML block: ${line.slice(0, 80)}`);
      return parse(line);
    });
}

/**
 * Reads a summary as a browser would show it, without the code that wrote it. By CommonMark 0.31 a line that begins
 * with one of these tags begins an HTML block, which a blank line (after `pre`, `</pre>`) ends, and in which nothing
 * else is Markdown. Throws on whatever is neither one of the summary's tags nor escaped text.
 */
export function readSummary(markdown: string): SeenBlock[] {
  return linesOf(markdown).flatMap((root) => ('kind' in root ? [root] : root.children.map(blockOf)));
}

/** The text of a summary that a page may still make links, mentions or emoji of: all outside of code elements. */
export function linkableText(markdown: string): string[] {
  const outside = (node: Node | string): string[] => {
    if (typeof node === 'string') return [decode(node)];
    return node.tag === 'code' || node.tag === 'pre' ? [] : node.children.flatMap(outside);
  };
  return linesOf(markdown).flatMap((root) => {
    if (!('kind' in root)) return outside(root);
    return root.kind === 'alert' ? [root.text.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/gu, '')] : [];
  });
}
