import { readSummary, type SeenBlock, type SeenTable } from './read-summary.ts';

const MAX_CELL = 72;

/** The lines that a reader of the job page sees of a summary; what is folded there is a title here. */
export function summaryLines(markdown: string): string[] {
  return markdown === '' ? [] : readSummary(markdown).flatMap(blockLines);
}

/** The first that a summary says: its heading, the paragraph below it, and the first statement to run, if there is one. */
export function summaryHead(markdown: string): string[] {
  const blocks = markdown === '' ? [] : readSummary(markdown);
  const heading = blocks.find((block) => block.kind === 'heading');
  const lead = blocks.find((block) => block.kind === 'paragraph');
  const statement = blocks.find((block) => block.kind === 'code' && block.language === 'sql');
  return [heading, lead, statement].flatMap((block) =>
    block !== undefined && 'text' in block ? block.text.split('\n').slice(0, 1) : [],
  );
}

/** What else a reader looks for first, a line each: the errors that an audit found, and the past of an alias. */
export function summaryRows(markdown: string): string[] {
  const blocks = markdown === '' ? [] : readSummary(markdown);
  return blocks.flatMap((block) => (block.kind === 'table' ? [...errorsOf(block), ...pastOf(block)] : []));
}

function errorsOf({ columns, rows }: SeenTable): string[] {
  const found = columns.indexOf('Found');
  const errors = rows.filter(([severity]) => found >= 0 && severity?.startsWith('⛔') === true);
  return errors.map((row) => `⛔ ${row[found] ?? ''}`);
}

function pastOf({ columns, rows }: SeenTable): string[] {
  if (!columns.includes('Moved there by')) return [];
  const spans = rows.map(([version = '', from = '', until = '']) =>
    // Where a record begins, what came before has no beginning.
    [
      `version ${version}`,
      ...(isMoment(from) ? [`from ${minute(from)}`] : []),
      `until ${minute(until)}`,
    ].join(' '),
  );
  return [spans.join(' · ')];
}

function isMoment(text: string): boolean {
  return /^\d{4}-/u.test(text);
}

function minute(text: string): string {
  return text.replace(/:\d{2}\.\d{3}Z$/u, 'Z');
}

/** Everything a summary says, folded parts included, as one text. */
export function summaryText(markdown: string): string {
  const textOf = (block: SeenBlock): string => {
    switch (block.kind) {
      case 'details':
        return [block.title, ...block.blocks.map(textOf)].join('\n');
      case 'list':
        return block.items.join('\n');
      case 'table':
        return [block.columns, ...block.rows].map((row) => row.join(' ')).join('\n');
      default:
        return block.text;
    }
  };
  return markdown === '' ? '' : readSummary(markdown).map(textOf).join('\n');
}

function blockLines(block: SeenBlock): string[] {
  switch (block.kind) {
    case 'heading':
      return ['', ...block.text.split('\n'), '─'.repeat(Math.min(block.text.length, 100))];
    case 'paragraph':
      return block.text.split('\n');
    case 'alert':
      return [`! ${block.text}`];
    case 'list':
      return block.items.map((item) => `• ${item}`);
    case 'code':
      return block.text.split('\n').map((line) => `    ${line}`);
    case 'details':
      return [`▸ ${block.title}`];
    case 'table':
      return tableLines(block);
  }
}

function tableLines({ columns, rows }: SeenTable): string[] {
  const cells = [columns, ...rows].map((row) =>
    columns.map((_, i) => cell(row[i] ?? '', i + 1 === columns.length)),
  );
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The last column is shown whole, as nothing stands behind it. */
function cell(text: string, last: boolean): string {
  const line = text.replaceAll('\n', ' ');
  return line.length > MAX_CELL && !last ? `${line.slice(0, MAX_CELL - 1)}…` : line;
}

const COMMAND = /^::(?<name>[a-z-]+)(?: [^:]*)?::(?<message>.*)$/u;

/**
 * A log as the job page shows it: annotations as text, commands to the runner gone. Between `stop-commands` and its
 * token, which guard the output of a foreign command, nothing is a command (GitHub documentation, workflow commands).
 */
export function logLines(log: readonly string[]): string[] {
  let resume: string | undefined;
  return log.flatMap((line) => {
    if (resume !== undefined) {
      if (line !== resume) return [line];
      resume = undefined;
      return [];
    }
    const { name, message } = COMMAND.exec(line)?.groups ?? {};
    if (name === undefined || message === undefined) return [line];
    if (name === 'stop-commands') resume = `::${message}::`;
    if (name !== 'error' && name !== 'warning' && name !== 'notice') return [];
    const text = `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${unescape(message)}`;
    return text.split('\n');
  });
}

/** Escapes of workflow commands (GitHub documentation, workflow commands; `@actions/core` 3, command.ts). */
function unescape(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
