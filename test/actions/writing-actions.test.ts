import { expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { promoter } from '../../emulator/seeds/demo.ts';
import { moreVersions, PROD, RUN, STAGING } from '../../emulator/seeds/demo-models.ts';
import { following } from '../../bench/crafted-pins.ts';
import { craftedPlan, given as handOn } from '../../bench/crafted-plan.ts';
import { apply } from '../../src/actions/apply.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { promote } from '../../src/actions/promote.ts';
import { syncAliases } from '../../src/actions/sync-aliases.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { registerVersion } from '../../src/actions/register-version.ts';
import { validateVersion } from '../../src/actions/validate-version.ts';
import { cleanUp } from '../../src/actions/clean-up.ts';
import { manageModel } from '../../src/actions/manage-model.ts';
import { updateServing } from '../../src/actions/update-serving.ts';
import { ACTIONS } from '../../src/index.ts';
import { TOKENS, world } from './harness.ts';

/** A call of every action that writes, for a version with a signature, and what of it is other for one without. */
const WRITING = {
  apply: [apply, handOn(craftedPlan(2)), handOn(craftedPlan(3))],
  'copy-version': [
    copyVersion,
    { source: `models:/${STAGING}/1`, destination: PROD },
    { source: `models:/${STAGING}/2` },
  ],
  promote: [
    promote,
    { source: `models:/${STAGING}/1`, destination: PROD },
    { source: `models:/${STAGING}/2` },
  ],
  'register-version': [
    registerVersion,
    { source: `runs:/${RUN}/model`, destination: PROD },
    { source: `runs:/${RUN}/unsigned` },
  ],
  'set-alias': [setAlias, { model: PROD, alias: 'Champion', version: '2' }, { version: '3' }],
  'validate-version': [
    validateVersion,
    { model: PROD, version: '2', 'validate-command': 'check', 'set-status': 'approved' },
    { version: '3' },
  ],
  'sync-aliases': [syncAliases, following('moved'), following('unsigned')],
  'tag-status': [tagStatus, { model: PROD, version: '2', status: 'approved' }, { version: '3' }],
  'update-serving': [
    updateServing,
    { model: PROD, alias: 'Signed', endpoints: 'fraud-rt' },
    { alias: 'Unsigned' },
  ],
} as const;

/** Those that make no version live, which need no signature. */
const WITHOUT_SIGNATURE = {
  'clean-up': [cleanUp, { model: PROD }],
  'manage-model': [manageModel, { model: PROD, description: 'Other.' }],
} as const;

/** What is refused elsewhere is a warning in a rollback, and the registry refuses: test/actions/rollback.test.ts. */
const WARNING = 'rollback';

const CALLS = Object.entries(WRITING);

function prepared(metastore: Metastore): void {
  moreVersions(metastore);
  metastore.setAlias(PROD, 'Signed', 2);
  metastore.setAlias(PROD, 'Unsigned', 3);
  const served = [{ entity_name: PROD, entity_version: '1' }];
  metastore.workspace.addEndpoint('fraud-rt', { creator: promoter, served });
}

test('every action that writes plans, and none that reads does', async () => {
  for (const [name, load] of Object.entries(ACTIONS)) {
    const action = await load();
    expect([name, action.requirements.writes, action.run === undefined]).toEqual([
      name,
      action.plan !== undefined,
      action.plan !== undefined,
    ]);
    expect(action.plan !== undefined).toBe(name in WRITING || name in WITHOUT_SIGNATURE || name === WARNING);
  }
});

test.each([...CALLS, ...Object.entries(WITHOUT_SIGNATURE)])(
  '%s: a missing right is denied before the first write',
  async (_name, [action, inputs]) => {
    const { run, emulator } = await world();
    prepared(emulator.metastore);
    for (const dryRun of ['true', 'false']) {
      const seen = await run(action, { ...inputs, 'dry-run': dryRun }, { token: TOKENS.reader });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'denied', changed: 'false' });
      expect(seen.after).toEqual(seen.before);
      expect(seen.records.filter(({ write }) => write)).toEqual([]);
    }
  },
);

test.each(CALLS)(
  '%s: a missing signature is blocked before the first write',
  async (_name, [action, inputs, unsigned]) => {
    const { run, emulator } = await world();
    prepared(emulator.metastore);
    const given = { ...inputs, ...unsigned };
    for (const dryRun of ['true', 'false']) {
      const seen = await run(action, { ...given, 'dry-run': dryRun });
      expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', changed: 'false' });
      expect(seen.after).toEqual(seen.before);
      expect(seen.records.filter(({ write }) => write)).toEqual([]);
    }
  },
);
