import { craftedRollback, given } from '../../bench/crafted-plan.ts';
import type { Metastore, MetastoreSnapshot } from '../../emulator/index.ts';
import { GOOD_FILES, PROD } from '../../emulator/seeds/demo-models.ts';
import { faultsOfAgain, faultsOfOthers, newestMove } from './end-state.ts';
import { PROMOTER_TOKEN, type Aftermath, type Scenario } from './scenario.ts';

const RECORD = 'uc_promote_moves_d14a7310bdf5';
/** The tags that hold the versions 2 and 3: the SHA-256 of the number, 12 digits. */
const HOLD = 'uc_promote_hold_d4735e3a265e';
const OTHER_HOLD = 'uc_promote_hold_4e07408562be';

const HELD = { key: OTHER_HOLD, value: JSON.stringify({ version: 3, reason: 'incident 6' }) };

const SET_TAG = /registered-models\/set-tag$/u;

/** A bad second version, on which a run moved the alias, and a third one that is on hold. */
export function badVersion(metastore: Metastore): void {
  for (const content of ['bad', 'third'])
    metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': content } });
  metastore.setAlias(PROD, 'Champion', 2);
  const entry = { alias: 'Champion', from: 1, to: 2, who: 'grace', at: '2026-11-20T09:31:44.000Z' };
  metastore.setTags(PROD, {
    [RECORD]: JSON.stringify([entry]),
    [HELD.key]: HELD.value,
  });
}

/** An approved plan of a rollback, applied by the owner of the model. */
export function appliedRollback(): Scenario {
  return {
    ...rolledBack('owner'),
    name: 'apply, a rollback by the owner',
    action: 'apply',
    inputs: { registry: 'databricks', ...given(craftedRollback([HELD])) },
  };
}

/** A rollback by the owner of the model, who may tag it, or whose tags the registry refuses. */
export function rolledBack(caller: 'owner' | 'owner whose tags are refused'): Scenario {
  const isRefused = caller !== 'owner';
  return {
    name: `rollback, ${caller}`,
    action: 'rollback',
    inputs: {
      registry: 'databricks',
      model: PROD,
      alias: 'Champion',
      'from-version': '2',
      reason: 'incident 7',
    },
    token: PROMOTER_TOKEN,
    prepare: badVersion,
    ...(isRefused
      ? {
          outcome: 'denied' as const,
          refuses: {
            method: 'POST',
            template: SET_TAG,
            times: Number.POSITIVE_INFINITY,
            kind: { kind: 'status' as const, status: 403, errorCode: 'PERMISSION_DENIED' },
          },
          // What is refused whatever happens is not struck.
          wants: ({ template }) => !SET_TAG.test(template),
        }
      : {}),
    faultsOf: (aftermath) => [
      ...faultsBetween(aftermath, isRefused),
      ...faultsAfter(aftermath, isRefused),
      ...faultsOfOthers(
        { before: aftermath.before, after: withoutHold(aftermath.after) },
        { alias: 'Champion' },
      ),
      ...faultsOfAgain(aftermath.again),
    ],
  };
}

/** As the struck run left it: the old version or the target, and a record that is true. */
function faultsBetween({ between }: Aftermath, isRefused: boolean): string[] {
  const model = between.models[PROD];
  const named = model?.aliases['Champion'];
  if (model === undefined || (named !== 1 && named !== 2)) return [`Champion names ${named} in between.`];
  const newest = newestMove(model, 'Champion');
  const faults: string[] = [];
  if (named === 1 && !isRefused && newest !== '[2,1]')
    faults.push(`Champion was moved, and the newest record is ${newest}.`);
  if (named === 2 && newest !== '[1,2]' && newest !== '[2,1]')
    faults.push(`Champion was not moved, and the newest record is ${newest}.`);
  if (named === 2 && HOLD in model.tags) faults.push('The bad version is on hold, and the alias names it.');
  if (!(OTHER_HOLD in model.tags)) faults.push('The hold of another version is lost in between.');
  return faults;
}

/** After the run that nothing struck. */
function faultsAfter({ after }: Aftermath, isRefused: boolean): string[] {
  const model = after.models[PROD];
  if (model === undefined) return ['The model is gone.'];
  const faults: string[] = [];
  if (model.aliases['Champion'] !== 1) faults.push(`Champion names ${model.aliases['Champion']}, not 1.`);
  const newest = newestMove(model, 'Champion');
  if (newest !== (isRefused ? '[1,2]' : '[2,1]')) faults.push(`The newest record is ${newest}.`);
  const hold = JSON.parse(model.tags[HOLD] ?? 'null') as { version?: number; content?: string } | null;
  if (isRefused) return [...faults, ...(hold === null ? [] : ['A refused hold is there.'])];
  if (hold?.version !== 2 || hold.content === undefined)
    faults.push(`The hold of the bad version is ${JSON.stringify(hold)}.`);
  return faults;
}

function withoutHold(state: MetastoreSnapshot): MetastoreSnapshot {
  const model = state.models[PROD];
  if (model === undefined) return state;
  const tags = Object.fromEntries(Object.entries(model.tags).filter(([key]) => key !== HOLD));
  return { ...state, models: { ...state.models, [PROD]: { ...model, tags } } };
}
