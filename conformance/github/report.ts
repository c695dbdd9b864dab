import { PRODUCT } from '../../src/domain/product.ts';
import { VERDICTS, type Verdict } from '../row.ts';
import { GITHUB_ROWS, type GitHubRow } from './row.ts';
import type { Sighting } from './sighting.ts';

/** The report that is sent back: it names no account, repository or host. */
export interface GitHubReport {
  readonly format: 1;
  readonly tool: typeof PRODUCT;
  /** `2026-11-29`. */
  readonly date: string;
  readonly server: 'github.com' | 'GitHub Enterprise Server' | 'another server';
  readonly attempt: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly rows: readonly (Pick<GitHubRow, 'id' | 'about' | 'assumed'> & {
    readonly verdict: Verdict;
    readonly seen?: string;
    readonly note?: string;
    readonly requests: readonly string[];
  })[];
}

/** The report of what the jobs saw; a row that none of them saw was not tried. */
export function reportOf(
  sightings: readonly Sighting[],
  { api, attempt, now }: { readonly api: string; readonly attempt: number; readonly now: number },
): GitHubReport {
  const rows = GITHUB_ROWS.map(({ id, about, assumed }) => {
    const sighting = sightings.find((each) => each.id === id);
    const { seen, note, requests = [] } = sighting ?? {};
    const verdict: Verdict =
      sighting === undefined
        ? 'not tried'
        : seen === undefined
          ? 'unknown'
          : seen === assumed
            ? 'as assumed'
            : 'differs';
    return {
      id,
      about,
      assumed,
      verdict,
      ...(seen === undefined ? {} : { seen }),
      ...(note === undefined ? {} : { note }),
      requests,
    };
  });
  const counts = VERDICTS.map(
    (verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length] as const,
  );
  return {
    format: 1,
    tool: PRODUCT,
    date: new Date(now).toISOString().slice(0, 10),
    server: serverOf(api),
    attempt,
    counts: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    rows,
  };
}

function serverOf(api: string): GitHubReport['server'] {
  const { host, pathname } = new URL(api);
  if (host === 'api.github.com') return 'github.com';
  return pathname.startsWith('/api/v3') ? 'GitHub Enterprise Server' : 'another server';
}

/** The report as a page of the job's summary. */
export function pageOf({ rows, counts }: GitHubReport): string {
  const needs = new Map<string, string>(
    GITHUB_ROWS.flatMap((row: GitHubRow) => (row.needs === undefined ? [] : [[row.id, row.needs]])),
  );
  const lines = rows.map(({ id, verdict, assumed, seen = '', note = '' }) => {
    const remark = verdict === 'not tried' ? (needs.get(id) ?? '') : note;
    return `| ${id} | ${verdict} | ${assumed} | ${seen} | ${remark} |`;
  });
  const counted = Object.entries(counts).map(([verdict, count]) => `${count} ${verdict}`);
  return [
    `### GitHub: ${counted.join(', ')}`,
    '',
    '| Row | Verdict | Assumed | Seen | Remark |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
    'The artifact `github-conformance` is the report to send back. It names no account, repository or host.',
    '',
  ].join('\n');
}
