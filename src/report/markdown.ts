import { formatChange } from './change-text.ts';
import { paragraph, type Block, type Section, type SummaryDocument } from './document.ts';
import { codeSpan, prose } from './escape-html.ts';
import {
  bytesOf,
  details,
  fit,
  renderBlocks,
  subheading,
  tableOf,
  whole,
  type Rendered,
} from './html-blocks.ts';
import { checkResult, checkSign, defaultNext, outcomeSign, reservations, stateSign } from './words.ts';

const KIB = 1024;
/** Runners refuse a summary over 1 MiB (GitHub documentation, workflow commands, job summaries). */
const LIMIT = 900 * KIB;
/** What each part may take at most; the detail gets what they leave of the limit. */
const SHARES = { findings: 160, facts: 80, changes: 120, todo: 200, undo: 100, passed: 60 } as const;
const MAX_TITLE = 300;
const MAX_TEXT = 1500;

function heading(document: SummaryDocument): string {
  const { icon, word } = outcomeSign(document);
  const said = reservations(document).map((text) => `<br>⚠️ ${prose(text, MAX_TITLE)}`);
  return `<h3>${icon} ${word}: ${prose(document.verdict, MAX_TITLE)}${said.join('')}</h3>`;
}

function checksLine(document: SummaryDocument): string {
  const said = document.checks.slice(0, 40).map((check) => {
    const { icon, word } = checkSign(check);
    return `${icon} ${prose(check.name, 100)}: ${word}`;
  });
  return `<p>${[codeSpan(document.action, 100), ...said].join(' · ')}</p>`;
}

const SEVERITY_ICONS = { error: '⛔', warning: '⚠️', note: 'ℹ️' } as const;

/** An icon and its word, which a narrow column does not part. */
function signed(icon: string, words: string): string {
  return `${icon}&nbsp;${words}`;
}

function findings(document: SummaryDocument, room: number): Rendered {
  const rows = document.checks.flatMap((check) =>
    (check.decision?.findings ?? []).map(({ severity, message, fix }) => [
      signed(SEVERITY_ICONS[severity], prose(check.name, 100)),
      `${prose(message, MAX_TEXT)}${fix === undefined ? '' : `<br>→ ${prose(fix, MAX_TEXT)}`}`,
    ]),
  );
  return tableOf(['Check', 'Found'], rows, room);
}

function facts(document: SummaryDocument, room: number): Rendered {
  const rows = document.facts.map((fact) => [
    prose(fact.label, MAX_TITLE),
    `${prose(fact.value, MAX_TEXT)}${fact.note === undefined ? '' : ` (${prose(fact.note, MAX_TEXT)})`}`,
  ]);
  return tableOf(['Fact', 'Value'], rows, room);
}

function changes(document: SummaryDocument, room: number): Rendered {
  const rows = document.changes.map(({ change, state }) => {
    const { icon, word } = stateSign(state);
    return [signed(icon, word.replaceAll(' ', '&nbsp;')), prose(formatChange(change), MAX_TEXT)];
  });
  return tableOf(['State', 'Change'], rows, room);
}

function passed(document: SummaryDocument, room: number): Rendered {
  const rows = document.checks
    .filter((check) => checkResult(check) === 'passed')
    .map((check) => [signed('✅', prose(check.name, 100)), prose(check.passed, MAX_TEXT)]);
  return folded(`Checks that passed: ${rows.length}`, tableOf(['Check', 'Result'], rows, room - 200));
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
  const hasFindings = document.checks.some((check) => (check.decision?.findings.length ?? 0) > 0);
  const share = (key: keyof typeof SHARES, present: boolean, render: (room: number) => Rendered) =>
    present ? [(left: number) => fit([render], Math.min(left, SHARES[key] * KIB))] : [];
  const parts = [
    whole(heading(document)),
    whole(checksLine(document)),
    ...share('findings', hasFindings, (room) => findings(document, room)),
    ...share('facts', document.facts.length > 0, (room) => facts(document, room)),
    ...share('changes', document.changes.length > 0, (room) => changes(document, room)),
    ...share('todo', todo.length > 0, (room) => titled('What to do', todo, room)),
    ...share('undo', document.undo.length > 0, (room) => titled('How to undo', document.undo, room)),
    ...share(
      'passed',
      document.checks.some((check) => checkResult(check) === 'passed'),
      (room) => passed(document, room),
    ),
  ];
  const lines: string[] = [];
  let left = LIMIT;
  for (const part of parts) {
    const { html } = part(left);
    lines.push(...html);
    left -= html.reduce((sum, line) => sum + bytesOf(line), 0);
  }
  const detail = fit(
    document.sections.map((one) => (room: number) => section(one, room)),
    left,
  );
  return `${[...lines, ...detail.html].join('\n\n')}\n`;
}
