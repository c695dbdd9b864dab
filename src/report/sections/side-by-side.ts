import { counted } from '../../domain/count.ts';
import { formatDuration } from '../../domain/duration.ts';
import { cameFromVersion } from '../../domain/model-uri.ts';
import { show } from '../../domain/printable.ts';
import type { ChangeClass } from '../../domain/signature-change.ts';
import { TAG_KEYS } from '../../domain/tag-keys.ts';
import type {
  JobEvidence,
  ComparisonEvidence,
  ContentEvidence,
  Evidence,
  FilesEvidence,
  MetricEvidence,
  MetricsEvidence,
  SignatureCounts,
  StatusEvidence,
  TagEvidence,
  ValidationEvidence,
} from '../../plan/evidence.ts';
import { formatChangedValue } from '../../plan/value-text.ts';
import { sizeText } from '../../domain/size-text.ts';
import type { ReportedChange, SideBySide, SideBySideRow } from '../document.ts';
import type { Subject } from '../subject.ts';

/** Characters of a digest by which two differ at a glance; the details have all of it. */
const SHORT_DIGEST = 15;

/** What a page is made of that sets facts side by side. */
export interface Compared {
  /** Undefined where there is nothing to show side by side. */
  readonly heads: Omit<SideBySide, 'rows'> | undefined;
  readonly subject: Subject | undefined;
  readonly evidence: readonly Evidence[];
  readonly changes: readonly ReportedChange[];
}

/** What the decision rests on, of what is there and of what would follow it; undefined where nothing is seen. */
export function sideBySide({ heads, subject, evidence, changes }: Compared): SideBySide | undefined {
  const rows = [
    ...contentRows(evidence),
    ...signatureRows(evidence),
    ...kindOf(evidence, 'metric').map(metricRow),
    ...kindOf(evidence, 'metrics').flatMap(metricsRows),
    ...kindOf(evidence, 'tag').map(tagRow),
    ...kindOf(evidence, 'status').slice(-1).map(statusRow),
    ...(subject?.kind === 'labels' ? changes.flatMap(valueRows) : []),
    ...kindOf(evidence, 'validation').flatMap(validationRows),
  ];
  return heads === undefined || rows.length === 0 ? undefined : { ...heads, rows };
}

function kindOf<K extends Evidence['kind']>(
  evidence: readonly Evidence[],
  kind: K,
): Extract<Evidence, { readonly kind: K }>[] {
  return evidence.filter((each): each is Extract<Evidence, { readonly kind: K }> => each.kind === kind);
}

/** The copy where it is made, else the files that it would have. */
function contentRows(evidence: readonly Evidence[]): SideBySideRow[] {
  const made = kindOf(evidence, 'content').map(contentRow);
  return made.length > 0 ? made : kindOf(evidence, 'files').map(filesRow);
}

/** Both signatures where they were compared, else the one that was judged. */
function signatureRows(evidence: readonly Evidence[]): SideBySideRow[] {
  const compared = kindOf(evidence, 'comparison').map(comparedRow);
  if (compared.length > 0) return compared;
  const judged = kindOf(evidence, 'signature').flatMap(({ result, ...counts }) =>
    result === undefined ? [] : [{ sign: result, name: 'Signature', now: '', then: signatureText(counts) }],
  );
  return judged.slice(-1);
}

function comparedRow({ result, compared, judged, changes }: ComparisonEvidence): SideBySideRow {
  const difference = changes === null ? '' : `: ${differenceText(changes)}`;
  return {
    sign: result,
    name: 'Signature',
    now: compared === null ? '' : signatureText(compared),
    then: `${signatureText(judged)}${difference}`,
  };
}

/** How many changes of a signature are of which class. */
export function differenceText({
  breaking,
  warning,
  compatible,
}: Readonly<Record<ChangeClass, number>>): string {
  const parts = [
    ...(breaking === 0 ? [] : [counted(breaking, 'change breaks callers', 'changes break callers')]),
    ...(warning === 0 ? [] : [`${warning} to review`]),
    ...(compatible === 0 ? [] : [`${compatible} compatible`]),
  ];
  return parts.length === 0 ? 'no change' : parts.join(', ');
}

function signatureText(counts: SignatureCounts): string {
  switch (counts.state) {
    case 'declared':
      return declaredText(counts);
    case 'absent':
      return 'none';
    case 'missing-file':
      return 'no MLmodel file';
    case 'unreadable':
      return 'cannot be read';
  }
}

function declaredText({ inputs, outputs, params }: SignatureCounts): string {
  const half = (count: number | null, noun: string) =>
    count === null ? `no ${noun}s` : counted(count, noun);
  const declared = params === null || params === 0 ? [] : [counted(params, 'param')];
  return [half(inputs, 'input'), half(outputs, 'output'), ...declared].join(', ');
}

/** That the copy is the source, and by what that is known. */
function contentRow(evidence: ContentEvidence): SideBySideRow {
  const { digest, compared, files, bytes, source, reported } = evidence;
  const equal =
    compared === 'all'
      ? 'every byte was read back and equals'
      : 'sizes and small files were read back and equal';
  return {
    sign: compared === 'all' ? 'passed' : 'warned',
    name: 'Content',
    now: '',
    then: `${digest.slice(0, SHORT_DIGEST)}, ${counted(files, 'file')}, ${sizeText(bytes)}: ${equal} ${source}${reported === undefined ? '' : ', as the run in the workspace reports'}`,
  };
}

