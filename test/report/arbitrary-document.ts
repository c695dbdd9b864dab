import fc from 'fast-check';
import { ENDPOINT_STATES, TRIGGER_EVENTS } from '../../src/plan/effect.ts';
import { type Change, CHANGE_STATES } from '../../src/plan/change.ts';
import type { Evidence } from '../../src/plan/evidence.ts';
import { CHECK_MODES } from '../../src/domain/decision.ts';
import { OUTCOMES } from '../../src/domain/outcome.ts';
import type { Block, SummaryDocument } from '../../src/report/document.ts';
import { PROD } from './full-names.ts';
import { HOSTILE } from './hostile.ts';

const LIVELY = [
  ...'<>&"\'|`@[](){}*_~#!\\$:^\n\r\t -=.,;/%\u0000\u001b\u202e\u2066\u200b\ufeff\u00a0\ufe0f✅',
];

/** Texts that an attacker would try, whole, in pieces and mixed with anything. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc
    .array(
      fc.constantFrom(
        ...LIVELY,
        'a',
        'b',
        '1',
        'www',
        'GH',
        'http',
        'deadbeef',
        '::set-output name=x::y',
        '##[error]',
      ),
      {
        maxLength: 30,
      },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .tuple(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 10 }))
    .map((parts) => parts.join('')),
);

function change(text: fc.Arbitrary<string>): fc.Arbitrary<Change> {
  const name = fc.record({ catalog: text, schema: text, model: text });
  const target = fc.constant({ kind: 'version' as const, name: PROD, version: 8 });
  return fc.oneof(
    fc.record({
      kind: fc.constant('alias' as const),
      name,
      alias: text,
      from: fc.constant(6),
      to: fc.constant(8),
    }),
    fc.record({
      kind: fc.constant('tag' as const),
      target,
      key: text,
      from: fc.option(text),
      to: fc.option(text),
    }),
    fc.record({ kind: fc.constant('description' as const), target, from: text, to: text }),
    fc.record({ kind: fc.constant('create-model' as const), name, owner: text }),
  );
}

function block(text: fc.Arbitrary<string>): fc.Arbitrary<Block> {
  return fc.oneof(
    fc.record({ kind: fc.constant('paragraph' as const), text }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(text, { minLength: 1, maxLength: 3 }) }),
    fc.record({
      kind: fc.constant('code' as const),
      language: fc.constantFrom('sql' as const, 'json' as const),
      text,
    }),
    fc.record({
      kind: fc.constant('table' as const),
      columns: fc.tuple(text, text),
      rows: fc.array(fc.tuple(text, text), { maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('diff' as const),
      rows: fc.array(
        fc.record({
          sign: fc.constantFrom('+' as const, '-' as const),
          name: text,
          type: text,
          remark: text,
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    fc.record({
      kind: fc.constant('pairs' as const),
      rows: fc.array(fc.record({ name: text, value: text }), { minLength: 1, maxLength: 3 }),
    }),
  );
}

function evidence(text: fc.Arbitrary<string>): fc.Arbitrary<Evidence> {
  const count = fc.option(fc.nat());
  const result = fc.constantFrom('passed' as const, 'warned' as const, 'refused' as const);
  const state = fc.constantFrom(...(['declared', 'absent', 'missing-file', 'unreadable'] as const));
  const counts = { state, inputs: count, outputs: count, params: count };
  return fc.oneof(
    fc.record({ kind: fc.constant('signature' as const), of: text, ...counts, result }),
    fc.record({
      kind: fc.constant('comparison' as const),
      with: text,
      result,
      compared: fc.option(fc.record(counts)),
      judged: fc.record(counts),
      changes: fc.option(fc.record({ breaking: fc.nat(), warning: fc.nat(), compatible: fc.nat() })),
    }),
    fc.record({
      kind: fc.constant('status' as const),
      of: text,
      key: text,
      required: text,
      found: fc.option(text),
    }),
    fc.record({
      kind: fc.constant('content' as const),
      of: text,
      source: text,
      files: fc.nat(),
      bytes: fc.nat(),
      digest: text,
      compared: fc.constantFrom('all' as const, 'some' as const),
    }),
    fc.record({
      kind: fc.constant('validation' as const),
      command: text,
      result: fc.constantFrom('not-run' as const, 'passed' as const, 'refused' as const),
      ending: fc.option(text),
      milliseconds: count,
    }),
    fc.record({ kind: fc.constant('tag' as const), of: text, key: text, value: text }),
    fc.record({ kind: fc.constant('files' as const), of: text, files: fc.nat(), bytes: fc.nat() }),
  );
}

/** Documents of any shape in which every text is from `text`. */
export function documentOf(text: fc.Arbitrary<string>): fc.Arbitrary<SummaryDocument> {
  const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });
  const finding = fc.record(
    {
      code: text,
      severity: fc.constantFrom('error' as const, 'warning' as const, 'note' as const),
      message: text,
      fix: text,
    },
    { requiredKeys: ['code', 'severity', 'message'] },
  );
  const found = finding.map((each) => ({ ...each, check: each.code }));
  const link = fc.record({
    text,
    href: fc.oneof(
      text,
      text.map((end) => `https://github.com/${end}`),
    ),
  });
  return fc.record({
    action: text,
    outcome: fc.constantFrom(...OUTCOMES),
    verdict: text,
    dryRun: fc.boolean(),
    headline: fc.record({
      state: fc.constantFrom(...OUTCOMES, 'done' as const, 'planned' as const, 'cancelled' as const),
      change: text,
      object: text,
    }),
    lead: text,
    alert: fc.record({ kind: fc.constantFrom('warning' as const, 'important' as const), text }),
    reasons: few(found),
    risks: few(found),
    sideBySide: fc.record({
      now: text,
      then: text,
      rows: few(fc.record({ sign: fc.constantFrom('passed' as const), name: text, now: text, then: text })),
    }),
    people: fc.record(
      {
        requester: text,
        trainer: text,
        approver: text,
        principal: text,
        commit: link,
        run: link,
        when: fc.constant('2026-11-28 17:44 UTC'),
      },
      { requiredKeys: ['when'] },
    ),
    links: few(link),
    workspacePages: few(link),
    noUndo: text,
    checksOff: few(text),
    facts: few(fc.record({ label: text, value: text, note: text }, { requiredKeys: ['label', 'value'] })),
    changes: few(fc.record({ change: change(text), state: fc.constantFrom(...CHANGE_STATES) })),
    checks: few(
      fc.record({
        name: text,
        mode: fc.constantFrom(...CHECK_MODES),
        decision: fc.option(fc.record({ allowed: fc.boolean(), findings: few(finding) })),
        passed: text,
      }),
    ),
    effects: few(
      fc.oneof(
        fc.record({
          kind: fc.constant('deployment-job' as const),
          model: fc.record({ catalog: text, schema: text, model: text }),
          job: text,
          runsAs: fc.option(text),
        }),
        fc.record({
          kind: fc.constant('triggered-job' as const),
          model: fc.record({ catalog: text, schema: text, model: text }),
          job: text,
          name: text,
          event: fc.constantFrom(...TRIGGER_EVENTS),
        }),
        fc.record({
          kind: fc.constant('endpoint' as const),
          model: fc.record({ catalog: text, schema: text, model: text }),
          endpoint: text,
          versions: few(fc.nat()),
          state: fc.constantFrom(...ENDPOINT_STATES),
        }),
      ),
    ),
    evidence: few(evidence(text)),
    todo: few(block(text)),
    undo: few(block(text)),
    sections: few(fc.record({ title: text, folded: fc.boolean(), blocks: few(block(text)) })),
  });
}
