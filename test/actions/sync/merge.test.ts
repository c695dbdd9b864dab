import { describe, expect, test } from 'vitest';
import { GOOD_FILES, moreVersions, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';
import { expectRefused } from '../expectations.ts';
import type { ActionRun } from '../harness.ts';
import { recordOf } from '../move-record.ts';
import { championOf, copyOf, folder, pins, pinsOf, scene, type Merge } from './scene.ts';

const BEFORE = folder(pins({ Champion: 1 }));
const AFTER = folder(pins({ Champion: copyOf(1) }));

/** Versions of the demo's model that were copied from a version of staging. */
function copiesIn(seen: ActionRun): number[] {
  const versions = Object.entries(seen.after.models[PROD]?.versions ?? {});
  return versions.flatMap(([number, { tags }]) =>
    tags['uc_promote_origin'] === undefined ? [] : [Number(number)],
  );
}

describe('a merged pull request', () => {
  test('moves the alias to a copy of what is pinned, by the steps of promote', async () => {
    const { merge, github } = await scene();
    const seen = await merge(BEFORE, AFTER);
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', allowed: 'true', count: '1' });
    expect(championOf(seen)).toBe(2);
    expect(seen.after.models[PROD]?.versions['2']?.tags['uc_promote_origin']).toBe(`models:/${STAGING}/1`);
    expect(pinsOf(seen)).toEqual([
      { model: PROD, alias: 'Champion', from: '1', to: copyOf(1), was: 1, now: 2, state: 'moved' },
    ]);
    expect(recordOf(seen.after.models[PROD])[0]).toMatchObject({ from: 1, to: 2, who: 'ada' });
    const check = (name: string) => seen.report.checks.find((each) => each.name === name);
    expect(check(`${PROD}@Champion: Approval`)?.passed).toContain('grace approved the last commit');
    expect(check(`${PROD}@Champion: Compatibility`)?.decision?.allowed).toBe(true);
    expect(check('Reviewed pins')?.decision?.allowed).toBe(true);
    expect(seen.report.sections[0]?.title).toBe('Changed pins (1)');
    expect(seen.summary).toContain('Done: 1 alias follows its pin');
    expect(github.requests.filter((each) => each.includes('/git/blobs/'))).toHaveLength(2);
  });

  test('moves it to a version of the model itself, and back by a revert, which copies nothing again', async () => {
    const { merge } = await scene();
    const there = await merge(BEFORE, AFTER);
    const back = await merge(AFTER, BEFORE);
    expect(back.outputs['outcome'], back.verdict).toBe('ok');
    expect(championOf(back)).toBe(1);
    const again = await merge(BEFORE, AFTER);
    expect(again.outputs['outcome'], again.verdict).toBe('ok');
    expect(championOf(again)).toBe(2);
    expect([copiesIn(there), copiesIn(again)]).toEqual([[2], [2]]);
  });

  test('a revert finds the older copy of two', async () => {
    const { merge, metastore } = await scene();
    metastore.addVersion(STAGING, {
      files: { ...GOOD_FILES, 'notes.txt': 'third' },
      createdBy: 'ada@example.com',
    });
    const third = folder(pins({ Champion: copyOf(3) }));
    await merge(BEFORE, AFTER);
    const newer = await merge(AFTER, third);
    expect([championOf(newer), copiesIn(newer)]).toEqual([3, [2, 3]]);
    const back = await merge(third, AFTER);
    expect([back.outputs['outcome'], championOf(back), copiesIn(back)]).toEqual(['ok', 2, [2, 3]]);
  });

  test('sets and deletes an alias that is pinned to nothing before or after', async () => {
    const { merge } = await scene();
    const none = folder(pins({ Champion: 1, Challenger: 'none' }));
    const set = folder(pins({ Champion: 1, Challenger: 1 }));
    const first = await merge(none, set);
    expect([first.outputs['outcome'], championOf(first, 'Challenger')]).toEqual(['ok', 1]);
    const gone = await merge(set, none);
    expect([gone.outputs['outcome'], championOf(gone, 'Challenger')]).toEqual(['ok', undefined]);
  });

  test('creates a model that is pinned for the first time, where that is asked for', async () => {
    const { merge } = await scene();
    const added = { ...BEFORE, 'aliases/new.yml': pins({ Champion: copyOf(1) }, 'prod.ml_team.newcomer') };
    expectRefused(await merge(BEFORE, added), 'invalid');
    const seen = await merge(BEFORE, added, {}, { 'create-destination': 'true' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(championOf(seen, 'Champion', 'prod.ml_team.newcomer')).toBe(1);
  });

  test('a removed pin is no longer managed: nothing is deleted, and that is said', async () => {
    const { merge } = await scene();
    const seen = await merge(BEFORE, folder('{}'));
    expect(seen.outputs).toMatchObject({ outcome: 'noop', changed: 'false' });
    expect(championOf(seen)).toBe(1);
    expect(pinsOf(seen)).toMatchObject([{ to: null, state: 'released' }]);
    expect(seen.summary).toContain('no longer managed');
  });

  test('is done where it is done: run again, nothing is written', async () => {
    const { merge } = await scene();
    await merge(BEFORE, AFTER);
    const seen = await merge(BEFORE, AFTER);
    expect(seen.outputs).toMatchObject({ outcome: 'noop', changed: 'false' });
    expect(pinsOf(seen)).toMatchObject([{ state: 'done', now: 2 }]);
  });

  test('without a changed pin reads nothing of the registry', async () => {
    const { merge } = await scene();
    const seen = await merge(BEFORE, { ...BEFORE, 'src/train.py': 'print()' });
    expect(seen.outputs['outcome']).toBe('noop');
    expect(seen.requests).toEqual([]);
  });
});

describe('refused, and nothing is written', () => {
  const cases: readonly (readonly [string, Merge, string])[] = [
    ['nobody approved', { reviews: [] }, 'has no approval'],
    [
      'its author approved',
      { reviews: [{ login: 'lin', state: 'APPROVED' }] },
      'the author of the pull request',
    ],
    [
      'whoever started the run approved',
      { reviews: [{ login: 'ada', state: 'APPROVED' }] },
      'started the run',
    ],
    ['a reader approved', { reviews: [{ login: 'mallory', state: 'APPROVED' }] }, 'not a collaborator'],
    [
      'an earlier commit was approved',
      { reviews: [{ login: 'grace', state: 'APPROVED', commit: 'c'.repeat(40) }] },
      'earlier commit',
    ],
    ['the review saw another pin', { reviewed: folder(pins({ Champion: 2 })) }, 'was not in the review'],
    ['the review saw no pin', { reviewed: folder('{}') }, 'was not in the review'],
    ['it came from a fork', { fork: 'mallory/models' }, 'came from a fork'],
  ];
  test.each(cases)('%s', async (_, merged, said) => {
    const { merge } = await scene();
    const seen = await merge(BEFORE, AFTER, merged);
    expectRefused(seen, 'blocked');
    expect(seen.log.join('\n')).toContain(said);
  });

  test('somebody else moved the alias: who it was, and where the pin stands', async () => {
    const { merge, metastore } = await scene();
    moreVersions(metastore);
    metastore.setAlias(PROD, 'Champion', 2);
    const seen = await merge(BEFORE, AFTER);
    expectRefused(seen, 'conflict');
    expect(seen.log.join('\n')).toContain('Champion names version 2');
    expect(seen.log.join('\n')).toContain('aliases/fraud.yml:2:3');
    expect(pinsOf(seen)).toMatchObject([{ state: 'conflict', now: 2 }]);
  });

  test('the mover is named where a record says it', async () => {
    const { merge } = await scene();
    await merge(BEFORE, AFTER);
    const foreign = await merge(folder(pins({ Champion: 7 })), folder(pins({ Champion: 8 })));
    expectRefused(foreign, 'conflict');
    expect(foreign.log.join('\n')).toMatch(/names version 2, (?:where|moved).*ada/u);
  });

  test('a version on hold, wherever it is pinned', async () => {
    const { merge, metastore } = await scene();
    moreVersions(metastore);
    const seen = await merge(BEFORE, folder(pins({ Champion: 6 })));
    expectRefused(seen, 'blocked');
    expect(seen.log.join('\n')).toContain('on hold');
  });

  test('more than max-changes', async () => {
    const { merge } = await scene();
    const seen = await merge(
      folder(pins({ Champion: 1, A: 'none', B: 'none' })),
      folder(pins({ Champion: copyOf(1), A: 1, B: 1 })),
      {},
      { 'max-changes': '2' },
    );
    expectRefused(seen, 'blocked');
    expect(seen.log.join('\n')).toContain('3 aliases would be moved, and max-changes allows 2');
  });

  test('one pin of several cannot be carried out: none is, and every reason is said', async () => {
    const { merge } = await scene();
    const seen = await merge(
      folder(pins({ Champion: 1, A: 'none', B: 'none' })),
      folder(pins({ Champion: copyOf(2), A: 1, B: 99 })),
    );
    expectRefused(seen, 'invalid');
    const log = seen.log.join('\n');
    expect(log).toContain(`${PROD}@Champion: Signature`);
    expect(log).toContain(`${PROD}@B`);
    expect(log).toContain('(and 1 more of the pins)');
  });

  test('a version that does not exist: file, line and column of its pin', async () => {
    const { merge } = await scene();
    const seen = await merge(BEFORE, folder(pins({ Champion: copyOf(77) })));
    expectRefused(seen, 'invalid');
    expect(seen.log.join('\n')).toContain('aliases/fraud.yml:2:3');
    expect(seen.log.join('\n')).toContain('`pins`');
  });

  test('a push to another branch than the default one', async () => {
    const { merge } = await scene();
    const seen = await merge(BEFORE, AFTER, { branch: 'feature' }, { 'approval-review': 'false' });
    expect(seen.outputs).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect(seen.after).toEqual(seen.before);
    expect(seen.log.join('\n')).toContain('is not the default branch');
  });
});

describe('a branch that went on', () => {
  const LATER = folder(pins({ Champion: 'none' }));

  test('does not stop the first attempt of an earlier push', async () => {
    const { merge } = await scene();
    const seen = await merge(BEFORE, AFTER, { tip: LATER });
    expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['ok', 2]);
  });

  test('stops a run that is repeated', async () => {
    const { merge } = await scene();
    const seen = await merge(BEFORE, AFTER, { tip: LATER }, {}, { environment: { GITHUB_RUN_ATTEMPT: '2' } });
    expectRefused(seen, 'conflict');
    expect(seen.log.join('\n')).toContain('pinned again by a later commit');
  });

  test('leaves what a revert took back', async () => {
    const { merge } = await scene();
    const seen = await merge(BEFORE, AFTER, { tip: BEFORE });
    expect(seen.outputs).toMatchObject({ outcome: 'noop', changed: 'false' });
    expect(pinsOf(seen)).toMatchObject([{ state: 'superseded' }]);
  });
});

describe('several pins', () => {
  test('one copy serves all aliases that are pinned to it', async () => {
    const { merge } = await scene();
    const seen = await merge(
      folder(pins({ Champion: 1, Challenger: 'none', Shadow: 'none' })),
      folder(pins({ Champion: copyOf(1), Challenger: copyOf(1), Shadow: copyOf(1) })),
    );
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', count: '3' });
    expect(copiesIn(seen)).toEqual([2]);
    expect(['Champion', 'Challenger', 'Shadow'].map((each) => championOf(seen, each))).toEqual([2, 2, 2]);
    expect(pinsOf(seen).map(({ state }) => state)).toEqual(['moved', 'moved', 'moved']);
  });

  test('copies of two versions get their own numbers', async () => {
    const { merge, metastore } = await scene();
    metastore.addVersion(STAGING, {
      files: { ...GOOD_FILES, 'notes.txt': 'third' },
      createdBy: 'ada@example.com',
    });
    const seen = await merge(
      folder(pins({ Champion: 1, Challenger: 'none' })),
      folder(pins({ Champion: copyOf(3), Challenger: copyOf(1) })),
    );
    expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', count: '2' });
    const versions = seen.after.models[PROD]?.versions ?? {};
    const originOf = (alias: string) => versions[String(championOf(seen, alias))]?.tags['uc_promote_origin'];
    expect([originOf('Champion'), originOf('Challenger')]).toEqual([
      `models:/${STAGING}/3`,
      `models:/${STAGING}/1`,
    ]);
  });

  test('of two models each is said to be done or not, where the second cannot be moved', async () => {
    const { merge, metastore, emulator } = await scene();
    const other = 'prod.ml_team.z_scores';
    metastore.createModel(other, { owner: 'ml-deployers' });
    for (const notes of ['1', '2', '3']) metastore.addVersion(other, { files: { ...GOOD_FILES, notes } });
    metastore.setAlias(other, 'Champion', 1);
    // The first model is carried out; before the second one somebody moves its alias.
    emulator.faults.add({
      method: 'PUT',
      path: /fraud_detection\/aliases/u,
      kind: { kind: 'run', when: 'after', run: (world) => world.setAlias(other, 'Champion', 3) },
    });
    const seen = await merge(
      { ...BEFORE, 'aliases/z.yml': pins({ Champion: 1 }, other) },
      { ...AFTER, 'aliases/z.yml': pins({ Champion: 2 }, other) },
    );
    expect(seen.outputs).toMatchObject({ outcome: 'conflict', changed: 'true' });
    expect([championOf(seen), championOf(seen, 'Champion', other)]).toEqual([2, 3]);
    expect(pinsOf(seen).map(({ state }) => state)).toEqual(['moved', 'not-done']);
    expect(seen.summary).toContain('1 alias was moved before that');
    expect(seen.summary).toContain('Not finished');
  });
});

test('approval by an environment takes the place of the review', async () => {
  const { merge, github } = await scene({ rights: ['contents: read', 'actions: read'] });
  github.addRun('acme/models', '4242');
  github.addEnvironment('acme/models', 'production', { reviewers: ['grace'], protectedBranches: true });
  const asked = { 'approval-environment': 'production' };
  expectRefused(await merge(BEFORE, AFTER, {}, asked), 'blocked');
  github.review('4242', { login: 'grace', environments: ['production'] });
  const seen = await merge(BEFORE, AFTER, {}, asked);
  expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['ok', 2]);
});

test('no approval where the inputs say so', async () => {
  const { merge, github } = await scene({ rights: ['contents: read'] });
  const seen = await merge(BEFORE, AFTER, { reviews: [] }, { 'approval-review': 'false' });
  expect([seen.outputs['outcome'], championOf(seen)]).toEqual(['ok', 2]);
  expect(github.requests.filter((each) => each.includes('/pulls'))).toEqual([]);
});