function filesRow({ of, files, bytes }: FilesEvidence): SideBySideRow {
  return {
    sign: 'passed',
    name: 'Files',
    now: '',
    then: `${counted(files, 'file')}, ${sizeText(bytes)}, of ${of}`,
  };
}

/** How a command or job of the user's judged the version; nothing where it gave no verdict. */
function validationRows(evidence: ValidationEvidence): SideBySideRow[] {
  const { command, job, result, ending, milliseconds } = evidence;
  if (result === 'not-run') return [];
  const how = [
    ...(command === undefined ? [] : [show(command, 80)]),
    ...(job === undefined ? [] : [`${jobText(job)}, run ${job.run ?? 'unknown'}`]),
    ...(ending === null ? [] : [show(ending, 200)]),
    ...(milliseconds === null ? [] : [formatDuration(milliseconds)]),
  ];
  const word = result === 'passed' ? 'passed' : 'failed';
  const row = { sign: result, name: 'Validation', now: '', then: `${word}: ${how.join(', ')}` } as const;
  return [row, ...(job?.results ?? []).map(({ task, said }) => resultRow(task, said, result))];
}

function jobText({ name, script }: JobEvidence): string {
  if (script === undefined) return `job ${show(name, 80)}`;
  return `script ${show(name, 80)} (sha256 ${script.sha256.slice(0, 12)})`;
}

/** What a task of a job reported. */
function resultRow(task: string, said: string, sign: 'passed' | 'refused'): SideBySideRow {
  return { sign, name: `Result of ${show(task, 40)}`, now: '', then: show(said, 300) };
}

/** A required metric of both; what cannot be compared is refused too. */
function metricRow({ key, metric, value, dataset, current, result }: MetricEvidence): SideBySideRow {
  const on = dataset === null ? '' : ` on ${show(dataset, 20)}`;
  const word = { passed: 'meets', refused: 'does not meet', incomparable: 'incomparable:' }[result];
  return {
    sign: result === 'passed' ? 'passed' : 'refused',
    name: show(metric, 60),
    now: current === null ? '' : show(String(current), 40),
    then: `${value === null ? 'none' : show(String(value), 40)}${on}, ${word} ${show(key, 80)}`,
  };
}

/** Metrics of both that nothing required, and why there are none. */
function metricsRows({ metrics, more, unread, currentUnread }: MetricsEvidence): SideBySideRow[] {
  const rows = metrics.map(({ metric, value, dataset, current, currentDataset }): SideBySideRow => ({
    sign: 'not-applicable',
    name: show(metric, 60),
    now: measuredText(current, currentDataset),
    then: measuredText(value, dataset),
  }));
  const isUnread = unread !== null || currentUnread !== null;
  if (!isUnread && more === 0) return rows;
  const said = (why: string | null) => (why === null ? '' : show(why, 200));
  const then = [said(unread), ...(more === 0 ? [] : [counted(more, 'more metric')])];
  return [
    ...rows,
    {
      sign: 'not-applicable',
      name: 'Metrics',
      now: said(currentUnread),
      then: then.filter((each) => each !== '').join('; '),
    },
  ];
}

/** As many digits as two values differ by at a glance; the report has all. */
const DIGITS = 6;

function measuredText(value: number | string | null, dataset: string | null): string {
  if (value === null) return '';
  const text = typeof value === 'number' ? String(Number(value.toPrecision(DIGITS))) : show(value, 40);
  return dataset === null ? text : `${text} on ${show(dataset, 20)}`;
}

/** The status that was required last: of the version that is made live, where its source needed one too. */
function statusRow({ of, key, required, found }: StatusEvidence): SideBySideRow {
  const sign = found === required ? 'passed' : 'refused';
  return { sign, name: key, now: '', then: `${found === null ? 'not set' : show(found, 60)}, on ${of}` };
}

function originName(mark: string): string {
  return cameFromVersion(mark) ? 'Copied from' : 'Registered from';
}

function tagRow({ key, value }: TagEvidence): SideBySideRow {
  const isOrigin = key === TAG_KEYS.origin;
  return {
    sign: isOrigin ? 'passed' : 'not-applicable',
    name: isOrigin ? originName(value) : key,
    now: '',
    then: show(value, isOrigin ? 300 : 120),
  };
}

/** A value that is written, as it was and as it shall be. */
function valueRows({ change }: ReportedChange): SideBySideRow[] {
  switch (change.kind) {
    case 'tag':
      return [valueRow(change.key, change.from, change.to)];
    case 'hold':
      return [valueRow('hold', change.from, change.to)];
    case 'description':
      return [valueRow('description', textOrNone(change.from), textOrNone(change.to))];
    default:
      return [];
  }
}

function textOrNone(text: string): string | null {
  return text === '' ? null : text;
}

function valueRow(name: string, from: string | null, to: string | null): SideBySideRow {
  return { sign: 'passed', name, now: formatChangedValue(from), then: formatChangedValue(to) };
}
