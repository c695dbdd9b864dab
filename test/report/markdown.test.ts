import { describe, expect, it } from 'vitest';
import { OUTCOMES, OUTCOME_MEANINGS } from '../../src/domain/outcome.ts';
import { table, type SummaryDocument } from '../../src/report/document.ts';
import { renderSummary } from '../../src/report/markdown.ts';
import { readSummary, type SeenBlock, type SeenTable } from '../../scripts/read-summary.ts';
import { FLOODED, ROWS } from './flooded-document.ts';
import { EMPTY, SAMPLES } from './sample-documents.ts';

const LIMIT = 900 * 1024;

function read(document: SummaryDocument | undefined): SeenBlock[] {
  if (document === undefined) throw new Error('no such sample');
  return readSummary(renderSummary(document));
}

function isTable(block: SeenBlock): block is SeenTable {
  return block.kind === 'table';
}

function outline(blocks: readonly SeenBlock[]): string[] {
  return blocks.map((block) => {
    switch (block.kind) {
      case 'heading':
        return `h${block.level} ${block.text}`;
      case 'table':
        return block.columns.join('/');
      case 'details':
        return `[${block.title}]`;
      case 'paragraph':
        return block.text;
      case 'list':
      case 'code':
      case 'alert':
        return block.kind;
    }
  });
}

describe('renderSummary', () => {
  it('says what became of what, what it rests on, who is behind it and how to undo it, and folds the rest', () => {
    expect(outline(read(SAMPLES['ok']))).toEqual([
      'h3 ✅ Done: Champion 6 → 8 · prod.ml_team.fraud_detection',
      'The alias was moved and read back.',
      '2026-11-28 17:44 UTC',
      'Undo: Run set-alias with version 6, or:',
      'code',
      '[Changes: 2 done]',
      '[Checks: 3 passed]',
      '[Details: 3]',
      '[Signature of version 8]',
    ]);
  });

  it('shows a refusal with every reason, and what to do with the statements', () => {
    const blocks = read(SAMPLES['denied']);
    expect(outline(blocks)).toEqual([
      'h3 ⛔ Denied: 6 rights missing · prod.ml_team.fraud_detection',
      'Refused for 6 reasons.',
      'Reasons: 6',
      'list',
      'What to do',
      'Have an owner of the catalog, or a metastore admin, run:',
      'code',
      expect.stringContaining('Ownership is not a privilege'),
      'code',
      'code',
      '2026-11-28 17:44 UTC',
      'Undo: nothing to undo',
      '[Checks: 1 refused · 1 not reached]',
      '[Details: 2]',
      '[Effective privileges of ci-promoter]',
    ]);
    const found = blocks.find((block) => block.kind === 'list');
    expect(found?.items).toHaveLength(6);
    expect(found?.items[5]).toContain('\n→ Give the model to a group that contains ci-promoter.');
    const statements = blocks.find((block) => block.kind === 'code');
    expect(statements?.text).toContain(
      'GRANT EXECUTE ON FUNCTION prod.ml_team.fraud_detection TO `ci-promoter`;\n',
    );
  });

  it('says that it is planned, what could break, and which checks were off', () => {
    expect(outline(read(SAMPLES['dry-run'])).slice(0, 4)).toEqual([
      'h3 📝 Planned: Champion 6 → 8 · prod.ml_team.fraud_detection',
      'Nothing was written.\n⚠️ Not checked: Privileges',
      'What could break: 1',
      'list',
    ]);
  });

  it('shows an alert as Markdown of its own, right under the lead', () => {
    const text = 'Not finished: 1 done. Ask @team or see www.evil.example now: a``b.';
    const blocks = read({ ...EMPTY, alert: { kind: 'warning', text } });
    expect(blocks[2]).toMatchObject({ kind: 'alert', level: 'WARNING' });
    expect(renderSummary({ ...EMPTY, alert: { kind: 'warning', text } })).toContain(
      '\n\n> [!WARNING]\n> Not finished&#58; 1 done. Ask `@team` or see `www.evil.example` now&#58; ```a``b```.\n\n',
    );
  });

  it('leads to plain addresses alone, and shows the text of the others', () => {
    const link = (href: string) =>
      renderSummary({ ...EMPTY, links: [{ text: 'what it means', href }] }).includes('<a href=');
    expect(link('https://github.com/acme/models/blob/v1/docs/outcomes.md#ok')).toBe(true);
    for (const href of [
      'javascript:alert(1)',
      'https://x/"onload=y',
      'https://x/<b>',
      'https://x/a b',
      '/docs',
    ])
      expect([href, link(href)]).toEqual([href, false]);
  });

  it('sets evidence side by side, and leaves out a column that says nothing', () => {
    const rows = [{ sign: 'passed', name: 'Signature', now: '', then: '4 inputs' }] as const;
    const sideBySide = { now: 'Champion now: 6', then: 'version 8', rows };
    expect(outline(read({ ...EMPTY, sideBySide }))).toContain('/version 8');
    const both = { ...sideBySide, rows: [{ ...rows[0], now: '3 inputs' }] };
    expect(outline(read({ ...EMPTY, sideBySide: both }))).toContain('/Champion now: 6/version 8');
  });

  it.each(OUTCOMES)('has a word for %s, and what to do where it fails', (outcome) => {
    const lines = outline(read({ ...EMPTY, outcome, headline: { ...EMPTY.headline, state: outcome } }));
    expect(lines[0]).toMatch(/^h3 \S+ [A-Z][a-z A-Z]+: Champion 6 → 8 · prod\.ml_team\.fraud_detection$/u);
    const { exitCode, next } = OUTCOME_MEANINGS[outcome];
    expect(lines.slice(2, -2)).toEqual(exitCode === 0 ? [] : ['What to do', next]);
  });

  it('sets a column of names in code throughout', () => {
    const document: SummaryDocument = {
      ...EMPTY,
      sections: [
        {
          title: 'S',
          folded: false,
          blocks: [
            table(
              ['Name', 'N'],
              [
                ['amount', '1'],
                ['merchant_id', '22'],
              ],
              ['left', 'right'],
            ),
          ],
        },
      ],
    };
    const html = renderSummary(document);
    expect(html).toContain('<td><code>amount</code></td><td align="right">1</td>');
    expect(html).toContain('<td><code>merchant&#95;id</code></td><td align="right">22</td>');
  });

  it('fills a short row and leaves out cells beyond the heads', () => {
    const blocks = [table(['A', 'B'], [['x'], ['x', 'y', 'z']])];
    const seen = read({ ...EMPTY, sections: [{ title: 'S', folded: false, blocks }] }).find(isTable);
    expect(seen).toEqual({
      kind: 'table',
      columns: ['A', 'B'],
      rows: [
        ['x', ''],
        ['x', 'y'],
      ],
    });
  });
});

