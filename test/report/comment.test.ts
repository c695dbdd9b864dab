import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkableText, readSummary } from '../../scripts/read-summary.ts';
import { renderKept } from '../../src/report/comment.ts';
import type { SummaryDocument } from '../../src/report/document.ts';
import { renderSummary } from '../../src/report/markdown.ts';
import { documentOf, hostileText } from './arbitrary-document.ts';
import { FLOODED } from './flooded-document.ts';
import { HOSTILE } from './hostile.ts';
import { EMPTY, SAMPLES } from './sample-documents.ts';

const MARKER = '<!-- uc-promote:v1 page 0123456789ab -->';
const FRAME = { marker: MARKER, job: 'plan' };
const RUN = {
  text: 'run 118, attempt 1',
  href: 'https://github.com/acme/models/actions/runs/4242/attempts/1',
};

/** The text below its first line, which nobody sees. */
function pageOf(document: SummaryDocument, job?: string): string {
  const [first, blank, ...rest] = renderKept(document, {
    ...FRAME,
    ...(job === undefined ? {} : { job }),
  }).split('\n');
  expect([first, blank]).toEqual([MARKER, '']);
  return rest.join('\n');
}

describe('a page that GitHub keeps', () => {
  it.each(Object.entries(SAMPLES))(
    'has every line of the summary, and where it is from: %s',
    (_, document) => {
      const { workspacePages, ...rest } = document;
      const summary = renderSummary({ ...rest, workspacePages: [] });
      expect(pageOf(document).startsWith(summary)).toBe(true);
      expect(pageOf(document).slice(summary.length).trim().split('\n')).toHaveLength(1);
      expect(workspacePages).toBeDefined();
    },
  );

  it('names its job and links its run', () => {
    const page = pageOf({ ...EMPTY, people: { ...EMPTY.people, run: RUN } }, 'plan-<b>@ada');
    const [end] = readSummary(page).slice(-1);
    expect(end).toEqual({
      kind: 'paragraph',
      text: 'Page of job plan-<b>@ada of run 118, attempt 1; later runs edit it. Only the summary of the run is the reference.',
    });
    expect(page).toContain(`<a href="${RUN.href}">`);
    expect(page).not.toContain('<b>@ada');
  });

  it('names no workspace: GitHub sends it by mail', () => {
    const host = 'https://dbc.example.com';
    const page = pageOf({ ...EMPTY, workspacePages: [{ text: 'model', href: `${host}/explore/data` }] });
    expect(page).not.toContain(host);
  });

  it('is at most 60,000 bytes, whole blocks, with its heading, its way back and its end, whatever is in it', () => {
    const text = renderKept(FLOODED, FRAME);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
    expect(Buffer.byteLength(text)).toBeGreaterThan(20_000);
    const seen = readSummary(pageOf(FLOODED));
    expect(seen[0]?.kind).toBe('heading');
    const texts = seen.flatMap((block) => (block.kind === 'paragraph' ? [block.text] : []));
    expect(texts).toContain('Truncated; the report file has the full text.');
    expect(texts.some((each) => each.startsWith('Undo: '))).toBe(true);
    expect(texts.at(-1)).toContain('Page of job plan');
  });

  it('counts bytes, not characters', () => {
    const section = (char: string): SummaryDocument => ({
      ...EMPTY,
      sections: [
        {
          title: 'S',
          folded: false,
          blocks: [{ kind: 'list', items: Array.from({ length: 400 }, () => char.repeat(300)) }],
        },
      ],
    });
    for (const char of ['a', 'ä', '€', '🚀', '@', '\u0000']) {
      const text = renderKept(section(char), FRAME);
      expect(Buffer.byteLength(text), char).toBeLessThanOrEqual(60_000);
      expect(Buffer.byteLength(text), char).toBeGreaterThan(55_000);
      expect(text, char).not.toContain('\uFFFD');
    }
  });

  it('leaves nothing to mention, link or draw, and none of its blocks open, whatever others wrote', () => {
    fc.assert(
      fc.property(documentOf(hostileText), fc.constantFrom(...HOSTILE), (document, job) => {
        const page = pageOf(document, job);
        expect(readSummary(page).length).toBeGreaterThan(1);
        for (const text of linkableText(page)) expect(text).not.toMatch(/@\w|#\d|\bGH-\d|:\/\/|:[\w+-]+:/iu);
      }),
      { numRuns: 200 },
    );
  });
});
