import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../src/actions/copy-version.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { findVersion } from '../../src/actions/find-version.ts';
import { promote } from '../../src/actions/promote.ts';
import { rollback } from '../../src/actions/rollback.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { validateSignature } from '../../src/actions/validate-signature.ts';
import { world, type ActionRun } from './harness.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const LOUD = { [PROD]: 'PROD.ml_team.Fraud_Detection', [STAGING]: 'STAGING.ML_Team.fraud_detection' };

/** The inputs with every name in another spelling. */
function loudly(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [
      key,
      Object.entries(LOUD).reduce((text, [name, loud]) => text.replaceAll(name, loud), value),
    ]),
  );
}

const CASES: readonly (readonly [Action, Readonly<Record<string, string>>])[] = [
  [copyVersion, { source: `models:/${STAGING}/1`, destination: PROD }],
  [promote, { source: `models:/${STAGING}/1`, destination: PROD, 'set-status': 'promoted' }],
  [promote, { source: `models:/${STAGING}/1`, destination: PROD, until: 'copy' }],
  [promote, { source: `models:/${STAGING}/1`, destination: PROD, 'dry-run': 'true' }],
  [setAlias, { model: PROD, alias: 'Champion', version: '2' }],
  [setAlias, { model: PROD, alias: 'Champion', delete: 'true' }],
  [
    rollback,
    { model: PROD, alias: 'Champion', 'from-version': '2', 'to-version': '1', reason: 'x', hold: 'false' },
  ],
  [tagStatus, { model: PROD, version: '1', status: 'approved' }],
  [tagStatus, { model: PROD, tags: 'team=risk' }],
  [findVersion, { model: STAGING, version: '1' }],
  [validateSignature, { model: STAGING, version: '1' }],
];

const RUN_OR_MOVES = /"uc_promote_(?:run|moves_[0-9a-f]{12})":"(?:[^"\\]|\\.)*"/gu;
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/gu;

/** What a run says and leaves, without what differs from run to run. */
function leftBy({ outputs, report, after }: ActionRun) {
  const said = Object.fromEntries(
    Object.entries(outputs).filter(([key]) => key !== 'report' && key !== 'predicate-path'),
  );
  const changes = JSON.stringify(report.changes).replaceAll(TIME, '');
  const models = JSON.stringify(after.models).replaceAll(RUN_OR_MOVES, '');
  return { said, verdict: report.verdict, changes, models };
}

describe('a name in another spelling: outputs, changes and marks have the one of the registry', () => {
  for (const [action, inputs] of CASES) {
    test(`${action.name}, ${Object.keys(inputs).join(', ')}`, async () => {
      const runs = [];
      for (const each of [inputs, loudly(inputs)]) {
        const { run, emulator } = await world();
        moreVersions(emulator.metastore);
        if (action === rollback) emulator.metastore.setAlias(PROD, 'Champion', 2);
        runs.push(leftBy(await run(action, each)));
      }
      const [asStored, loud] = runs;
      expect(asStored?.said['outcome']).toMatch(/^(?:ok|noop)$/u);
      expect(loud).toEqual(asStored);
    });
  }
});

describe('a source or destination in another spelling than that of an earlier run', () => {
  const COPY = { source: `models:/${STAGING}/1`, destination: PROD };

  for (const [title, first, second] of [
    ['stored, then another', COPY, loudly(COPY)],
    ['another, then stored', loudly(COPY), COPY],
  ] as const) {
    test(`${title}: the equal copy is taken, and the alias stays`, async () => {
      const { run } = await world();
      expect((await run(promote, first)).outputs).toMatchObject({ outcome: 'ok', version: '2' });
      const seen = await run(promote, second);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'noop', version: '2' });
      expect(seen.after).toEqual(seen.before);
    });
  }

  test('a copy whose mark and source were written in another spelling is known', async () => {
    const { run, emulator } = await world();
    await run(promote, COPY);
    const copy = emulator.metastore.state.models.get(PROD)?.versions.get(2);
    if (copy === undefined) throw new Error('There is no copy.');
    copy.source = `models:/${LOUD[STAGING]}/1`;
    copy.tags.set('uc_promote_origin', copy.source);
    const seen = await run(promote, COPY);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'noop', version: '2' });
  });

  test('a model onto itself is refused in any spelling', async () => {
    const { run } = await world();
    const seen = await run(copyVersion, { source: COPY.source, destination: LOUD[STAGING] ?? '' });
    const findings = seen.report.checks.flatMap(({ decision }) => decision?.findings ?? []);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'copy-onto-itself' }));
    expect(seen.after).toEqual(seen.before);
  });
});
