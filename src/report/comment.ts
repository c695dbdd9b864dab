import type { SummaryDocument } from './document.ts';
import { anchor, codeSpan } from './escape-html.ts';
import { bytesOf } from './html-blocks.ts';
import { renderSummary } from './markdown.ts';

/**
 * The longest text, in bytes of UTF-8. GitHub refuses a comment, or the text of an issue, over 65,536 characters, and documents no
 * limit: a character is at least a byte.
 */
const LONGEST = 60_000;

const MAX_JOB = 100;

/** What stands around the page in a text that GitHub keeps. */
export interface KeptFrame {
  /** The first line, which nobody sees. */
  readonly marker: string;
  /** The job that has the page; undefined where the system does not say it. */
  readonly job: string | undefined;
}

/**
 * The page of a run as a comment, or as the text of an issue: the same parts as in the summary, as many as have room, and last where it is from. It
 * has no links to a workspace: what GitHub sends by mail names no host.
 */
export function renderKept(document: SummaryDocument, { marker, job }: KeptFrame): string {
  const { run } = document.people;
  const where = [
    ...(job === undefined ? [] : [`job ${codeSpan(job, MAX_JOB)}`]),
    ...(run === undefined ? [] : [anchor(run)]),
  ].join(' of ');
  const from = where === '' ? 'a run' : where;
  const end = `<p><em>Page of ${from}; later runs edit it. Only the summary of the run is the reference.</em></p>`;
  const room = LONGEST - bytesOf(marker) - bytesOf(end);
  return `${marker}\n\n${renderSummary({ ...document, workspacePages: [] }, room)}\n${end}\n`;
}
