import { OUTCOME_MEANINGS } from '../domain/outcome.ts';
import { formatChange } from '../plan/change.ts';
import type { Check } from '../plan/check.ts';
import type {
  Alert,
  Ask,
  Block,
  CheckFinding,
  SideBySide,
  Fact,
  Link,
  ReportedChange,
  Section,
  SummaryDocument,
} from './document.ts';
import { anchor, codeSpan, escapeInline, markdownProse, prose } from './escape-html.ts';
import {
  bytesOf,
  details,
  fit,
  renderBlock,
  renderBlocks,
  sizeOf,
  subheading,
  tableOf,
  whole,
  type Rendered,
} from './html-blocks.ts';
import { ALL, FOLD, NOTHING, renderParts, type Part } from './parts.ts';
import { todoOf } from './todo.ts';
import {
  changeCounts,
  checkCounts,
  checkResult,
  pageSign,
  conditions,
  headlines,
  resultSign,
  stateSign,
} from './words.ts';

const KIB = 1024;
/** Runners refuse a summary over 1 MiB (GitHub documentation, workflow commands, job summaries). */
const LIMIT = 900 * KIB;
const MAX_TITLE = 300;
const MAX_NAME = 100;
const MAX_TEXT = 1500;
const MAX_LEAD = 4000;
const MAX_UNDO = 4000;
/** The longest form of a character that is escaped and, where it is not printed, shown by its number: bytes. */
const ESCAPED = 12;

function heading({ headline: { state, change, object }, checks: judged }: SummaryDocument): string {
  const { icon, word } = pageSign(state);
  const of = object === '' ? '' : ` · ${codeSpan(object, MAX_TITLE)}`;
  const warned = headlines(judged).map((text) => ` · ⚠️ ${prose(text, MAX_TITLE)}`);
  return `<h3>${icon} ${word}: ${prose(change, MAX_TITLE)}${of}${warned.join('')}</h3>`;
}

function lead(document: SummaryDocument, room: number): Rendered {
  // The heading of what is planned says already that nothing was done.
  const isPlanned = document.headline.state === 'planned';
  const said = conditions({ ...document, dryRun: document.dryRun && !isPlanned }).map(
    (text) => `<br>⚠️ ${prose(text, MAX_TITLE)}`,
  );
  const html = `<p>${prose(document.lead, fitting(MAX_LEAD, room))}${said.join('')}</p>`;
  return { html: [html], complete: true };
}

/** Characters of a text that has to be there, however little room there is. */
function fitting(most: number, room: number): number {
  return Math.min(most, Math.max(0, Math.floor(room / ESCAPED)));
}

/** Pages know an alert only as Markdown of its own: a marked quote, at the top level and with blank lines around. */
function alertOf({ kind, text }: Alert): string {
  return `> [!${kind.toUpperCase()}]\n> ${markdownProse(text, MAX_TEXT)}`;
}

function askOf({ text, link, code: copied }: Ask, room: number): Rendered {
  const where = link === undefined ? '' : `open ${anchor(link)}, `;
  const head = `<p>${label('To approve:')} ${where}${prose(text, MAX_TEXT)}</p>`;
  const inner = renderBlock({ kind: 'code', language: 'text', text: copied }, room - bytesOf(head));
  return { html: [head, ...inner.html], complete: inner.complete };
}

const SEVERITY_ICONS = { error: '⛔', warning: '⚠️', note: 'ℹ️' } as const;

/** An icon and its word, which a narrow column does not part. */
function signed(icon: string, words: string): string {
  return `${icon}&nbsp;${words}`;
}

function label(text: string): string {
  return `<strong>${text}</strong>`;
}

/** Findings as points under a line that counts them. */
function findings(title: string, found: readonly CheckFinding[], room: number): Rendered {
  const head = `<p>${label(title)} ${found.length}</p>`;
  const points = fit(
    found.map(({ check, severity, message, fix }) =>
      whole(
        () =>
          `<li>${SEVERITY_ICONS[severity]} ${prose(check, MAX_NAME)}&#58; ${prose(message, MAX_TEXT)}${fix === undefined ? '' : `<br>→ ${prose(fix, MAX_TEXT)}`}</li>`,
      ),
    ),
    room - bytesOf(`${head}<ul></ul>`),
  );
  const items = points.complete ? points.html : points.html.slice(0, -1);
  const rest = points.complete ? [] : points.html.slice(-1);
  return { html: [head, `<ul>${items.join('')}</ul>`, ...rest], complete: points.complete };
}

