import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotationsOf } from '../../src/report/annotations.ts';
import type { SummaryDocument } from '../../src/report/document.ts';
import { renderSummary } from '../../src/report/markdown.ts';
import { renderPlain } from '../../src/report/plain.ts';
import { documentOf, hostileText } from './arbitrary-document.ts';
import { linkableText, readSummary, type SeenBlock } from '../../scripts/read-summary.ts';
import { commandsIn } from './runner-commands.ts';
import { SAMPLES } from './sample-documents.ts';

/** The document with every text of its author replaced by a harmless one; empty stays empty. */
function tamed(document: SummaryDocument): SummaryDocument {
  const words = new Set(['kind', 'outcome', 'mode', 'state', 'severity', 'language', 'sign']);
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) =>
      typeof value === 'string' && value !== '' && !words.has(key) ? 'x' : value,
    ),
  ) as SummaryDocument;
}

/** What of a summary is layout: kinds, levels and counts, no text. */
function shape(blocks: readonly SeenBlock[]): unknown {
  return blocks.map((block) => {
    switch (block.kind) {
      case 'heading':
        return `h${block.level}`;
      case 'list':
        return `list ${block.items.length}`;
      case 'table':
        return `table ${block.columns.length} ${block.rows.map((row) => row.length).join()}`;
      case 'details':
        return shape(block.blocks);
      case 'paragraph':
      case 'code':
      case 'alert':
        return block.kind;
    }
  });
}

/** What GitHub's filters look for in the text of a finished page. */
const FILTERS: readonly RegExp[] = [
  /@\w/u,
  /#\d/u,
  /\bGH-\d/iu,
  /:\/\//u,
  /www\.[\p{L}\p{N}]/iu,
  /:[\w+-]+:/u,
  /\$/u,
  /(?<![0-9a-z])(?=[0-9]*[a-f])[0-9a-f]{7,40}(?![0-9a-z])/iu,
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u,
];

describe('text from outside', () => {
  it('changes nothing of the layout of a summary', () => {
    fc.assert(
      fc.property(documentOf(hostileText), (document) => {
        expect(shape(readSummary(renderSummary(document)))).toEqual(
          shape(readSummary(renderSummary(tamed(document)))),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('leaves nothing outside of code elements for the page to link, mention or draw', () => {
    fc.assert(
      fc.property(documentOf(hostileText), (document) => {
        for (const text of linkableText(renderSummary(document))) {
          for (const filter of FILTERS) expect(text).not.toMatch(filter);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the first heading for the headline, which begins with the outcome', () => {
    fc.assert(
      fc.property(documentOf(hostileText), (document) => {
        const [first, ...rest] = readSummary(renderSummary(document));
        const { state } = document.headline;
        const tame = { ...document, headline: { state, change: 'x', object: 'x' } };
        const harmless = readSummary(renderSummary(tame))[0];
        const opening = harmless?.kind === 'heading' ? harmless.text.split(':')[0] : undefined;
        expect(first?.kind === 'heading' && first.text.split(':')[0]).toBe(opening);
        expect(rest.some((block) => block.kind === 'heading' && block.level === 3)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('gives the runner no command through the log or an annotation', () => {
    fc.assert(
      fc.property(documentOf(hostileText), (document) => {
        expect(commandsIn(renderPlain(document).join('\n'))).toEqual([]);
        for (const { title, message } of annotationsOf(document)) {
          expect(commandsIn(title)).toEqual([]);
          expect(commandsIn(message)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(SAMPLES))('can be read back from the sample %s', (_, document) => {
    expect(() => readSummary(renderSummary(document))).not.toThrow();
  });
});
