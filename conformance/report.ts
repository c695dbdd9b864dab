import { PRODUCT } from '../src/domain/product.ts';
import type { RegistryKind } from '../src/registry/table.ts';
import { GROUPS, VERDICTS, type Verdict } from './row.ts';
import type { Result } from './run.ts';
import type { Redactor } from './redactor.ts';
import type { RowContext } from './row-context.ts';

/** The report that is sent back: of the workspace it names its cloud, of people their kind. */
export interface Report {
  readonly format: 1;
  readonly tool: typeof PRODUCT;
  /** `2026-11-22`. */
  readonly date: string;
  readonly registry: RegistryKind;
  readonly cloud: string;
  readonly principals: readonly string[];
  readonly complete: boolean;
  readonly cleanedUp: boolean;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly rows: readonly ReportedRow[];
}

interface ReportedRow {
  readonly id: string;
  readonly kind: string;
  readonly group: string;
  readonly about: string;
  readonly verdict: Verdict;
  readonly assumed: string;
  readonly seen?: string;
  readonly note?: string;
  readonly requests: readonly {
    readonly as: string;
    readonly call: string;
    readonly status: number;
    readonly code?: string;
    readonly message?: string;
  }[];
}

/** How the run ended. */
export interface End {
  readonly complete: boolean;
  readonly cleanedUp: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly host: string;
}

/** The report; every text of the registry passes `withheld`. */
export function reportOf(
  context: RowContext,
  results: readonly Result[],
  end: End,
  redactor: Redactor,
): Report {
  const people = [context.first, ...(context.second === undefined ? [] : [context.second])];
  const hidden = (text: string | undefined, key: string) =>
    text === undefined || text === '' ? {} : { [key]: redactor.hide(text) };
  return {
    format: 1,
    tool: PRODUCT,
    date: new Date(end.now).toISOString().slice(0, 10),
    registry: context.kind,
    cloud: cloudOf(end.host),
    principals: people.map(({ caller }) => caller.kind),
    complete: end.complete,
    cleanedUp: end.cleanedUp,
    counts: countsOf(results),
    rows: results.map(({ row, verdict, seen, note, evidence }) => ({
      id: row.id,
      kind: row.kind,
      group: row.group,
      about: row.about,
      verdict,
      assumed: row.assumed,
      ...hidden(seen, 'seen'),
      ...hidden(note, 'note'),
      requests: evidence.map(({ as, call, status, code, message }) => ({
        as,
        call,
        status,
        ...hidden(code, 'code'),
        ...hidden(message, 'message'),
      })),
    })),
  };
}

/** How many rows ended in which way. */
export function countsOf(results: readonly Result[]): Readonly<Record<Verdict, number>> {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const [asAssumed, differs, unknown, notTried, notApplicable] = VERDICTS.map(count);
  return {
    'as assumed': asAssumed ?? 0,
    differs: differs ?? 0,
    unknown: unknown ?? 0,
    'not tried': notTried ?? 0,
    'not applicable': notApplicable ?? 0,
  };
}

/** The table, for people: one line a row, group by group. */
export function tableOf(results: readonly Result[], redactor: Redactor): string[] {
  const wide = Math.max(...results.map(({ row }) => row.id.length), 0);
  const lines = GROUPS.flatMap((group) => {
    const found = results.filter(({ row }) => row.group === group);
    if (found.length === 0) return [];
    return ['', group, ...found.map((result) => lineOf(result, wide, redactor))];
  });
  const counts = Object.entries(countsOf(results)).filter(([, count]) => count > 0);
  return [...lines, '', counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')];
}

function lineOf({ row, verdict, seen, note }: Result, wide: number, redactor: Redactor): string {
  const response = verdict === 'differs' ? `${seen ?? ''} (assumed: ${row.assumed})` : (seen ?? '');
  const remark = note === undefined ? '' : `  ${note}`;
  return withheldLine(`  ${row.id.padEnd(wide)}  ${verdict.padEnd(14)}  `, `${response}${remark}`, redactor);
}

function withheldLine(own: string, foreign: string, redactor: Redactor): string {
  return `${own}${redactor.hide(foreign)}`.trimEnd();
}

/** The cloud, by the domains that Databricks hands out; nothing of the host's own name. */
function cloudOf(host: string): string {
  const { hostname } = new URL(host);
  if (/\.azuredatabricks\.net$|\.databricks\.azure\.(?:us|cn)$/u.test(hostname)) return 'Azure';
  if (/\.gcp\.databricks\.com$/u.test(hostname)) return 'Google Cloud';
  return /\.cloud\.databricks\.(?:com|us)$/u.test(hostname) ? 'AWS' : 'another address';
}
