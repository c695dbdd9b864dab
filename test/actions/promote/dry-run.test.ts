import { expect, test } from 'vitest';
import { copyVersion } from '../../../src/actions/copy-version.ts';
import type { Action } from '../../../src/actions/contract/action.ts';
import { promote } from '../../../src/actions/promote.ts';
import { setAlias } from '../../../src/actions/set-alias.ts';
import { withCopy } from '../../../src/plan/change.ts';
import { tagStatus } from '../../../src/actions/tag-status.ts';
import { world, type ActionRun, type ActionBench } from '../harness.ts';
import { moreVersions, PROD, STAGING } from '../../../emulator/seeds/demo-models.ts';

// A dry run and the run after it end alike, and list the same changes in the same order.

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const GATE = { 'require-destination-status': 'approved' };
const UNVERIFIED = 'the copy is not verified yet';

type Prepare = (started: ActionBench) => unknown;

const copied: Prepare = ({ run }) => run(copyVersion, COPY);
const promoted: Prepare = ({ run }) => run(promote, COPY);
const withTags =
  (before: Prepare, tags: Readonly<Record<string, string>>): Prepare =>
  async (started) => {
    await before(started);
    started.emulator.metastore.setTags(PROD, tags, 2);
  };
const more: Prepare = ({ emulator }) => moreVersions(emulator.metastore);
const nothing: Prepare = () => {};

test.each<[string, Action, Readonly<Record<string, string>>, Prepare, string]>([
  [
    'a finished copy, a status and its gate',
    promote,
    { ...COPY, ...GATE, 'set-status': 'approved' },
    copied,
    'ok',
  ],
  [
    'the same where the alias names it',
    promote,
    { ...COPY, ...GATE, 'set-status': 'approved' },
    promoted,
    'ok',
  ],
  [
    'a finished copy, another status than its gate',
    promote,
    { ...COPY, ...GATE, 'set-status': 'x' },
    copied,
    'blocked',
  ],
  ['a finished copy, and no status', promote, { ...COPY, ...GATE }, copied, 'blocked'],
  [
    'a finished copy that is approved',
    promote,
    { ...COPY, ...GATE },
    withTags(copied, { validation_status: 'approved' }),
    'ok',
  ],
  [
    'a finished copy that is approved, and gets another status',
    promote,
    { ...COPY, ...GATE, 'set-status': 'promoted' },
    withTags(copied, { validation_status: 'approved' }),
    'blocked',
  ],
  [
    'a finished copy that was not verified yet',
    promote,
    COPY,
    withTags(copied, { uc_promote_hold: UNVERIFIED }),
    'ok',
  ],
  [
    'the same, with a status and no alias',
    promote,
    { ...COPY, until: 'validate', 'set-status': 'approved' },
    withTags(copied, { uc_promote_hold: UNVERIFIED }),
    'ok',
  ],
  [
    'a finished copy and a status, without alias',
    promote,
    { ...COPY, until: 'validate', 'set-status': 'a' },
    copied,
    'ok',
  ],
  ['a finished copy, until the copy', promote, { ...COPY, until: 'copy' }, copied, 'noop'],
  ['all of it done', promote, COPY, promoted, 'noop'],
  ['all of it done, but the status', promote, { ...COPY, 'set-status': 'approved' }, promoted, 'ok'],
  [
    'no copy yet, a status and its gate',
    promote,
    { ...COPY, ...GATE, 'set-status': 'approved' },
    nothing,
    'ok',
  ],
  [
    'no copy yet, another status than its gate',
    promote,
    { ...COPY, ...GATE, 'set-status': 'x' },
    nothing,
    'blocked',
  ],
  ['no copy yet, and no status', promote, { ...COPY, ...GATE }, nothing, 'blocked'],
  [
    'a copy that was not verified yet',
    copyVersion,
    COPY,
    withTags(copied, { uc_promote_hold: UNVERIFIED }),
    'ok',
  ],
  ['a copy that is there', copyVersion, COPY, copied, 'noop'],
  ['an alias that moves', setAlias, { model: PROD, alias: 'Champion', version: '2' }, more, 'ok'],
  ['an alias that is there', setAlias, { model: PROD, alias: 'Champion', version: '1' }, more, 'noop'],
  ['an approval', tagStatus, { model: PROD, version: '1', status: 'approved' }, nothing, 'ok'],
  [
    'an approval of a held version',
    tagStatus,
    { model: PROD, version: '6', status: 'approved' },
    more,
    'blocked',
  ],
])('%s', async (_title, action, inputs, prepare, outcome) => {
  const started = await world();
  await prepare(started);
  const dry = await started.run(action, { ...inputs, 'dry-run': 'true' });
  const run = await started.run(action, inputs);
  expect([dry.outputs['outcome'], run.outputs['outcome']], dry.report.verdict).toEqual([outcome, outcome]);
  expect(dry.after).toEqual(dry.before);
  expect(dry.outputs['would-change']).toBe(run.outputs['would-change']);
  expect(changesOf(dry, run)).toEqual(changesOf(run, run));
});

/** The changes of a run, in order; the copy has the number that it got. */
function changesOf({ report }: ActionRun, { outputs }: ActionRun): unknown[] {
  return report.changes.map(({ change }) => withCopy(change, Number(outputs['version'])));
}
