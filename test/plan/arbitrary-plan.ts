import fc from 'fast-check';
import { PUT_BACK } from '../../src/plan/changes/serving.ts';
import { ENDPOINT_STATES, TRIGGER_EVENTS } from '../../src/plan/effect.ts';
import { basisOf, type PlanFile } from '../../src/plan/file.ts';

/** Texts that JSON has a form for: of other scripts, beyond the basic plane, with quotes and control characters. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', '"', '\\', '\u0000', '\u2028', '😀', '\u00e9', 'e\u0301', '\ufb33'),
);
const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const some = text.filter((each) => each !== '');
const name = fc.record({ catalog: text, schema: text, model: some });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const shares = fc.array(fc.record({ version: number, percent: fc.integer({ min: 0, max: 100 }) }), {
  maxLength: 3,
});
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/u);

const change: fc.Arbitrary<PlanFile['changes'][number]> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('alias' as const, 'record' as const),
    name,
    alias: some,
    from: orNull(number),
    to: orNull(number),
  }),
  fc.record({
    kind: fc.constant('hold' as const),
    name,
    version: number,
    key: fc.constantFrom('uc_promote_hold_d4735e3a265e', 'uc_promote_hold_4e07408562be'),
    from: orNull(text),
    to: orNull(text),
  }),
  fc.record({
    kind: fc.constant('serving' as const),
    name,
    endpoint: some,
    version: number,
    alias: some,
    keepsPrevious: fc.boolean(),
    from: shares,
    to: shares,
    config: sha256,
    rules: fc.record({
      whenUpdating: fc.constantFrom('wait' as const, 'refuse' as const),
      timeoutMs: number,
      putsBack: fc.constantFrom(...PUT_BACK),
    }),
  }),
);

const effect = fc.oneof(
  fc.record({
    kind: fc.constant('deployment-job' as const),
    model: name,
    job: text,
    runsAs: orNull(text),
  }),
  fc.record({
    kind: fc.constant('triggered-job' as const),
    model: name,
    job: text,
    name: text,
    event: fc.constantFrom(...TRIGGER_EVENTS),
  }),
  fc.record({
    kind: fc.constant('endpoint' as const),
    model: name,
    endpoint: text,
    versions: fc.array(fc.integer({ min: 1 }), { maxLength: 2 }),
    state: fc.constantFrom(...ENDPOINT_STATES),
  }),
);
const evidence = fc.record({
  kind: fc.constant('status' as const),
  of: text,
  key: text,
  required: text,
  found: orNull(text),
});

const time = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2036-01-01'), noInvalidDate: true })
  .map((each) => each.toISOString());

/** Plan files of any content. */
export const planFiles: fc.Arbitrary<PlanFile> = fc
  .record({
    schemaVersion: fc.constant(1 as const),
    run: fc.record({
      provider: fc.constantFrom('github', 'gitlab', 'none'),
      repository: text,
      runId: text,
      attempt: text,
      sha: text,
      workflowRef: text,
      actor: text,
      madeAt: time,
      validUntil: time,
    }),
    registry: fc.record({ kind: text, workspaceId: orNull(text) }),
    planner: orNull(text),
    changes: fc.array(change, { maxLength: 6 }),
    deferred: fc.array(fc.record({ privilege: text, on: text }), { maxLength: 2 }),
    effects: fc.array(effect, { maxLength: 2 }),
    evidence: fc.array(evidence, { maxLength: 2 }),
  })
  .map((plan) => ({ ...plan, basis: basisOf(plan.changes) }));
