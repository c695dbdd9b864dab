import { describe, expect, it } from 'vitest';
import { code, diff, list, table, type SummaryDocument } from '../../src/report/document.ts';
import { decide } from '../../src/domain/decision.ts';
import { renderPlain } from '../../src/report/plain.ts';
import { EMPTY, SAMPLES } from './sample-documents.ts';

function of(document: SummaryDocument | undefined): string[] {
  if (document === undefined) throw new Error('no such sample');
  return renderPlain(document);
}

describe('renderPlain', () => {
  it('says the same as the summary, without Markdown', () => {
    expect(of(SAMPLES['ok'])).toEqual([
      '✅ set-alias: OK: prod.ml_team.fraud_detection@Champion 6 → 8',
      '',
      'Checks:',
      '  ✅ Signature: passed. The signature declares inputs and outputs.',
      '  ✅ Privileges: passed. The caller owns prod.ml_team.fraud_detection through the group ml-platform.',
      '  ✅ Status: passed. Version 8 is READY and not on hold.',
      '',
      'Facts:',
      '  Model: prod.ml_team.fraud_detection',
      '  Version: 8 (READY, created by ci@example.com on 2026-11-21)',
      '  Signed in as: 6f1c0d2e-0a3b-4b6e-9f57-1f0c8f6d4c11 (github-oidc)',
      '',
      'Changes:',
      '  ✅ done: prod.ml_team.fraud_detection@Champion 6 → 8',
      '  ✅ done: tag validation_status of version 8 of prod.ml_team.fraud_detection: pending → approved',
      '',
      'How to undo:',
      '  Run set-alias with version 6, or:',
      '      databricks registered-models set-alias prod.ml_team.fraud_detection Champion 6',
      '',
      'Signature of version 8:',
      '  Part    Name         Type    Required',
      '  input   amount       double  yes',
      '  input   merchant_id  string  yes',
      '  input   hour         long    yes',
      '  output  (unnamed)    long    yes',
    ]);
  });

  it('cuts long cells, but never a digest', () => {
    const digest = `sha256:${'9f18'.repeat(16)}`;
    const section = {
      title: 'Files',
      folded: true,
      blocks: [table(['Digest', 'Note'], [[digest, 'x'.repeat(120)]])],
    };
    const lines = of({ ...EMPTY, sections: [section] });
    expect(lines.at(-1)).toBe(`  ${digest}  ${'x'.repeat(71)}… (49 more characters)`);
  });

  it('says a dry run and checks that are off in the first line', () => {
    expect(of(SAMPLES['dry-run'])[0]).toBe(
      '📝 set-alias: Planned: prod.ml_team.fraud_detection@Champion 6 → 8 · Dry run: nothing was written · Not checked: Privileges',
    );
  });

  it('says what to do when the document does not', () => {
    expect(of({ ...EMPTY, outcome: 'unavailable' }).slice(-2)).toEqual([
      'What to do:',
      '  Run the step again later. If it still fails, check the host, proxy and certificates.',
    ]);
  });

  it('cuts long tables and code, and says so', () => {
    const rows = Array.from({ length: 60 }, (_, i) => [`m${i}`, '1']);
    const blocks = [table(['Model', 'N'], rows, ['left', 'right']), code('text', 'x\n'.repeat(500))];
    const lines = of({ ...EMPTY, sections: [{ title: 'S', folded: false, blocks }] });
    expect(lines).toContain('  Model  N');
    expect(lines).toContain('  10 more rows; see the report file');
    expect(lines.at(-1)).toBe('      …: see the report file');
    expect(lines.length).toBeLessThan(300);
  });

  it('cuts findings, lists and differences, however many there are, and counts the rest', () => {
    const many = Array.from({ length: 200_000 }, (_, i) => `m${i}`);
    const findings = many.map((message) => ({ code: 'c', severity: 'error' as const, message }));
    const check = { name: 'Aliases', mode: 'fail' as const, decision: decide(findings), passed: '' };
    const rows = many.map((name) => ({ sign: '+' as const, name, type: 'long' }));
    const lines = of({
      ...EMPTY,
      checks: [check],
      sections: [{ title: 'S', folded: false, blocks: [list(many), diff(rows)] }],
    });
    expect(lines).toContain('     - m199');
    expect(lines).toContain('     199800 more findings: see the report file');
    expect(lines).toContain('  199800 more items: see the report file');
    expect(lines.at(-1)).toBe('  199800 more lines: see the report file');
    expect(lines.length).toBeLessThan(700);
  });
});
