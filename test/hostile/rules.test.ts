import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { fixture } from '../../emulator/seeds/model-files.ts';
import { GOOD_FILES, moreVersions, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { faultsOfEnd } from './end-rules.ts';
import { addsFile } from './foreign-write.ts';
import {
  cancelled,
  endOf,
  reads,
  readsAll,
  readsModel,
  somebody,
  ScriptedHistory,
  tries,
  writes,
  type Step,
} from './scripted-history.ts';
import { HOLD_OF_2, PERSONS_HOLD, type Intent } from './intent.ts';
import { faultsOfWrites } from './write-rules.ts';

const APPROVED = { validation_status: 'approved' };
const SOURCE = { model: STAGING, version: 1 };
const MOVE: Intent = { model: PROD, alias: { name: 'Champion', to: 2, expected: 1 } };
const MOVE_BLINDLY: Intent = { model: PROD, alias: { name: 'Champion', to: 2 } };
const PROMOTE: Intent = {
  model: PROD,
  source: { ...SOURCE, needs: APPROVED },
  labels: { on: 'copy', tags: APPROVED },
  alias: { name: 'Champion', to: 'copy', needs: APPROVED },
};
const PROMOTE_FREELY: Intent = { model: PROD, source: SOURCE, alias: { name: 'Champion', to: 'copy' } };
const LABEL: Intent = { model: PROD, labels: { on: 2, tags: APPROVED } };

const HOLD_IT: Intent = { model: PROD, hold: { version: 2, reason: 'incident 7' } };
const LIFT_IT: Intent = { model: PROD, hold: { version: 2, reason: null } };

type Change = (metastore: Metastore) => void;

const move =
  (to: number): Change =>
  (metastore) =>
    metastore.setAlias(PROD, 'Champion', to);
const hold =
  (version: number, model = PROD): Change =>
  (metastore) =>
    metastore.setTags(model, { uc_promote_hold: PERSONS_HOLD }, version);
const tag =
  (key: string, value: string, version = 2): Change =>
  (metastore) =>
    metastore.setTags(PROD, { [key]: value }, version);
const untag =
  (key: string, version: number): Change =>
  (metastore) =>
    void metastore.model(PROD).versions.get(version)?.tags.delete(key);
const drop =
  (version: number, model = PROD): Change =>
  (metastore) =>
    void metastore.model(model).versions.delete(version);
const write =
  (version: number): Change =>
  (metastore) =>
    addsFile(PROD, version, 'hook.py', 'any time').write(metastore);
const RECORD = 'uc_promote_moves_d14a7310bdf5';
const noteMove =
  (text: string): Change =>
  (metastore) =>
    metastore.setTags(PROD, { [RECORD]: text });
const dropRecord: Change = (metastore) => void metastore.model(PROD).tags.delete(RECORD);
const modelHold =
  (reason: string, version = 2): Change =>
  (metastore) =>
    metastore.setTags(PROD, { [HOLD_OF_2]: JSON.stringify({ version, reason }) });
const lift: Change = (metastore) => void metastore.model(PROD).tags.delete(HOLD_OF_2);
const both =
  (one: Change, other: Change): Change =>
  (metastore) => {
    one(metastore);
    other(metastore);
  };

/** Version 7 is an approved copy of the source, 8 a pending one that a run of ours began, 9 a copy without digests. */
function withCopies(metastore: Metastore): void {
  moreVersions(metastore);
  const marker = { uc_promote_run: 'acme/models/4242/1/x-1' };
  const marks = { ...marker, uc_promote_digest: 'sha256:0' };
  const files = fixture('fraud_detection') ?? GOOD_FILES;
  metastore.addVersion(PROD, { files, tags: { ...marks, ...APPROVED }, createdBy: PROMOTER });
  metastore.addVersion(PROD, { files, tags: marks, status: 'PENDING_REGISTRATION' });
  metastore.addVersion(PROD, { files, tags: marker });
}

interface WriteCase {
  readonly title: string;
  readonly intent: Intent;
  readonly steps: readonly Step[];
  /** What is wrong; nothing when left out. */
  readonly wrong?: RegExp;
}

const RIGHT_WRITES: readonly WriteCase[] = [
  { title: 'an alias that was read before', intent: MOVE, steps: [readsAll(), writes(move(2))] },
  {
    title: 'a hold that came during the read round: nobody can win that',
    intent: MOVE,
    steps: [readsAll(somebody(hold(2))), writes(move(2))],
  },
  {
    title: 'a hold that came with the write: nobody can win that',
    intent: MOVE,
    steps: [readsAll(), writes(both(hold(2), move(2)))],
  },
  {
    title: 'a file that was written after the copy was read: a move is no time to read it all again',
    intent: PROMOTE_FREELY,
    steps: [readsAll(), somebody(write(7)), readsAll(), writes(move(7))],
  },
  {
    title: 'signing in is no read round, so that a hold during the round before it excuses',
    intent: MOVE,
    steps: [readsAll(somebody(hold(2))), reads('/oidc/v1/token'), writes(move(2))],
  },
  {
    title: 'somebody had moved the alias before it was read first, and no version was expected',
    intent: MOVE_BLINDLY,
    steps: [somebody(move(3)), readsAll(), writes(move(2))],
  },
  {
    title: 'what a copy of a request does that the network made',
    intent: MOVE,
    steps: [somebody(move(3)), readsAll(), writes(move(2), 'network')],
  },
  {
    title: 'a hold on a model that was asked for',
    intent: HOLD_IT,
    steps: [readsModel(), writes(modelHold('incident 7'))],
  },
  {
    title: 'a hold on a model lifted as it was read',
    intent: LIFT_IT,
    steps: [somebody(modelHold('incident 7')), readsModel(), writes(lift)],
  },
  { title: 'a copy with its approval', intent: PROMOTE, steps: [readsAll(), writes(move(7))] },
  { title: 'a pending version of ours is deleted', intent: PROMOTE, steps: [readsAll(), writes(drop(8))] },
  {
    title: 'a status that was asked for',
    intent: LABEL,
    steps: [readsAll(), writes(tag('validation_status', 'approved'))],
  },
  {
    title: "a tag of the product's own",
    intent: LABEL,
    steps: [readsAll(), writes(tag('uc_promote_moves', '[]'))],
  },
];

const WRONG_WRITES: readonly WriteCase[] = [
  {
    title: 'a hold from before the read round',
    intent: MOVE,
    steps: [somebody(hold(2)), readsAll(), writes(move(2))],
    wrong: /although version 2 was on hold/u,
  },
  {
    title: 'a hold during a try that failed, and no read round after it',
    intent: MOVE,
    steps: [readsAll(), tries(somebody(hold(2))), writes(move(2))],
    wrong: /although version 2 was on hold/u,
  },
  {
    title: 'a hold from before a read of something else',
    intent: MOVE,
    steps: [readsAll(), somebody(hold(2)), reads('/api/2.0/preview/scim/v2/Me'), writes(move(2))],
    wrong: /although version 2 was on hold/u,
  },
  {
    title: 'somebody had moved the alias, and another version was expected',
    intent: MOVE,
    steps: [somebody(move(3)), readsAll(), writes(move(2))],
    wrong: /although somebody else had moved it/u,
  },
  {
    title: 'somebody moved the alias after it was read first',
    intent: MOVE_BLINDLY,
    steps: [readsAll(), somebody(move(3)), readsAll(), writes(move(2))],
    wrong: /although somebody else had moved it/u,
  },
  {
    title: 'another version than was asked for',
    intent: MOVE,
    steps: [readsAll(), writes(move(3))],
    wrong: /2 was requested/u,
  },
  {
    title: 'another alias than was asked for',
    intent: MOVE,
    steps: [readsAll(), writes((metastore) => metastore.setAlias(PROD, 'Blue', 2))],
    wrong: /Blue was moved from null to 2, and nobody asked/u,
  },
  {
    title: 'an alias onto a version that is not READY',
    intent: PROMOTE_FREELY,
    steps: [readsAll(), writes(move(8))],
    wrong: /although version 8 was not READY/u,
  },
  {
    title: 'an alias onto a version that is gone',
    intent: MOVE,
    steps: [somebody(drop(2)), readsAll(), writes(move(2))],
    wrong: /although version 2 was gone/u,
  },
  {
    title: 'an alias onto a version whose approval was withdrawn',
    intent: PROMOTE,
    steps: [somebody(untag('validation_status', 7)), readsAll(), writes(move(7))],
    wrong: /although version 7 lacked validation_status=approved/u,
  },
  {
    title: 'an alias onto a version with other bytes than the source',
    intent: PROMOTE_FREELY,
    steps: [readsAll(), writes(move(2)), readsAll(), writes(move(3))],
    wrong: /although version 3 had other bytes than the source/u,
  },
  {
    title: 'an alias onto a copy into which a file was written while its first try failed',
    intent: PROMOTE_FREELY,
    steps: [readsAll(), tries(somebody(write(7))), readsAll(), writes(move(7))],
    wrong: /although version 7 had other bytes than the source/u,
  },
  {
    title: 'an alias onto a copy whose source was put on hold',
    intent: PROMOTE,
    steps: [somebody(hold(1, STAGING)), readsAll(), writes(move(7))],
    wrong: /although the source was on hold/u,
  },
  {
    title: 'an alias onto a copy whose source is gone',
    intent: PROMOTE,
    steps: [somebody(drop(1, STAGING)), readsAll(), writes(move(7))],
    wrong: /although the source was gone/u,
  },
  {
    title: 'a READY version is deleted',
    intent: PROMOTE,
    steps: [readsAll(), writes(drop(7))],
    wrong: /it was READY/u,
  },
  {
    title: 'a pending version of others is deleted',
    intent: PROMOTE,
    steps: [readsAll(), writes(drop(4))],
    wrong: /it carried no marker of this repository/u,
  },
  {
    title: 'a version that an alias names is deleted',
    intent: PROMOTE,
    steps: [
      somebody(move(8)),
      readsAll(),
      writes(both((metastore) => metastore.deleteAlias(PROD, 'Champion'), drop(8))),
    ],
    wrong: /an alias named it/u,
  },
  {
    title: 'a version is made that nobody asked for',
    intent: MOVE,
    steps: [readsAll(), writes((metastore) => void metastore.addVersion(PROD))],
    wrong: /was made, and nobody asked/u,
  },
  {
    title: 'a new version brings along what a gate reads',
    intent: PROMOTE,
    steps: [readsAll(), writes((metastore) => void metastore.addVersion(PROD, { tags: APPROVED }))],
    wrong: /was made with validation_status=approved/u,
  },
  {
    title: 'a version on hold is approved',
    intent: { ...LABEL, labels: { on: 6, tags: APPROVED } },
    steps: [readsAll(), writes(tag('validation_status', 'approved', 6))],
    wrong: /although version 6 was on hold/u,
  },
  {
    title: 'a status that somebody set otherwise after it was read first',
    intent: LABEL,
    steps: [
      readsAll(),
      somebody(tag('validation_status', 'rejected')),
      readsAll(),
      writes(tag('validation_status', 'approved')),
    ],
    wrong: /although somebody else had changed it/u,
  },
  {
    title: 'a tag that nobody asked for',
    intent: LABEL,
    steps: [readsAll(), writes(tag('team', 'x'))],
    wrong: /Tag team of version 2 .* nobody asked/u,
  },
  {
    title: "a person's hold is taken away",
    intent: PROMOTE,
    steps: [somebody(hold(7)), readsAll(), writes(untag('uc_promote_hold', 7))],
    wrong: /a person had set it/u,
  },
  {
    title: 'another model is written',
    intent: MOVE,
    steps: [readsAll(), writes((metastore) => metastore.setTags(STAGING, { a: 'b' }))],
    wrong: /staging\.ml_team\.fraud_detection was changed/u,
  },
  {
    title: 'an owner that nobody asked for',
    intent: PROMOTE,
    steps: [readsAll(), writes((metastore) => void (metastore.model(PROD).owner = 'ada@example.com'))],
    wrong: /The owner of .* nobody asked/u,
  },
  {
    title: 'grants are written',
    intent: MOVE,
    steps: [readsAll(), writes((metastore) => metastore.grant('catalog', 'prod', PROMOTER, ['MANAGE']))],
    wrong: /Grants/u,
  },
  {
    title: 'a hold on a model that nobody asked for',
    intent: MOVE,
    steps: [readsAll(), writes(modelHold('incident 7'))],
    wrong: /nobody asked for that/u,
  },
  {
    title: 'a hold on another version than was asked for',
    intent: HOLD_IT,
    steps: [readsModel(), writes(modelHold('incident 7', 3))],
    wrong: /nobody asked for that/u,
  },
  {
    title: 'a hold for another reason',
    intent: HOLD_IT,
    steps: [readsModel(), writes(modelHold('incident 8'))],
    wrong: /but incident 7 was asked for/u,
  },
  {
    title: 'a hold that somebody else had set is written over',
    intent: HOLD_IT,
    steps: [somebody(modelHold('incident 9')), readsModel(), writes(modelHold('incident 7'))],
    wrong: /somebody else had set it/u,
  },
  {
    title: 'a hold that somebody set again after it was read is lifted',
    intent: LIFT_IT,
    steps: [
      somebody(modelHold('incident 7')),
      readsModel(),
      somebody(modelHold('incident 9')),
      readsModel(),
      writes(lift),
    ],
    wrong: /although somebody else had changed it/u,
  },
  {
    title: 'a hold is lifted where it was to be set',
    intent: HOLD_IT,
    steps: [somebody(modelHold('incident 7')), readsModel(), writes(lift)],
    wrong: /but incident 7 was asked for/u,
  },
  {
    title: 'an alias goes to a version that its model holds',
    intent: MOVE,
    steps: [somebody(modelHold('incident 9')), readsAll(), writes(move(2))],
    wrong: /although its model held version 2/u,
  },
  {
    title: 'files of a version that was there are written',
    intent: PROMOTE,
    steps: [readsAll(), writes((metastore) => metastore.model(PROD).versions.get(1)?.files.clear())],
    wrong: /The files of version 1/u,
  },
];

describe('writes', () => {
  for (const { title, intent, steps, wrong } of [...RIGHT_WRITES, ...WRONG_WRITES]) {
    test(title, async () => {
      const faults = faultsOfWrites(await ScriptedHistory.of(withCopies, steps), new Map([['A1', intent]]));
      if (wrong === undefined) expect(faults).toEqual([]);
      else expect(faults.join('\n')).toMatch(wrong);
    });
  }
});

interface EndCase extends WriteCase {
  readonly end?: Parameters<typeof endOf>[0];
}

const moved = { change: { kind: 'alias', alias: 'Champion', to: 2 }, state: 'done' } as const;
const saysMoved = { report: { changed: true, changes: [moved] } };
const moves = [readsAll(), writes(move(2)), readsAll()];
const begun = { change: `${PROD}@Champion 1 → 2`, state: 'begun' };

const RIGHT_ENDS: readonly EndCase[] = [
  {
    title: 'the record of a move that was not made is taken back',
    intent: MOVE,
    steps: [readsAll(), writes(noteMove('[1]')), writes(dropRecord)],
    end: { code: 1, outcome: 'blocked' },
  },
  {
    title: 'the same beside older moves, which stay',
    intent: MOVE,
    steps: [somebody(noteMove('[0]')), readsAll(), writes(noteMove('[0,1]')), writes(noteMove('[0]'))],
    end: { code: 1, outcome: 'blocked' },
  },
  { title: 'a move, and the report says so', intent: MOVE, steps: moves, end: saysMoved },
  {
    title: 'somebody moved the alias after it was read back: nobody can win that',
    intent: MOVE,
    steps: [...moves, somebody(move(3))],
    end: saysMoved,
  },
  {
    title: 'killed after a move that the journal has begun',
    intent: MOVE,
    steps: moves,
    end: { code: null, report: null, journal: [begun] },
  },
  {
    title: 'cancelled, and ended by its own time limit',
    intent: MOVE,
    steps: [readsAll(), writes(move(2)), cancelled],
    end: { code: 1, report: null, journal: [begun] },
  },
];

const WRONG_ENDS: readonly EndCase[] = [
  {
    title: 'the record of a move that was not made stays',
    intent: MOVE,
    steps: [readsAll(), writes(noteMove('[1]')), readsAll()],
    end: { code: 1, outcome: 'blocked' },
    wrong: /does not say so: .*uc_promote_moves_/u,
  },
  {
    title: 'the record of a move that was not made is taken back, and an older one with it',
    intent: MOVE,
    steps: [somebody(noteMove('[0]')), readsAll(), writes(noteMove('[0,1]')), writes(dropRecord)],
    end: { code: 1, outcome: 'blocked' },
    wrong: /says that nothing changed, and did: .*uc_promote_moves_/u,
  },
  {
    title: 'a move that the report does not have',
    intent: MOVE,
    steps: moves,
    end: { report: { changed: true } },
    wrong: /does not say so/u,
  },
  {
    title: 'a move that the report calls not done',
    intent: MOVE,
    steps: moves,
    end: { report: { changed: true, changes: [{ ...moved, state: 'not-done' }] } },
    wrong: /does not say so/u,
  },
  {
    title: 'a move, and changed is false',
    intent: MOVE,
    steps: moves,
    end: { report: { changes: [moved] } },
    wrong: /says that nothing changed/u,
  },
  {
    title: 'a move, and the outcome is noop',
    intent: MOVE,
    steps: moves,
    end: { outcome: 'noop', ...saysMoved },
    wrong: /says noop, and changed/u,
  },
  {
    title: 'ok, and the alias names another version',
    intent: MOVE,
    steps: [readsAll()],
    wrong: /Champion does not name 2/u,
  },
  {
    title: 'a move that never was',
    intent: MOVE,
    steps: [readsAll()],
    end: { code: 1, outcome: 'conflict', ...saysMoved },
    wrong: /it never was/u,
  },
  {
    title: 'exit code 0 with a refusal',
    intent: MOVE,
    steps: [readsAll()],
    end: { outcome: 'blocked' },
    wrong: /Exit code 0 with outcome blocked/u,
  },
  {
    title: 'exit code 1 with a success',
    intent: MOVE,
    steps: moves,
    end: { code: 1, ...saysMoved },
    wrong: /Exit code 1 with outcome ok/u,
  },
  {
    title: 'an outcome of no list',
    intent: MOVE,
    steps: [readsAll()],
    end: { code: 1, outcome: 'fine' },
    wrong: /in no list/u,
  },
  {
    title: 'output and report differ',
    intent: MOVE,
    steps: [readsAll()],
    end: { code: 1, outcome: 'denied', report: { outcome: 'blocked' } },
    wrong: /The report says blocked, the output denied/u,
  },
  {
    title: 'a fault of the tool',
    intent: MOVE,
    steps: [readsAll()],
    end: { code: 1, outcome: 'error', report: { error: { code: 'internal', message: 'x is undefined' } } },
    wrong: /A fault of the tool: x is undefined/u,
  },
  {
    title: 'an end without a report',
    intent: MOVE,
    steps: [readsAll()],
    end: { code: 1, report: null },
    wrong: /without outcome or report/u,
  },
  {
    title: 'killed after a move that the journal has only planned',
    intent: MOVE,
    steps: moves,
    end: { code: null, report: null, journal: [{ ...begun, state: 'planned' }] },
    wrong: /its journal has not begun that/u,
  },
  {
    title: 'ended by a signal, with exit code 0',
    intent: MOVE,
    steps: [readsAll(), cancelled],
    end: { code: 0, report: null },
    wrong: /its exit code is 0/u,
  },
  {
    title: 'a write after the cancellation',
    intent: MOVE,
    steps: [readsAll(), cancelled, writes(move(2))],
    end: { code: 1, outcome: 'error', ...saysMoved },
    wrong: /was cancelled, and began PUT/u,
  },
  {
    title: 'ok, and the version has other bytes than the source',
    intent: { model: PROD, source: SOURCE },
    steps: [readsAll()],
    end: { outputs: { version: '1' } },
    wrong: /version 1 is no READY copy of the source/u,
  },
  {
    title: 'ok, and the copy has no digest',
    intent: { model: PROD, source: SOURCE },
    steps: [readsAll()],
    end: { outputs: { version: '9' } },
    wrong: /version 9 has no digest/u,
  },
  {
    title: 'ok, and the hold is not there',
    intent: HOLD_IT,
    steps: [readsModel()],
    wrong: /the hold on version 2 is not incident 7/u,
  },
  {
    title: 'ok, and the hold that was to be lifted is there',
    intent: LIFT_IT,
    steps: [somebody(modelHold('incident 7')), readsModel()],
    wrong: /the hold on version 2 is not null/u,
  },
  {
    title: 'a hold that the report does not have',
    intent: HOLD_IT,
    steps: [readsModel(), writes(modelHold('incident 7')), readsModel()],
    end: { report: { changed: true } },
    wrong: /does not say so: .*uc_promote_hold_/u,
  },
  {
    title: 'ok, and the status is not there',
    intent: LABEL,
    steps: [readsAll()],
    wrong: /never had validation_status=approved/u,
  },
];

describe('what a run says of itself', () => {
  for (const { title, intent, steps, end, wrong } of [...RIGHT_ENDS, ...WRONG_ENDS]) {
    test(title, async () => {
      const faults = faultsOfEnd(await ScriptedHistory.of(withCopies, steps), endOf(end), intent);
      if (wrong === undefined) expect(faults).toEqual([]);
      else expect(faults.join('\n')).toMatch(wrong);
    });
  }
});
