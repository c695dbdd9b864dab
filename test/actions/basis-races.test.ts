import { describe, expect, test } from 'vitest';
import type { Fault, Metastore } from '../../emulator/index.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import type { Action } from '../../src/actions/contract/action.ts';
import { world, type ActionRun } from './harness.ts';
import { recordKeyOf, recordOf } from './move-record.ts';
import { moreVersions, PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const ALIAS = '/api/2.1/unity-catalog/models/{full_name}/aliases/{alias}';
const SET_TAG = '/api/2.0/mlflow/unity-catalog/model-versions/set-tag';
const UPDATE = '/api/2.0/mlflow/unity-catalog/registered-models/update';

const versionOf = (metastore: Metastore, number: number) => {
  const version = metastore.model(PROD).versions.get(number);
  if (version === undefined) throw new Error(`There is no version ${number}.`);
  return version;
};

/** A file as a workspace has it that takes writes into a finalized version (the emulator's `writesAfterFinalize`). */
function stored(text: string) {
  const bytes = Buffer.from(text);
  return {
    content: { kind: 'memory' as const, size: bytes.length, bytes },
    contentType: 'application/octet-stream',
    modified: Date.now(),
  };
}

/** What somebody else does while the write waits for its second try. */
const MOVES = {
  hold: (number: number) => (metastore: Metastore) =>
    metastore.setTags(PROD, { uc_promote_hold: 'incident 9' }, number),
  modelHold: (number: number) => (metastore: Metastore) =>
    metastore.setTags(PROD, { uc_promote_hold_1: JSON.stringify({ version: number, reason: 'incident 9' }) }),
  withdrawn: (number: number) => (metastore: Metastore) =>
    void versionOf(metastore, number).tags.delete('validation_status'),
  rejected: (number: number) => (metastore: Metastore) =>
    metastore.setTags(PROD, { validation_status: 'rejected' }, number),
  failed: (number: number) => (metastore: Metastore) => {
    versionOf(metastore, number).status = 'FAILED_REGISTRATION';
  },
  fileAdded: (number: number) => (metastore: Metastore) =>
    void versionOf(metastore, number).files.set('hook.py', stored('import os')),
  fileTaken: (number: number) => (metastore: Metastore) =>
    void versionOf(metastore, number).files.delete('conda.yaml'),
  fileExchanged: (number: number) => (metastore: Metastore) =>
    void versionOf(metastore, number).files.set('model.pkl', stored('another model')),
  deleted: (number: number) => (metastore: Metastore) => void metastore.model(PROD).versions.delete(number),
} as const;

interface Race {
  readonly title: string;
  readonly action: Action;
  readonly inputs: Readonly<Record<string, string>>;
  readonly prepare?: (metastore: Metastore) => void;
  /** The write that gets no response. */
  readonly at: { readonly method: string; readonly template: string; readonly skip?: number };
  readonly meanwhile: (metastore: Metastore) => void;
  /** What the message says was found. */
  readonly said: RegExp;
}

const PROMOTE = { source: `models:/${STAGING}/1`, destination: PROD };
const APPROVED = { ...PROMOTE, 'set-status': 'approved', 'require-destination-status': 'approved' };
const MOVE = { model: PROD, alias: 'Champion', version: '2' };
const PUT = { method: 'PUT', template: ALIAS };
const TAG = { method: 'POST', template: SET_TAG };
const RECORD = { method: 'POST', template: '/api/2.0/mlflow/unity-catalog/registered-models/set-tag' };

const FILES = /fraud_detection\/2 had the files that were read and now has other files/u;

const RACES: readonly Race[] = [
  ...(
    [
      ['its approval is withdrawn', MOVES.withdrawn(2), /validation_status=approved and now has no tag/u],
      [
        'it is rejected',
        MOVES.rejected(2),
        /validation_status=approved and now has validation_status=rejected/u,
      ],
      [
        'it is put on hold',
        MOVES.hold(2),
        /had no tag uc_promote_hold and now has uc_promote_hold=incident 9/u,
      ],
      ['its model holds it', MOVES.modelHold(2), /had no hold and now has the hold uc_promote_hold_1/u],
      ['it fails', MOVES.failed(2), /was READY and now is FAILED_REGISTRATION/u],
      ['it is deleted', MOVES.deleted(2), /was READY and now does not exist/u],
      ['a file is added to it', MOVES.fileAdded(2), FILES],
      ['a file of it is taken away', MOVES.fileTaken(2), FILES],
      ['a file of it is exchanged for one of another size', MOVES.fileExchanged(2), FILES],
    ] as const
  ).map(([title, meanwhile, said]) => ({
    title: `promote moves no alias to a copy when ${title}`,
    action: promote,
    inputs: APPROVED,
    at: PUT,
    meanwhile,
    said,
  })),
  {
    title: 'promote sets no status on a copy that is put on hold',
    action: promote,
    inputs: { ...PROMOTE, 'set-status': 'approved' },
    // The copy's two digests are tags too.
    at: { ...TAG, skip: 2 },
    meanwhile: MOVES.hold(2),
    said: /had no tag uc_promote_hold/u,
  },
  {
    title: 'promote sets no status on a copy into which a file is written',
    action: promote,
    inputs: { ...PROMOTE, 'set-status': 'approved' },
    at: { ...TAG, skip: 2 },
    meanwhile: MOVES.fileAdded(2),
    said: FILES,
  },
  {
    title: 'set-alias moves no alias to a version that is put on hold',
    action: setAlias,
    inputs: MOVE,
    prepare: moreVersions,
    at: PUT,
    meanwhile: MOVES.hold(2),
    said: /had no tag uc_promote_hold and now has uc_promote_hold=incident 9/u,
  },
  {
    title: 'set-alias moves no alias to a version that its model holds',
    action: setAlias,
    inputs: MOVE,
    prepare: moreVersions,
    at: PUT,
    meanwhile: MOVES.modelHold(2),
    said: /had no hold and now has the hold uc_promote_hold_1/u,
  },
  {
    title: 'set-alias moves no alias to a version that is gone',
    action: setAlias,
    inputs: { ...MOVE, 'expected-version': '1' },
    prepare: moreVersions,
    at: PUT,
    meanwhile: MOVES.deleted(2),
    said: /now does not exist/u,
  },
  {
    title: 'set-alias moves no alias to what another alias named before',
    action: setAlias,
    inputs: { model: PROD, alias: 'Champion', 'from-alias': 'Challenger' },
    prepare: (metastore) => {
      moreVersions(metastore);
      metastore.setAlias(PROD, 'Challenger', 2);
    },
    at: PUT,
    meanwhile: (metastore) => metastore.setAlias(PROD, 'Challenger', 3),
    said: /@Challenger named 2 and now names 3/u,
  },
  {
    title: 'tag-status approves no version that is put on hold',
    action: tagStatus,
    inputs: { model: PROD, version: '1', status: 'approved' },
    at: TAG,
    meanwhile: MOVES.hold(1),
    said: /had no tag uc_promote_hold and now has uc_promote_hold=incident 9/u,
  },
  {
    title: 'tag-status approves no version that its model holds',
    action: tagStatus,
    inputs: { model: PROD, version: '1', status: 'approved' },
    at: TAG,
    meanwhile: MOVES.modelHold(1),
    said: /had no hold and now has the hold uc_promote_hold_1/u,
  },
  {
    title: 'tag-status approves no version that an alias names no more',
    action: tagStatus,
    inputs: { model: PROD, alias: 'Champion', status: 'approved' },
    prepare: moreVersions,
    at: TAG,
    meanwhile: (metastore) => metastore.setAlias(PROD, 'Champion', 2),
    said: /@Champion named 1 and now names 2/u,
  },
  {
    title: 'tag-status sets nothing when a tag that it requires is taken away',
    action: tagStatus,
    inputs: { model: PROD, version: '1', tags: 'stage=live', require: 'reviewed=yes' },
    prepare: (metastore) => metastore.setTags(PROD, { reviewed: 'yes' }, 1),
    at: TAG,
    meanwhile: (metastore) => void versionOf(metastore, 1).tags.delete('reviewed'),
    said: /had reviewed=yes and now has no tag reviewed/u,
  },
  {
    title: 'tag-status sets no tag when the status is no more what was expected',
    action: tagStatus,
    inputs: { model: PROD, version: '1', tags: 'stage=live', 'expected-status': 'none' },
    at: TAG,
    meanwhile: MOVES.rejected(1),
    said: /had no tag validation_status and now has validation_status=rejected/u,
  },
  {
    title: 'tag-status describes no model whose required tag is taken away',
    action: tagStatus,
    inputs: { model: PROD, description: 'Live.', require: 'team=risk' },
    prepare: (metastore) => metastore.setTags(PROD, { team: 'risk' }),
    at: { method: 'PATCH', template: UPDATE },
    meanwhile: (metastore) => void metastore.model(PROD).tags.delete('team'),
    said: /fraud_detection had team=risk and now has no tag team/u,
  },
];

/** Plays a race in which the write fails like this; the same world otherwise each time. */
async function race({ action, inputs, prepare, at, meanwhile }: Race, failure: Fault) {
  const { run, emulator } = await world();
  prepare?.(emulator.metastore);
  emulator.faults.add({ ...at, kind: { kind: 'run', when: 'before', run: meanwhile } });
  emulator.faults.add({ ...at, kind: failure });
  const seen = await run(action, inputs);
  return { seen, sent: countOf(seen, at) };
}

const countOf = (seen: ActionRun, at: Race['at']) =>
  seen.records.filter(({ method, template }) => method === at.method && template === at.template).length;

/** Whether what the race is about was written: the alias on version 2, or an approval, a stage, a description. */
function isWritten({ after, before }: ActionRun, { method }: Race['at']): boolean {
  const [now, was] = [after.models[PROD], before.models[PROD]];
  if (method === 'PUT') return now?.aliases['Champion'] === 2;
  const tags = Object.values(now?.versions ?? {}).flatMap((version) => Object.entries(version.tags));
  const isTagged = tags.some(([key, value]) => value === 'approved' || key === 'stage');
  return isTagged || now?.description !== was?.description;
}

const FAILURES = [
  ['refused by 503', { kind: 'status', status: 503 }],
  ['refused by 429', { kind: 'retry-after-seconds', seconds: 60 }],
  ['cut off', { kind: 'drop', when: 'before' }],
] as const;

describe.each(RACES)('$title', (each) => {
  test.each(FAILURES)(
    'while its first try was %s: conflict, and it is not sent again',
    async (_, failure) => {
      const { seen, sent } = await race(each, failure);
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
      expect(seen.report.error?.message).toMatch(each.said);
      expect(seen.report.error?.message).toContain('was not made: right before writing it, ');
      expect([sent - (each.at.skip ?? 0), seen.exitCode]).toEqual([1, 1]);
      expect(isWritten(seen, each.at)).toBe(false);
    },
  );

  test('is what stops it: without that it is done after the same failure', async () => {
    const { seen, sent } = await race({ ...each, meanwhile: () => {} }, FAILURES[0][1]);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(sent - (each.at.skip ?? 0)).toBeGreaterThan(1);
    expect(isWritten(seen, each.at)).toBe(true);
  });
});

test('a write that was made although its response was lost is done, whatever happened after it', async () => {
  const { run, emulator } = await world();
  moreVersions(emulator.metastore);
  emulator.faults.add({ ...PUT, kind: { kind: 'status', status: 503, when: 'after' } });
  emulator.faults.add({ ...PUT, kind: { kind: 'run', when: 'after', run: MOVES.hold(2) } });
  const seen = await run(setAlias, MOVE);
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', version: '2', changed: 'true' });
});

test('neither record nor alias is written when the version is put on hold while the record waits', async () => {
  const { run, emulator } = await world();
  moreVersions(emulator.metastore);
  emulator.faults.add({ ...RECORD, kind: { kind: 'run', when: 'before', run: MOVES.hold(2) } });
  emulator.faults.add({ ...RECORD, kind: { kind: 'status', status: 503 } });
  const seen = await run(setAlias, MOVE);
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
  expect(seen.report.error?.message).toMatch(/now has uc_promote_hold=incident 9/u);
  expect(recordOf(seen.after.models[PROD])).toEqual([]);
  expect(seen.after.models[PROD]?.aliases['Champion']).toBe(1);
});

test('an alias that somebody moves while its record is written is left alone, although nothing failed', async () => {
  const { run, emulator } = await world();
  moreVersions(emulator.metastore);
  const move = (metastore: Metastore) => metastore.setAlias(PROD, 'Champion', 3);
  // The first is read while it is decided, the second beside the record.
  emulator.faults.add({
    method: 'GET',
    template: ALIAS,
    skip: 1,
    kind: { kind: 'run', when: 'before', run: move },
  });
  const seen = await run(setAlias, MOVE);
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict', changed: 'false' });
  expect(seen.report.error?.message).toContain('@Champion 1 → 2 was not made');
  expect(seen.after.models[PROD]).toMatchObject({
    aliases: { Champion: 3 },
    tags: seen.before.models[PROD]?.tags,
  });
  expect(seen.records.filter(({ method }) => method === 'PUT')).toEqual([]);
});

test('a move that somebody else recorded while ours was tried again stays in the record', async () => {
  const { run, emulator } = await world();
  moreVersions(emulator.metastore);
  const theirs = {
    from: 1,
    to: 3,
    run: 'acme/others/7',
    attempt: '1',
    who: 'grace',
    at: '2026-01-01T00:00:00Z',
  };
  const write = (metastore: Metastore) =>
    metastore.setTags(PROD, { [recordKeyOf('Champion')]: JSON.stringify([theirs]) });
  emulator.faults.add({ ...RECORD, kind: { kind: 'run', when: 'before', run: write } });
  emulator.faults.add({ ...RECORD, kind: { kind: 'status', status: 503 } });
  const seen = await run(setAlias, MOVE);
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
  expect(recordOf(seen.after.models[PROD])).toEqual([
    expect.objectContaining({ from: 1, to: 2, who: 'ada' }),
    theirs,
  ]);
  expect(seen.after.models[PROD]?.aliases['Champion']).toBe(2);
});

test('two tags of one step, of which one is required: the other is not stopped by the first', async () => {
  const { run, emulator } = await world();
  emulator.metastore.setTags(PROD, { validation_status: 'pending' }, 1);
  emulator.faults.add({ ...TAG, skip: 1, kind: { kind: 'status', status: 503 } });
  const seen = await run(tagStatus, {
    model: PROD,
    version: '1',
    status: 'approved',
    tags: 'ticket=OPS-7',
    require: 'validation_status=pending',
  });
  expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok' });
  expect(seen.after.models[PROD]?.versions['1']?.tags).toEqual({
    validation_status: 'approved',
    ticket: 'OPS-7',
  });
});
