import { expect, test } from 'vitest';
import { GOOD_FILES, moreVersions, PROD } from '../../../emulator/seeds/demo-models.ts';
import type { ActionRun } from '../harness.ts';
import { championOf, copyOf, folder, pins, pinsOf, scene, type Files } from '../sync/scene.ts';
import { FROZEN, PATH, policy } from './scene.ts';

const REQUIRED = { policy: 'required' };

function withPolicy(files: Files, text: string): Files {
  return { ...files, [PATH]: text };
}

function codes(seen: ActionRun): string[] {
  return seen.report.checks.flatMap(
    ({ decision }) =>
      decision?.findings.map(({ code }) => code).filter((code) => code.startsWith('policy-')) ?? [],
  );
}

const BEFORE = folder(pins({ Champion: 1 }));
const AFTER = folder(pins({ Champion: copyOf(1) }));
const FORBIDS = policy('aliases: { Champion: forbidden }');

test('a pin is carried out as the policy allows, and not otherwise', async () => {
  const { merge } = await scene();
  const files = (text: string) => [withPolicy(BEFORE, text), withPolicy(AFTER, text)] as const;
  const refused = await merge(...files(FORBIDS), {}, REQUIRED);
  expect([refused.outputs['outcome'], codes(refused)], refused.verdict).toEqual([
    'blocked',
    ['policy-alias-forbidden'],
  ]);
  const frozen = await merge(...files(`${policy()}${FROZEN}`), {}, REQUIRED);
  expect([frozen.outputs['outcome'], codes(frozen)], frozen.verdict).toEqual(['blocked', ['policy-frozen']]);
  for (const seen of [refused, frozen]) expect(seen.after).toEqual(seen.before);
  const allowed = await merge(...files(policy('require: { compatibility: callers }')), {}, REQUIRED);
  expect([allowed.outputs['outcome'], codes(allowed)], allowed.verdict).toEqual(['ok', []]);
  expect(championOf(allowed)).not.toBe(1);
});

test('forged: the pull request of a fork changes the policy and its pin at once; the policy of the default branch holds', async () => {
  const { open } = await scene();
  const seen = await open(
    withPolicy(BEFORE, FORBIDS),
    withPolicy(AFTER, policy()),
    { fork: true, event: 'pull_request_target' },
    { ...REQUIRED, 'dry-run': 'true' },
  );
  expect([seen.outputs['outcome'], codes(seen)], seen.verdict).toEqual([
    'blocked',
    ['policy-alias-forbidden'],
  ]);
  expect(seen.after).toEqual(seen.before);
});

test('moves no more aliases than the policy allows, whatever max-changes says', async () => {
  const { merge, metastore } = await scene();
  moreVersions(metastore);
  const text = `${policy()}max-changes: 1\n`;
  const seen = await merge(
    withPolicy(folder(pins({ Champion: 1 })), text),
    withPolicy(folder(pins({ Champion: 2, Challenger: 2 })), text),
    {},
    REQUIRED,
  );
  expect([seen.outputs['outcome'], codes(seen)], seen.verdict).toEqual(['blocked', ['policy-max-changes']]);
  expect(seen.after).toEqual(seen.before);
});

test('a policy that changes between two pins stops the second one', async () => {
  const { merge, metastore, emulator, git } = await scene();
  const other = 'prod.ml_team.z_scores';
  metastore.createModel(other, { owner: 'ml-deployers' });
  for (const notes of ['1', '2']) metastore.addVersion(other, { files: { ...GOOD_FILES, notes } });
  metastore.setAlias(other, 'Champion', 1);
  const both = policy().replace(PROD, 'prod.ml_team.*');
  const files = (ours: string, others: string): Files => ({
    'aliases/fraud.yml': pins({ Champion: ours }),
    'aliases/z.yml': pins({ Champion: others }, other),
    [PATH]: both,
  });
  emulator.faults.add({
    method: 'PUT',
    path: /fraud_detection\/aliases/u,
    kind: {
      kind: 'run',
      when: 'after',
      run: () => git.setBranch('main', git.commit({ ...files(copyOf(1), '2'), [PATH]: FORBIDS }), true),
    },
  });
  const seen = await merge(files('1', '1'), files(copyOf(1), '2'), {}, REQUIRED);
  expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'conflict', changed: 'true' });
  expect(pinsOf(seen).map(({ state }) => state)).toEqual(['moved', 'not-done']);
  expect(seen.log.join('\n')).toContain('says something else since this run read it');
});