function sideBySide({ now, then, rows }: SideBySide, room: number): Rendered {
  // A column that says nothing of what is there now only takes its room.
  const hasNow = rows.some((row) => row.now !== '');
  const cell = (text: string) => prose(text === '' ? '–' : text, MAX_TEXT);
  return tableOf(
    ['', ...(hasNow ? [now] : []), then],
    rows,
    (row) => [
      signed(resultSign(row.sign).icon, prose(row.name, MAX_NAME)),
      ...(hasNow ? [cell(row.now)] : []),
      cell(row.then),
    ],
    room,
  );
}

function people({ people: who, links }: SummaryDocument): string {
  const named = (word: string, name: string | undefined) =>
    name === undefined ? [] : [`${word} ${prose(name, MAX_TITLE)}`];
  const parts = [
    ...named(label('Requested by'), who.requester),
    ...named('trained by', who.trainer),
    ...named('approved by', who.approver),
    ...named('signed in as', who.principal),
    ...(who.commit === undefined ? [] : [`commit ${anchor(who.commit)}`]),
    ...(who.run === undefined ? [] : [anchor(who.run)]),
    escapeInline(who.when),
    ...links.map(anchor),
  ];
  return `<p>${parts.join(' · ')}</p>`;
}

function workspace(pages: readonly Link[]): string {
  return `<p>${label('In the workspace:')} ${pages.map(anchor).join(' · ')}</p>`;
}

function undo(document: SummaryDocument, room: number): Rendered {
  const title = label(
    ['planned', 'waiting'].includes(document.headline.state) ? 'Undo afterwards:' : 'Undo:',
  );
  const [first, ...rest] = document.undo;
  if (first === undefined)
    return { html: [`<p>${label('Undo:')} ${prose(document.noUndo, MAX_TEXT)}</p>`], complete: true };
  const opening =
    first.kind === 'paragraph' ? `${title} ${prose(first.text, fitting(MAX_UNDO, room))}` : title;
  const html = `<p>${opening}</p>`;
  const inner = renderBlocks(first.kind === 'paragraph' ? rest : document.undo, room - bytesOf(html));
  return { html: [html, ...inner.html], complete: inner.complete };
}

function changes(all: readonly ReportedChange[], room: number): Rendered {
  const inner = tableOf(
    ['', 'Change'],
    all,
    ({ change, state }) => {
      const { icon, word } = stateSign(state);
      return [signed(icon, word.replaceAll(' ', '&nbsp;')), prose(formatChange(change), MAX_TEXT)];
    },
    room - FOLD,
  );
  return folded(`Changes: ${changeCounts(all)}`, inner);
}

function checks(all: readonly Check[], room: number): Rendered {
  const inner = tableOf(
    ['', 'Check'],
    all,
    (check) => {
      const { icon, word } = resultSign(checkResult(check));
      return [signed(icon, prose(check.name, MAX_NAME)), prose(resultText(check, word), MAX_TEXT)];
    },
    room - FOLD,
  );
  return folded(`Checks: ${checkCounts(all)}`, inner);
}

/** What a check came to; an error or a warning stands above, and once. */
function resultText(check: Check, word: string): string {
  const notes = (check.decision?.findings ?? []).filter(({ severity }) => severity === 'note');
  const said = notes.map(({ message, fix }) => (fix === undefined ? message : `${message} ${fix}`));
  if (checkResult(check) === 'passed') return check.passed;
  return [...(check.notApplicable === undefined ? [word] : [word, check.notApplicable]), ...said].join(': ');
}

function facts(all: readonly Fact[], room: number): Rendered {
  const rows = all.map(({ label: name, value, note }) => ({
    name,
    value: note === undefined ? value : `${value} (${note})`,
  }));
  return folded(`Details: ${all.length}`, renderBlock({ kind: 'pairs', rows }, room - FOLD));
}

function folded(title: string, inner: Rendered): Rendered {
  return { html: [details(prose(title, MAX_TITLE), inner.html)], complete: inner.complete };
}

