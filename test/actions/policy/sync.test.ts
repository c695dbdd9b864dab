import { expect, test } from 'vitest';
import { moreVersions } from '../../../emulator/seeds/demo-models.ts';
import type { ActionRun } from '../harness.ts';
import { championOf, copyOf, folder, pins, scene, type Files } from '../sync/scene.ts';
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
