import { formatChange } from '../plan/change.ts';
import type { Check } from '../plan/check.ts';
import { paragraph, type Block, type Section, type SummaryDocument } from './document.ts';
import { codeSpan, prose } from './escape-html.ts';
import {
  bytesOf,
  details,
  fit,
  renderBlocks,
  sizeOf,
  subheading,
  tableOf,
  whole,
  type Rendered,
} from './html-blocks.ts';
import { checkResult, checkSign, defaultNext, outcomeSign, reservations, stateSign } from './words.ts';

const KIB = 1024;
/** Runners refuse a summary over 1 MiB (GitHub documentation, workflow commands, job summaries). */
const LIMIT = 900 * KIB;
/** Bytes kept for what stands around the content of a folded part. */
const FOLD = 200;
const MAX_TITLE = 300;
const MAX_NAME = 100;
/** Checks named in the line under the verdict. */
const MAX_CHECKS = 40;
const MAX_TEXT = 1500;

function heading(document: SummaryDocument): string {
  const { icon, word } = outcomeSign(document);
  const said = reservations(document).map((text) => `<br>⚠️ ${prose(text, MAX_TITLE)}`);
  return `<h3>${icon} ${word}: ${prose(document.verdict, MAX_TITLE)}${said.join('')}</h3>`;
}

function checksLine(document: SummaryDocument): string {
  const said = document.checks.slice(0, MAX_CHECKS).map((check) => {
    const { icon, word } = checkSign(check);
    return `${icon} ${prose(check.name, MAX_NAME)}: ${word}`;
  });
  return `<p>${[codeSpan(document.action, MAX_NAME), ...said].join(' · ')}</p>`;
}

const SEVERITY_ICONS = { error: '⛔', warning: '⚠️', note: 'ℹ️' } as const;

/** An icon and its word, which a narrow column does not part. */
function signed(icon: string, words: string): string {
  return `${icon}&nbsp;${words}`;
}

function findings(document: SummaryDocument, room: number): Rendered {
  const found = document.checks.flatMap(({ name, decision }) =>
    (decision?.findings ?? []).map((finding) => ({ name, ...finding })),
  );
  return tableOf(
    ['Check', 'Found'],
    found,
    ({ name, severity, message, fix }) => [
      signed(SEVERITY_ICONS[severity], prose(name, MAX_NAME)),
      `${prose(message, MAX_TEXT)}${fix === undefined ? '' : `<br>→ ${prose(fix, MAX_TEXT)}`}`,
    ],
    room,
  );
}

function facts(document: SummaryDocument, room: number): Rendered {
  return tableOf(
    ['Fact', 'Value'],
    document.facts,
    ({ label, value, note }) => [
      prose(label, MAX_TITLE),
      `${prose(value, MAX_TEXT)}${note === undefined ? '' : ` (${prose(note, MAX_TEXT)})`}`,
    ],
    room,
  );
}

function changes(document: SummaryDocument, room: number): Rendered {
  return tableOf(
    ['State', 'Change'],
    document.changes,
    ({ change, state }) => {
      const { icon, word } = stateSign(state);
      return [signed(icon, word.replaceAll(' ', '&nbsp;')), prose(formatChange(change), MAX_TEXT)];
    },
    room,
  );
}

function passed(checks: readonly Check[], room: number): Rendered {
  const inner = tableOf(
    ['Check', 'Result'],
    checks,
    (check) => [signed('✅', prose(check.name, MAX_NAME)), prose(check.passed, MAX_TEXT)],
    room - FOLD,
  );
  return folded(`Checks that passed: ${checks.length}`, inner);
}

function folded(title: string, inner: Rendered): Rendered {
  return { html: [details(prose(title, MAX_TITLE), inner.html)], complete: inner.complete };
}

function titled(title: string, blocks: readonly Block[], room: number): Rendered {
  const head = subheading(title);
  const inner = renderBlocks(blocks, room - bytesOf(head));
  return { html: [head, ...inner.html], complete: inner.complete };
}

function section(part: Section, room: number): Rendered {
  if (!part.folded) return titled(part.title, part.blocks, room);
  const title = prose(part.title, MAX_TITLE);
  return folded(part.title, renderBlocks(part.blocks, room - bytesOf(details(title, []))));
}

/** What to do: the document's own words, or the sentence of its outcome. */
function todoOf(document: SummaryDocument): readonly Block[] {
  const next = defaultNext(document.outcome);
  return document.todo.length > 0 || next === undefined ? document.todo : [paragraph(next)];
}

/**
 * The job summary of a document: verdict and decision first, then facts, changes, what to do, how to undo, detail.
 * Only HTML blocks of one line each, parted by blank lines, so that no text within can end its block (CommonMark
 * 0.31, HTML blocks); all of the document's text is escaped. Below 900 KiB in UTF-8; what was left out is said.
 */
export function renderSummary(document: SummaryDocument): string {
  const todo = todoOf(document);
  const green = document.checks.filter((check) => checkResult(check) === 'passed');
  const hasFindings = document.checks.some((check) => (check.decision?.findings.length ?? 0) > 0);
  const parts: readonly (readonly [present: boolean, share: number, render: (room: number) => Rendered])[] = [
    [true, LIMIT, whole(() => heading(document))],
    [true, LIMIT, whole(() => checksLine(document))],
    [hasFindings, 160 * KIB, (room) => findings(document, room)],
    [document.facts.length > 0, 80 * KIB, (room) => facts(document, room)],
    [document.changes.length > 0, 120 * KIB, (room) => changes(document, room)],
    [todo.length > 0, 200 * KIB, (room) => titled('What to do', todo, room)],
    [document.undo.length > 0, 100 * KIB, (room) => titled('How to undo', document.undo, room)],
    [green.length > 0, 60 * KIB, (room) => passed(green, room)],
    ...document.sections.map((one) => [true, LIMIT, (room: number) => section(one, room)] as const),
  ];
  const lines: string[] = [];
  let left = LIMIT;
  for (const [present, share, render] of parts) {
    if (!present) continue;
    const { html, complete } = fit([render], Math.min(left, share));
    lines.push(...html);
    left -= sizeOf(html);
    if (left < FOLD || (share === LIMIT && !complete)) break;
  }
  return `${lines.join('\n\n')}\n`;
}
