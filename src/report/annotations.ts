import { OUTCOME_MEANINGS } from '../domain/outcome.ts';
import type { Finding } from '../domain/decision.ts';
import type { Check } from '../plan/check.ts';
import type { Block, SummaryDocument } from './document.ts';
import { escapeLogLine } from './log-text.ts';
import type { TextPlace } from '../domain/text-place.ts';
import { cut } from '../domain/printable.ts';
import { defaultNext, headlineText, verdictLine } from './words.ts';

/** A message beside the job; `level` in the runner's words. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  /** Lines parted by LF, at most 4,096 characters. */
  readonly message: string;
  /** The line that it stands at. */
  readonly place?: TextPlace;
}

/** Characters that a runner keeps of a message (actions/runner `ExecutionContext.cs`). */
const MAX_MESSAGE = 4096;
/** Annotations of one level that a step may make (actions/toolkit `docs/problem-matchers.md`). */
const MAX_PER_LEVEL = 10;
/** Findings that a message may have room for: no line is shorter than two characters. */
const MAX_FINDINGS = MAX_MESSAGE / 2;
const MAX_TITLE = 120;
const MAX_FIX = 600;
const MAX_FINDING = 1500;

type Severity = 'error' | 'warning' | 'note';

function line(text: string, limit: number): string {
  return cut(inert(cut(text, limit)), limit + 40);
}

/** A text as one line without `::`: a runner that looks for the last one of a line, as nektos/act does, would lose the title. */
function inert(text: string): string {
  return escapeLogLine(text).replaceAll('::', ': :');
}

function findingsOf(check: Check, severity: Severity): string[] {
  return (check.decision?.findings ?? [])
    .filter((finding) => finding.severity === severity)
    .slice(0, MAX_FINDINGS)
    .map((finding) => line(`- ${finding.message}${finding.fix === undefined ? '' : ` ${finding.fix}`}`, 600));
}

function message(lines: readonly string[]): string {
  const text = lines.join('\n');
  return text.length <= MAX_MESSAGE
    ? text
    : `${text.slice(0, MAX_MESSAGE - 40).replace(/\n[^\n]*$/u, '')}\n… see the summary`;
}

/** The first sentence of what to do, with the statement or command that it announces. */
function firstTodo(blocks: readonly Block[]): string | undefined {
  const [first, second] = blocks;
  if (first?.kind === 'code') return first.text.replaceAll('\n', ' ');
  if (first?.kind === 'list') return first.items.join(' ');
  if (first?.kind !== 'paragraph') return undefined;
  return second?.kind === 'code' ? `${first.text} ${second.text.replaceAll('\n', ' ')}` : first.text;
}

function firstFix(document: SummaryDocument): string | undefined {
  const findings = document.checks.flatMap((check) => check.decision?.findings ?? []);
  const ofError = findings.find(({ severity, fix }) => severity === 'error' && fix !== undefined)?.fix;
  return firstTodo(document.todo) ?? ofError ?? defaultNext(document.outcome);
}

/** From here on the verdict stands behind the fix, which a reader then sees without opening (300 characters). */
const LONG_VERDICT = 140;

/** The first line, never cut: the verdict, or the headline of the page where the verdict is long. */
function verdictLines(document: SummaryDocument): string[] {
  const said = inert(`${verdictLine(document)}.`);
  return [said.length <= LONG_VERDICT ? said : inert(headlineText(document))];
}

/** The verdict behind the fix, where the first line is the headline in its place. */
function longVerdict(document: SummaryDocument): string[] {
  const said = `${verdictLine(document)}.`;
  return inert(said).length <= LONG_VERDICT ? [] : [line(said, MAX_FINDING)];
}

function verdict(document: SummaryDocument, level: 'error' | 'notice'): Annotation {
  const fix = firstFix(document);
  const errors = document.checks
    .flatMap((check) => check.decision?.findings ?? [])
    .filter(({ severity }) => severity === 'error');
  const lines = [
    ...verdictLines(document),
    ...(level === 'error' && fix !== undefined ? [line(fix, MAX_FIX)] : []),
    ...longVerdict(document),
    // One finding alone is the verdict itself.
    ...(level === 'error' && errors.length > 1
      ? errors.slice(0, MAX_FINDINGS).map((finding) => line(`- ${finding.message}`, 600))
      : []),
  ];
  return { level, title: line(document.action, MAX_TITLE), message: message(lines) };
}

/**
 * What an action says beside its job: the verdict first, with what to do in the first 300 characters, then one
 * warning a check. A verdict of success is said only when something is to be known: a change, a dry run with one, or
 * a check that was off. Never more than ten of a level; plain text, safe to hand to the runner's own escaping.
 */
export function annotationsOf(document: SummaryDocument): readonly Annotation[] {
  const failed = OUTCOME_MEANINGS[document.outcome].exitCode !== 0;
  const worthSaying =
    failed || document.checksOff.length > 0 || document.changes.some(({ state }) => state !== 'not-needed');
  const warnings = document.checks.flatMap((check): Annotation[] => {
    const found = findingsOf(check, 'warning');
    if (found.length === 0) return [];
    return [
      {
        level: 'warning',
        title: line(`${document.action}: ${check.name}`, MAX_TITLE),
        message: message(found),
      },
    ];
  });
  const shown = warnings.slice(0, MAX_PER_LEVEL);
  const last = shown.at(-1);
  const rest = warnings.length - shown.length;
  if (last !== undefined && rest > 0) {
    const more = `${rest + 1} more checks have warnings; see the summary`;
    shown.splice(-1, 1, { level: 'warning', title: line(document.action, MAX_TITLE), message: more });
  }
  const said = [...(worthSaying ? [verdict(document, failed ? 'error' : 'notice')] : []), ...shown];
  return [...said, ...placed(document, said)];
}

const LEVELS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** What was found at a line of a file, at that line, as far as the quota of its level goes. */
function placed({ action, checks }: SummaryDocument, said: readonly Annotation[]): Annotation[] {
  const found = checks.flatMap((check) => check.decision?.findings ?? []).filter(hasPlace);
  return (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const level = LEVELS[severity];
    const room = MAX_PER_LEVEL - said.filter((each) => each.level === level).length;
    return found
      .filter((finding) => finding.severity === severity)
      .slice(0, Math.max(0, room))
      .map(({ code, message: text, fix, place }) => ({
        level,
        title: line(`${action}: ${code}`, MAX_TITLE),
        message: message([line(text, MAX_FINDING), ...(fix === undefined ? [] : [line(fix, MAX_FIX)])]),
        place,
      }));
  });
}

function hasPlace(finding: Finding): finding is Finding & { readonly place: TextPlace } {
  return finding.place !== undefined;
}