describe('the size of a summary', () => {
  it('stays below 900 KiB whatever is in it, and every part has its place', () => {
    const markdown = renderSummary(FLOODED);
    expect(Buffer.byteLength(markdown)).toBeLessThan(LIMIT);
    const lines = outline(readSummary(markdown));
    expect(lines).toContain('What to do');
    expect(lines.some((line) => line?.startsWith('Undo: ') === true)).toBe(true);
    expect(lines.some((line) => line?.startsWith('[Changes: 3000 ') === true)).toBe(true);
    expect(lines).toContain('Truncated; the report file has the full text.');
  });

  it('cuts a table by rows, and says how many are missing', () => {
    const seen = read({
      ...EMPTY,
      sections: [{ title: 'S', folded: false, blocks: [table(['A', 'B', 'C'], ROWS)] }],
    });
    const [long] = seen.filter((block) => block.kind === 'table');
    const shown = (long?.rows.length ?? 0) - 1;
    expect(shown).toBeGreaterThan(3000);
    expect(long?.rows.at(-1)).toEqual([`${ROWS.length - shown} more rows`]);
    expect(seen).toContainEqual({ kind: 'paragraph', text: 'Truncated; the report file has the full text.' });
  });

  it('cuts a giant cell, and keeps what follows', () => {
    const blocks = [table(['A'], [['x'.repeat(1 << 20)], ['next']])];
    const seen = read({ ...EMPTY, sections: [{ title: 'S', folded: false, blocks }] }).find(isTable);
    expect(seen?.rows).toEqual([[`${'x'.repeat(1000)}… (1047576 more characters)`], ['next']]);
  });

  it('is not truncated for 2,000 rows', () => {
    const blocks = [
      table(
        ['A', 'B'],
        Array.from({ length: 2000 }, (_, i) => [`prod.ml_team.model_${i}`, 'no signature']),
      ),
    ];
    expect(renderSummary({ ...EMPTY, sections: [{ title: 'S', folded: true, blocks }] })).not.toContain(
      'Truncated',
    );
  });
});
