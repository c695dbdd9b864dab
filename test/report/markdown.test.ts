import { describe, expect, it } from 'vitest';
import { OUTCOMES, OUTCOME_MEANINGS } from '../../src/domain/outcome.ts';
import { code, list, paragraph, table, type SummaryDocument } from '../../src/report/document.ts';
import { renderSummary } from '../../src/report/markdown.ts';
import { readSummary, type SeenBlock } from '../../scripts/read-summary.ts';
import { EMPTY, SAMPLES } from './sample-documents.ts';

const LIMIT = 900 * 1024;

function read(document: SummaryDocument | undefined): SeenBlock[] {
  if (document === undefined) throw new Error('no such sample');
  return readSummary(renderSummary(document));
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
        return block.kind;
    }
  });
}

describe('renderSummary', () => {
  it('says the verdict first, then facts, changes, how to undo, and folds what is green', () => {
    expect(outline(read(SAMPLES['ok']))).toEqual([
      'h3 ✅ OK: prod.ml_team.fraud_detection@Champion 6 → 8',
      'set-alias · ✅ Signature: passed · ✅ Privileges: passed · ✅ Status: passed',
      'Fact/Value',
      'State/Change',
      'h4 How to undo',
      'Run set-alias with version 6, or:',
      'code',
      '[Checks that passed: 3]',
      '[Signature of version 8]',
    ]);
  });

  it('shows a refusal with every finding, and what to do with the statements', () => {
    const blocks = read(SAMPLES['denied']);
    expect(outline(blocks)).toEqual([
      'h3 ⛔ Denied: ci-promoter lacks 5 privileges and the ownership of prod.ml_team.fraud_detection',
      'gate-on-grants · ⛔ Privileges: refused · ➖ Signature: not reached',
      'Check/Found',
      'Fact/Value',
      'h4 What to do',
      'Have an owner of the catalog, or a metastore admin, run:',
      'code',
      expect.stringContaining('Ownership is not a privilege'),
      'code',
      'code',
      '[Effective privileges of ci-promoter]',
    ]);
    const found = blocks.find((block) => block.kind === 'table');
    expect(found?.rows).toHaveLength(6);
    expect(found?.rows[5]?.[1]).toContain('\n→ Give the model to a group that contains ci-promoter.');
    const statements = blocks.find((block) => block.kind === 'code');
    expect(statements?.text).toContain(
      'GRANT EXECUTE ON FUNCTION prod.ml_team.fraud_detection TO `ci-promoter`;\n',
    );
  });

  it('says a dry run and checks that are off in the verdict', () => {
    expect(outline(read(SAMPLES['dry-run']))[0]).toBe(
      'h3 📝 Planned: prod.ml_team.fraud_detection@Champion 6 → 8\n⚠️ Dry run: nothing was changed\n⚠️ Not checked: Privileges',
    );
  });

  it.each(OUTCOMES)('has a word for %s, and what to do where it fails', (outcome) => {
    const lines = outline(read({ ...EMPTY, outcome }));
    expect(lines[0]).toMatch(/^h3 \S+ [A-Z][a-z A-Z]+: prod\.ml_team\.fraud_detection@Champion 6 → 8$/u);
    const { exitCode, next } = OUTCOME_MEANINGS[outcome];
    expect(lines.slice(2)).toEqual(exitCode === 0 ? [] : ['h4 What to do', next]);
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
    const seen = read({ ...EMPTY, sections: [{ title: 'S', folded: false, blocks }] }).at(-1);
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
  const huge = '|<'.repeat(1 << 19);
  const rows = Array.from({ length: 30_000 }, (_, i) => [`prod.ml_team.model_${i}`, `${i}`, '€'.repeat(30)]);
  const blocks = [
    paragraph(huge),
    list(Array.from({ length: 20_000 }, () => huge.slice(0, 200))),
    code('sql', huge),
  ];
  const flooded: SummaryDocument = {
    action: huge,
    outcome: 'denied',
    verdict: huge,
    dryRun: true,
    checksOff: [huge],
    facts: Array.from({ length: 3000 }, () => ({ label: huge, value: huge, note: huge })),
    changes: Array.from({ length: 3000 }, () => ({
      change: {
        kind: 'create-model' as const,
        name: { catalog: huge, schema: 's', model: 'm' },
        owner: huge,
      },
      state: 'planned' as const,
    })),
    checks: Array.from({ length: 300 }, () => ({
      name: huge,
      mode: 'fail' as const,
      passed: huge,
      decision: {
        allowed: false,
        findings: [{ code: 'x', severity: 'error' as const, message: huge, fix: huge }],
      },
    })),
    effects: Array.from({ length: 3000 }, () => ({
      kind: 'deployment-job' as const,
      model: { catalog: huge, schema: 's', model: 'm' },
      job: huge,
      runsAs: huge,
    })),
    evidence: Array.from({ length: 3000 }, () => ({
      kind: 'status' as const,
      of: huge,
      key: huge,
      required: huge,
      found: huge,
    })),
    todo: blocks,
    undo: blocks,
    sections: [{ title: huge, folded: true, blocks: [table(['A', 'B', 'C'], rows)] }],
  };

  it('stays below 900 KiB whatever is in it, and every part has its place', () => {
    const markdown = renderSummary(flooded);
    expect(Buffer.byteLength(markdown)).toBeLessThan(LIMIT);
    const lines = outline(readSummary(markdown));
    expect(lines).toContain('h4 What to do');
    expect(lines).toContain('h4 How to undo');
    expect(lines).toContain('Truncated, see the report file.');
  });

  it('cuts a table by rows, and says how many are missing', () => {
    const seen = read({
      ...EMPTY,
      sections: [{ title: 'S', folded: false, blocks: [table(['A', 'B', 'C'], rows)] }],
    });
    const [long] = seen.filter((block) => block.kind === 'table');
    const shown = (long?.rows.length ?? 0) - 1;
    expect(shown).toBeGreaterThan(3000);
    expect(long?.rows.at(-1)).toEqual([`${rows.length - shown} more rows`]);
    expect(seen.at(-1)).toEqual({ kind: 'paragraph', text: 'Truncated, see the report file.' });
  });

  it('cuts a giant cell, and keeps what follows', () => {
    const blocks = [table(['A'], [['x'.repeat(1 << 20)], ['next']])];
    const seen = read({ ...EMPTY, sections: [{ title: 'S', folded: false, blocks }] }).at(-1);
    expect(seen?.kind === 'table' && seen.rows).toEqual([
      [`${'x'.repeat(1000)}… (1047576 more characters)`],
      ['next'],
    ]);
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
