import { NEEDS, type Row } from '../conformance/row.ts';
import { rows } from '../conformance/rows/index.ts';
import { SIGHTINGS } from '../conformance/sightings.ts';
import { GITHUB_ROWS, type GitHubRow } from '../conformance/github/row.ts';
import { GITHUB_SEEN } from '../conformance/github/seen.ts';
import { inlineCode, markdownTable } from './generate-markdown.ts';

const KINDS = { switch: 'switch', fact: 'fact', operation: 'operation' } as const;

/** Every row of the conformance suite: what it asks, what is assumed, what it takes, and where it was seen. */
export function conformanceTable(): string {
  const cells = rows.map((row) => [
    row.group,
    inlineCode(row.id),
    KINDS[row.kind],
    row.about,
    inlineCode(row.assumed),
    row.needs === undefined ? '' : NEEDS[row.needs],
    seenOf(row),
  ]);
  const columns = ['Part', 'Row', 'Kind', 'What is asked', 'Assumed', 'Needs', 'Seen on a real workspace'];
  return markdownTable(columns, cells);
}

/** How many assumptions have been seen on a real workspace, and when: one sentence. */
export function conformanceState(): string {
  const assumptions = rows.filter(({ kind }) => kind !== 'operation');
  const of = `of the ${assumptions.length} assumptions and ${rows.length - assumptions.length} operations that the conformance suite tries`;
  if (SIGHTINGS.length === 0) return `None ${of} has been seen on a real Databricks workspace yet.`;
  const seen = rows.filter((row) => SIGHTINGS.some((sighting) => row.id in sighting.seen)).length;
  const dates = SIGHTINGS.map(({ date }) => date).sort();
  return `${seen} ${of} have been seen on a real Databricks workspace, last on ${dates.at(-1) ?? ''}.`;
}

function seenOf({ id, assumed }: Row): string {
  const found = SIGHTINGS.flatMap(({ date, cloud, seen }) => {
    const value = seen[id];
    if (value === undefined) return [];
    return [`${date}, ${cloud}: ${value === assumed ? 'as assumed' : inlineCode(value)}`];
  });
  return found.length === 0 ? 'not yet' : found.join('; ');
}

/** Every row that GitHub is asked: what is assumed, what people do for it, and where it was seen. */
export function gitHubTable(): string {
  const cells = GITHUB_ROWS.map(({ id, about, assumed, ...row }: GitHubRow) => [
    inlineCode(id),
    about,
    inlineCode(assumed),
    row.needs ?? '',
    seenOfGitHub(id, assumed),
  ]);
  return markdownTable(['Row', 'What is asked', 'Assumed', 'Needs', 'Seen on GitHub'], cells);
}

/** How many assumptions about GitHub have been seen, and when: one sentence. */
export function gitHubState(): string {
  const of = `of the ${GITHUB_ROWS.length} assumptions about GitHub`;
  if (GITHUB_SEEN.length === 0) return `None ${of} has been seen on a real repository yet.`;
  const seen = GITHUB_ROWS.filter(({ id }) => GITHUB_SEEN.some((report) => id in report.seen)).length;
  const dates = GITHUB_SEEN.map(({ date }) => date).sort();
  return `${seen} ${of} have been seen on a real repository, last on ${dates.at(-1) ?? ''}.`;
}

function seenOfGitHub(id: string, assumed: string): string {
  const found = GITHUB_SEEN.flatMap(({ date, server, seen }) => {
    const value = seen[id];
    if (value === undefined) return [];
    return [`${date}, ${server}: ${value === assumed ? 'as assumed' : inlineCode(value)}`];
  });
  return found.length === 0 ? 'not yet' : found.join('; ');
}
