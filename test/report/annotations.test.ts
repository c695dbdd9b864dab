import { describe, expect, it } from 'vitest';
import { annotationsOf } from '../../src/report/annotations.ts';
import { list, type SummaryDocument } from '../../src/report/document.ts';
import { EMPTY, SAMPLES } from './sample-documents.ts';

function of(document: SummaryDocument | undefined) {
  if (document === undefined) throw new Error('no such sample');
  return annotationsOf(document);
}

function withWarnings(checks: number, findings: number, message: string): SummaryDocument {
  const found = Array.from({ length: findings }, () => ({
    code: 'x',
    severity: 'warning' as const,
    message,
  }));
  return {
    ...EMPTY,
    checks: Array.from({ length: checks }, (_, i) => ({
      name: `Check ${i}`,
      mode: 'warn' as const,
      passed: '',
      decision: { allowed: true, findings: found },
    })),
  };
}

describe('annotationsOf', () => {
  it('says the verdict first and the first statement within 300 characters', () => {
    const [first, ...rest] = of(SAMPLES['denied']);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ level: 'error', title: 'gate-on-grants' });
    expect(first?.message.slice(0, 300)).toMatch(
      /^Denied: ci-promoter lacks.*\nHave an owner.*run: GRANT USE CATALOG ON CATALOG prod/su,
    );
  });

  it('takes the fix of the first error where nothing else is to do, else the sentence of the outcome', () => {
    const blocked = SAMPLES['blocked'];
    expect(of(blocked && { ...blocked, todo: [] })[0]?.message).toContain(
      'declared.\nLog the model again with signature=',
    );
    expect(of({ ...EMPTY, outcome: 'conflict' })[0]?.message).toBe(
      'Conflict: prod.ml_team.fraud_detection@Champion 6 → 8.\nFind out who changed it, then run the step again.',
    );
    expect(
      of({ ...EMPTY, outcome: 'invalid', todo: [list(['model: write a name.'])] })[0]?.message,
    ).toContain('\nmodel: write a name.');
  });

  it('is silent where nothing happened, and says a change, a dry run and a check that was off', () => {
    expect(of(SAMPLES['noop'])).toEqual([]);
    expect(of(SAMPLES['ok']).map(({ level }) => level)).toEqual(['notice']);
    expect(of({ ...EMPTY, checksOff: ['Privileges'] })[0]?.message).toContain('Not checked: Privileges');
    expect(of(SAMPLES['dry-run']).map(({ level, message }) => `${level} ${message}`)).toEqual([
      expect.stringContaining('notice Planned: '),
      'warning - The parameter threshold has no default. Give it one.',
    ]);
  });

  it('makes one warning a check and at most ten', () => {
    expect(of(withWarnings(3, 5, 'm'))).toHaveLength(3);
    const many = of(withWarnings(25, 1, 'm'));
    expect(many).toHaveLength(10);
    expect(many.at(-1)?.message).toBe('16 more checks have warnings; see the summary');
  });

  it('never cuts the first line: where the verdict is long it is the headline, and the fix stays in sight', () => {
    const verdict = `prod.ml_team.${'fraud'.repeat(60)}@Champion names version 3, and version 1 was expected`;
    const object = `prod.ml_team.${'fraud'.repeat(20)}`;
    for (const change of ['Champion stays 3', `${'Champion'.repeat(20)} stays 3`]) {
      const headline = { state: 'conflict', change, object } as const;
      const document = { ...EMPTY, outcome: 'conflict', verdict, headline } as const;
      const [first, fix, said] = of(document)[0]?.message.split('\n') ?? [];
      expect([first, fix]).toEqual([
        `Conflict: ${change} · ${object}`,
        'Find out who changed it, then run the step again.',
      ]);
      expect(said).toBe(`Conflict: ${verdict}.`);
    }
    expect(of({ ...EMPTY, outcome: 'conflict' })[0]?.message).not.toContain('·');
  });

  it('keeps to 4,096 characters', () => {
    for (const { title, message } of of(withWarnings(2, 500, '\u202e'.repeat(5000)))) {
      expect(message.length).toBeLessThanOrEqual(4096);
      expect(message).toMatch(/… see the summary$/u);
      expect(title.length).toBeLessThan(200);
    }
    const long = of({ ...EMPTY, outcome: 'error', verdict: 'v'.repeat(9000), todo: [list(['fix it'])] });
    expect(long[0]?.message.slice(0, 300)).toContain('\nfix it');
  });
});

it('keeps its title where a text has the mark that ends the head of a command', () => {
  const [first] = annotationsOf({
    ...EMPTY,
    outcome: 'error',
    verdict: 'status ::error title=x::forged → approved',
  });
  expect(first?.message).not.toContain('::');
  expect(first?.title).toBe(EMPTY.action);
});
