import { craftedDeletions, given } from '../../bench/crafted-plan.ts';
import type { Metastore } from '../../emulator/index.ts';
import { GOOD_FILES, PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { faultsOfAgain } from './end-state.ts';
import { PROMOTER_TOKEN, type Aftermath, type Scenario } from './scenario.ts';

const MADE_AT = Date.UTC(2026, 0, 1);

const RECORD = {
  key: 'uc_promote_moves_d14a7310bdf5',
  value: JSON.stringify([{ alias: 'Champion', from: null, to: 1, at: '2026-01-02T09:31:44.000Z' }]),
};

const REJECTED = { status: 'READY', why: 'rejected', createdAt: MADE_AT } as const;
const STATUS = [{ key: 'validation_status', value: 'rejected' }];

/** The versions that go, and those that stay whatever happens. */
const GOING = [2, 3, 4];
const STAYING = [1, 5, 6, 7];

/** Three versions that go, one on hold, one that is served, and the newest, which stays. */
function crowded(metastore: Metastore): void {
  const rejected = { validation_status: 'rejected' };
  const add = (seed: Parameters<Metastore['addVersion']>[1]) =>
    metastore.addVersion(PROD, { files: GOOD_FILES, createdBy: PROMOTER, createdAt: MADE_AT, ...seed });
  add({ tags: rejected });
  add({ status: 'FAILED_REGISTRATION' });
  add({ tags: rejected });
  add({ tags: { ...rejected, uc_promote_hold: 'incident 7' } });
  add({ tags: rejected });
  add({});
  metastore.workspace.addEndpoint('fraud-rt', {
    creator: PROMOTER,
    served: [{ entity_name: PROD, entity_version: '6' }],
  });
  metastore.setTags(PROD, { [RECORD.key]: RECORD.value });
}

/** A clean-up that decides by itself. */
export function cleanedUp(): Scenario {
  return scenarioOf('clean-up', 'clean-up', { model: PROD, keep: '1' });
}

/** An approved plan of a clean-up. */
export function appliedCleanUp(): Scenario {
  const plan = craftedDeletions(
    [
      { ...REJECTED, version: 2, tags: STATUS },
      { version: 3, status: 'FAILED_REGISTRATION', why: 'failed', tags: [], createdAt: MADE_AT },
      { ...REJECTED, version: 4, tags: STATUS },
    ],
    { tags: [RECORD], newest: 7 },
  );
  return scenarioOf('apply, a clean-up', 'apply', given(plan));
}

function scenarioOf(
  name: string,
  action: 'clean-up' | 'apply',
  inputs: Readonly<Record<string, string>>,
): Scenario {
  return {
    name,
    action,
    inputs: { registry: 'databricks', ...inputs },
    token: PROMOTER_TOKEN,
    prepare: crowded,
    faultsOf: (aftermath) => [...faultsIn(aftermath), ...faultsOfAgain(aftermath.again)],
  };
}

/** What stays is as it was at every moment; what goes is gone in the end, and nothing else has changed. */
function faultsIn({ before, between, after }: Aftermath): string[] {
  const faults: string[] = [];
  for (const [when, state] of [
    ['in between', between],
    ['in the end', after],
  ] as const) {
    const [was, is] = [before.models[PROD], state.models[PROD]];
    for (const version of STAYING)
      if (JSON.stringify(was?.versions[version]) !== JSON.stringify(is?.versions[version]))
        faults.push(`Version ${version} is not as it was ${when}.`);
    if (JSON.stringify([was?.aliases, was?.tags]) !== JSON.stringify([is?.aliases, is?.tags]))
      faults.push(`The aliases or tags of the model are not as they were ${when}.`);
  }
  const left = GOING.filter((version) => after.models[PROD]?.versions[version] !== undefined);
  if (left.length > 0) faults.push(`Versions are left: ${left.join(', ')}.`);
  return faults;
}