function titled(title: string, blocks: readonly Block[], room: number): Rendered {
  const head = subheading(title);
  const inner = renderBlocks(blocks, room - bytesOf(head));
  return { html: [head, ...inner.html], complete: inner.complete };
}

/** What to do, or to look at, under a line that says so. */
function todo(blocks: readonly Block[], room: number): Rendered {
  const head = `<p>${label('What to do')}</p>`;
  const inner = renderBlocks(blocks, room - bytesOf(head));
  return { html: [head, ...inner.html], complete: inner.complete };
}

function section(part: Section, room: number): Rendered {
  if (!part.folded) return titled(part.title, part.blocks, room);
  const title = prose(part.title, MAX_TITLE);
  return folded(part.title, renderBlocks(part.blocks, room - bytesOf(details(title, []))));
}

/**
 * The job summary of a document, in the order in which it is read: what became of what; what is true now; what is not
 * over; why, what could break and what to do; what it rests on; who and what is behind it; how to undo it; then, folded
 * and counted, everything else. HTML blocks of one line each, parted by blank lines, so that no text within can end
 * its block (CommonMark 0.31, HTML blocks), and at most one alert, whose text is escaped for Markdown; all of the
 * document's text is escaped. Below `limit` bytes in UTF-8, 900 KiB unless said otherwise; what was left out is said.
 */
export function renderSummary(document: SummaryDocument, limit = LIMIT): string {
  const { alert, ask, sideBySide: proof, reasons, risks } = document;
  const steps = todoOf(document);
  const open = document.sections.filter((each) => !each.folded);
  const closed = document.sections.filter((each) => each.folded);
  const sections = (parts: readonly Section[]): Part[] =>
    parts.map((one) => [true, ALL, (room) => section(one, room)]);
  const [shown, rest] = [sections(open), sections(closed)];
  const always: readonly Part[] = [
    [true, ALL, whole(() => heading(document))],
    [true, ALL, (room) => lead(document, room)],
    [ask !== undefined, ALL, (room) => (ask === undefined ? NOTHING : askOf(ask, room))],
    [alert !== undefined, ALL, whole(() => (alert === undefined ? '' : alertOf(alert)))],
    [reasons.length > 0, 120 * KIB, (room) => findings('Reasons:', reasons, room)],
  ];
  const advice: readonly Part[] = [
    [steps.length > 0, 160 * KIB, (room) => todo(steps, room)],
    [risks.length > 0, 60 * KIB, (room) => findings(risksTitle(document), risks, room)],
  ];
  const proofs: readonly Part[] = [
    [proof !== undefined, 60 * KIB, (room) => (proof === undefined ? NOTHING : sideBySide(proof, room))],
  ];
  const behind: readonly Part[] = [
    [true, ALL, whole(() => people(document))],
    [document.workspacePages.length > 0, 60 * KIB, whole(() => workspace(document.workspacePages))],
    [true, 60 * KIB, (room) => undo(document, room)],
  ];
  const counted: readonly Part[] = [
    [document.changes.length > 0, 100 * KIB, (room) => changes(document.changes, room)],
    [document.checks.length > 0, 60 * KIB, (room) => checks(document.checks, room)],
    [document.facts.length > 0, 60 * KIB, (room) => facts(document.facts, room)],
  ];
  // What has its place whatever else there is, then what fills the rest.
  const [first, second, who] = [
    renderParts(always, Math.floor(limit / 4)),
    renderParts(advice, Math.floor(limit / 4)),
    renderParts(behind, Math.floor(limit / 3)),
  ];
  const proved = renderParts(proofs, Math.floor(limit / 3) - sizeOf(who));
  const folds = renderParts(counted, Math.floor(limit / 3) - sizeOf(who) - sizeOf(proved));
  const last = [...proved, ...who, ...folds];
  const left = limit - sizeOf(last) - sizeOf(first) - sizeOf(second);
  const middle = renderParts(shown, left);
  const end = renderParts(rest, left - sizeOf(middle));
  return `${[...first, ...middle, ...second, ...last, ...end].join('\n\n')}\n`;
}

/** What stands beside a refusal breaks nothing. */
function risksTitle({ outcome }: SummaryDocument): string {
  return OUTCOME_MEANINGS[outcome].exitCode === 0 ? 'What could break:' : 'Warnings:';
}
