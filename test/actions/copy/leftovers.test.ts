import { describe, expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import { formatMarker, isAbandoned } from '../../../src/policy/run/marker.ts';
import { world, type ActionRun, type ActionBench } from '../harness.ts';
import { filesWith, PROD, PROMOTER, STAGING } from '../../../emulator/seeds/demo-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const SECOND = { environment: { GITHUB_RUN_ATTEMPT: '2' } };
const EARLIER = 'acme/models/4242/1/mf000000-00000001';

/** Adds a pending version that an earlier run began; answers its number. */
function leave({ emulator }: ActionBench, marker = EARLIER, createdBy: string = PROMOTER): number {
  return emulator.metastore.addVersion(PROD, {
    files: filesWith(undefined),
    status: 'PENDING_REGISTRATION',
    source: COPY.source,
    createdBy,
    tags: { uc_promote_origin: COPY.source, uc_promote_run: marker },
  });
}

const statusesOf = (seen: ActionRun) =>
  Object.values(seen.after.models[PROD]?.versions ?? {}).map(({ version, status }) => `${version} ${status}`);
const factsOf = (seen: ActionRun) =>
  seen.report.facts
    .filter(({ label }) => label === 'Unfinished copy')
    .map(({ value, note }) => `${value} ${note ?? ''}`);

describe('unfinished copies of earlier runs', () => {
  test('go away: the newest is continued, the others are deleted, and each is told', async () => {
    const started = await world();
    leave(started);
    leave(started);
    const seen = await started.run(copyVersion, COPY, SECOND);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(statusesOf(seen)).toEqual(['1 READY', '3 READY']);
    expect(factsOf(seen)).toEqual([`models:/${PROD}/2 left by an earlier run; it was deleted`]);
    expect(seen.report.changes).toContainEqual(
      expect.objectContaining({
        change: expect.objectContaining({ kind: 'delete-version', version: 2 }) as unknown,
        state: 'done',
      }),
    );
  });

  test('go away beside a finished copy too, and the run says that it changed something', async () => {
    const started = await world();
    await started.run(copyVersion, COPY);
    leave(started);
    const dry = await started.run(copyVersion, { ...COPY, 'dry-run': 'true' }, SECOND);
    expect(dry.outputs).toMatchObject({ changed: 'false', 'would-change': 'true' });
    const seen = await started.run(copyVersion, COPY, SECOND);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2', changed: 'true' });
    expect(statusesOf(seen)).toEqual(['1 READY', '2 READY']);
  });

  test('of a run that may still be going, of another repository and of somebody else stay', async () => {
    const started = await world();
    await started.run(copyVersion, COPY);
    leave(started, formatMarker({ repository: 'acme/models', runId: '7', attempt: '1' }, Date.now(), '0'));
    leave(started, 'acme/others/4242/1/mf000000-00000001');
    leave(started, EARLIER, 'ada@example.com');
    const seen = await started.run(copyVersion, COPY, SECOND);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'noop', changed: 'false' });
    expect(seen.after).toEqual(seen.before);
    expect(factsOf(seen)).toEqual([`models:/${PROD}/3 left unchanged: another run may still be writing it`]);
  });

  test('that may not be deleted are named, and the copy is none the worse for it', async () => {
    const started = await world({ switches: { deleteOfPending: 'refused' } });
    leave(started);
    leave(started);
    const seen = await started.run(copyVersion, COPY, SECOND);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '3' });
    expect(factsOf(seen).join()).toMatch(
      /fraud_detection\/2 left by an earlier run; it could not be deleted/u,
    );
  });

  test('of a caller whose e-mail address is written in another case are its own', async () => {
    const started = await world();
    const { metastore } = started.emulator;
    metastore.addUser('Grace@Example.com', { groups: ['ml-deployers'] });
    metastore.issueToken('Grace@Example.com', 'emulator-grace');
    leave(started, EARLIER, 'grace@example.com');
    const seen = await started.run(copyVersion, COPY, { ...SECOND, token: 'emulator-grace' });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2' });
  });
});

describe('no run can be at a version any more', () => {
  const run = { repository: 'acme/models', runId: '42', attempt: '3' };
  const now = 1_900_000_000_000;
  const days = (count: number) => now - count * 24 * 3_600_000;
  const marker = (runId: string, attempt: string, at: number) =>
    formatMarker({ ...run, runId, attempt }, at, '0a0b0c0d');

  test.each([
    ['an earlier attempt of this run', marker('42', '2', now), true],
    ['this attempt', marker('42', '3', days(9)), false],
    ['a later attempt', marker('42', '4', days(9)), false],
    ['another run, five days ago', marker('41', '1', days(5)), false],
    ['another run, seven days ago', marker('41', '1', days(7)), true],
    ['another run, without a time', 'acme/models/41/1/0a0b0c0d', false],
    ['another repository', `acme/models-2/41/1/${days(9).toString(36)}-0`, false],
    ['nothing', '', false],
  ] as const)('%s', (_, text, expected) => {
    expect(isAbandoned(text, run, now)).toBe(expected);
  });

  test('is never so of an attempt outside of a workflow', () => {
    const local = { repository: 'local', runId: 'local', attempt: 'local' };
    expect(isAbandoned(formatMarker(local, now, '0'), local, now)).toBe(false);
  });
});
