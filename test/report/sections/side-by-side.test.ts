import { describe, expect, test } from 'vitest';
import type { Evidence, SignatureCounts } from '../../../src/plan/evidence.ts';
import { reportSchema } from '../../../src/report/report.ts';
import { sideBySide, type Compared } from '../../../src/report/sections/side-by-side.ts';
import { PROD } from '../full-names.ts';

const HEADS = { now: 'Champion now: 6', then: 'version 8' };
const COUNTS: SignatureCounts = { state: 'declared', inputs: 4, outputs: 1, params: null };
const SOURCE = 'models:/staging.ml_team.fraud_detection/1';
const COPY = 'models:/prod.ml_team.fraud_detection/8';
const DIGEST = `sha256:${'9815e3e6'.repeat(8)}`;

const FILES: Evidence = { kind: 'files', of: SOURCE, files: 7, bytes: 3329 };
const SIGNATURE: Evidence = { kind: 'signature', of: SOURCE, ...COUNTS, result: 'passed' };
const COMPARISON: Evidence = {
  kind: 'comparison',
  with: 'models:/prod.ml_team.fraud_detection/6',
  result: 'refused',
  compared: { ...COUNTS, params: 2 },
  judged: COUNTS,
  changes: { breaking: 2, warning: 1, compatible: 0 },
};
const content = (compared: 'all' | 'some'): Evidence => ({
  kind: 'content',
  of: COPY,
  source: SOURCE,
  files: 7,
  bytes: 3329,
  digest: DIGEST,
  compared,
});
const validation = (result: 'not-run' | 'passed' | 'refused'): Evidence => ({
  kind: 'validation',
  command: './validate.sh',
  result,
  ending: result === 'not-run' ? null : 'exit code 3',
  milliseconds: result === 'not-run' ? null : 41_000,
});

function rowsOf(evidence: readonly Evidence[], more: Partial<Compared> = {}): string[] | undefined {
  const shown = sideBySide({ heads: HEADS, subject: undefined, changes: [], evidence, ...more });
  return shown?.rows.map(({ sign, name, now, then }) => [sign, name, now, then].join(' | '));
}

describe('facts side by side, out of the evidence alone', () => {
  test.each<[string, readonly Evidence[], string[]]>([
    ['files that a copy would have', [FILES], [`passed | Files |  | 7 files, 3.3 KiB, of ${SOURCE}`]],
    [
      'the copy in their place, once it is made',
      [FILES, content('all')],
      [
        `passed | Content |  | sha256:9815e3e6, 7 files, 3.3 KiB: every byte was read back and equals ${SOURCE}`,
      ],
    ],
    [
      'a copy of which less was read back is warned of',
      [content('some')],
      [
        `warned | Content |  | sha256:9815e3e6, 7 files, 3.3 KiB: sizes and small files were read back and equal ${SOURCE}`,
      ],
    ],
    ['a signature', [SIGNATURE], ['passed | Signature |  | 4 inputs, 1 output']],
    [
      'none',
      [
        {
          ...SIGNATURE,
          state: 'absent',
          inputs: null,
          outputs: null,
          result: 'refused',
        },
      ],
      ['refused | Signature |  | none'],
    ],
    [
      'half of one',
      [{ ...SIGNATURE, outputs: null, params: 1, result: 'warned' }],
      ['warned | Signature |  | 4 inputs, no outputs, 1 param'],
    ],
    [
      'two, with what the difference means',
      [SIGNATURE, COMPARISON, { kind: 'signature', of: 'models:/prod.ml_team.fraud_detection/6', ...COUNTS }],
      [
        'refused | Signature | 4 inputs, 1 output, 2 params | 4 inputs, 1 output: 2 changes break callers, 1 to review',
      ],
    ],
    [
      'one that could not be compared',
      [{ ...COMPARISON, compared: null, changes: null, result: 'warned' }],
      ['warned | Signature |  | 4 inputs, 1 output'],
    ],
    [
      'a validation that has not run: nothing',
      [validation('not-run'), FILES],
      [`passed | Files |  | 7 files, 3.3 KiB, of ${SOURCE}`],
    ],
    [
      'one that refused',
      [validation('refused')],
      ['refused | Validation |  | failed: ./validate.sh, exit code 3, 41 s'],
    ],
    [
      'where a version stands',
      [
        { kind: 'tag', of: COPY, key: 'validation_status', value: 'approved' },
        { kind: 'tag', of: COPY, key: 'uc_promote_origin', value: SOURCE },
      ],
      ['not-applicable | validation_status |  | approved', `passed | Copied from |  | ${SOURCE}`],
    ],
  ])('%s', (_title, evidence, rows) => {
    expect(rowsOf(evidence)).toEqual(rows);
  });

  test('of one signature that was only read, or without anything to set side by side, there is none', () => {
    expect(rowsOf([{ kind: 'signature', of: COPY, ...COUNTS }])).toBeUndefined();
    expect(rowsOf([SIGNATURE], { heads: undefined })).toBeUndefined();
  });

  test('values that are written are rows where the page is about them', () => {
    const target = { kind: 'version', name: PROD, version: 8 } as const;
    const changes: Compared['changes'] = [
      { change: { kind: 'tag', target, key: 'region', from: null, to: 'eu' }, state: 'planned' },
      { change: { kind: 'description', target, from: '', to: 'Serves EU.' }, state: 'done' },
    ];
    const subject = { kind: 'labels', name: PROD, statusKey: 'validation_status', isGate: false } as const;
    expect(rowsOf([], { changes, subject })).toEqual([
      'passed | region |  | eu',
      'passed | description |  | Serves EU.',
    ]);
    expect(rowsOf([], { changes })).toBeUndefined();
  });
});

test('a report with evidence as it was written before is read', () => {
  const evidence = reportSchema.shape.evidence;
  const before = [
    { kind: 'signature', of: COPY, inputs: 4, outputs: null },
    { kind: 'comparison', with: COPY, changes: null },
    { kind: 'content', of: COPY, digest: DIGEST, compared: 'all' },
    { kind: 'validation', command: './validate.sh', result: 'passed', milliseconds: 3 },
  ];
  expect(evidence.parse(before)).toEqual(before);
});
