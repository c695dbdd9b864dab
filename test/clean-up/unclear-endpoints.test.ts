import { describe, expect, test } from 'vitest';
import type { Emulator, Fault } from '../../emulator/index.ts';
import { PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { cleanUp } from '../../src/actions/clean-up.ts';
import { manageModel } from '../../src/actions/manage-model.ts';
import { TOKENS, world, type ActionRun } from '../actions/harness.ts';
import { CLEAN_UP, cleanUpWorld, VERSIONS } from './clean-up-world.ts';

const LIST = '/api/2.0/serving-endpoints';
const ALWAYS = { method: 'GET', times: Number.POSITIVE_INFINITY } as const;

type Faults = Emulator['faults'];

/** What the list of endpoints may leave open about the one that serves the model. */
const UNCLEAR: readonly [string, (faults: Faults) => void][] = [
  [
    'a version that is no number',
    (faults) => faults.add({ ...ALWAYS, template: LIST, kind: setting('entity_version', 'latest') }),
  ],
  [
    'no version',
    (faults) => faults.add({ ...ALWAYS, template: LIST, kind: setting('entity_version', null) }),
  ],
];

function setting(field: string, value: unknown) {
  return { kind: 'set-field', field, value } as const;
}

describe.each(UNCLEAR)('an endpoint that serves %s of the model', (_what, prepare) => {
  test('keeps every version that is not kept anyway', async () => {
    const { run, emulator } = await world();
    cleanUpWorld(emulator.metastore);
    prepare(emulator.faults);
    const seen = await run(cleanUp, CLEAN_UP);
    expect([seen.outputs['outcome'], seen.outputs['deletions']], seen.verdict).toEqual(['noop', '[]']);
    expect(whyKept(seen)).toBe('served');
  });

  test('keeps the model its name', async () => {
    const { run, emulator } = await world();
    emulator.metastore.workspace.addEndpoint('fraud-rt', {
      creator: PROMOTER,
      served: [{ entity_name: PROD, entity_version: '1' }],
    });
    prepare(emulator.faults);
    const seen = await run(manageModel, { model: PROD, 'new-name': 'fraud_scores' });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['blocked', 'false']);
  });
});

describe('an update of an endpoint to a version that may go', () => {
  test.each([
    ['is in a state that this release does not know', setting('config_update', 'ROLLING_OUT')],
    ['is in no state that is shown', setting('state', null)],
  ])('keeps it where it %s', async (_what, kind) => {
    const { run, emulator } = await updatingWorld();
    emulator.faults.add({ ...ALWAYS, template: /serving-endpoints/u, kind });
    const seen = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
    expect(whyKept(seen), seen.verdict).toBe('served');
  });

  test('keeps it where it ends between the list of endpoints and the look at this one', async () => {
    const { run, emulator } = await updatingWorld();
    const kind = {
      kind: 'run',
      when: 'after',
      run({ workspace }) {
        const { pending } = workspace.state.endpoints.get('fraud-rt') ?? {};
        if (pending !== undefined) pending.endsAt = 0;
      },
    } as const satisfies Fault;
    emulator.faults.add({ method: 'GET', template: LIST, kind });
    const seen = await run(cleanUp, { ...CLEAN_UP, 'dry-run': 'true' });
    expect(whyKept(seen), seen.verdict).toBe('served');
  });
});

function whyKept({ outputs }: ActionRun): string | undefined {
  const kept = JSON.parse(outputs['kept'] ?? '') as { version: number; why: string }[];
  return kept.find(({ version }) => version === VERSIONS.rejected)?.why;
}

/** A model that is to be cleaned up, and an endpoint whose update to a rejected version takes an hour. */
async function updatingWorld() {
  const bench = await world();
  const { metastore, url } = bench.emulator;
  cleanUpWorld(metastore);
  const hour = 3_600_000;
  metastore.workspace.setServingTimes({ build: hour, route: hour });
  const entity = { entity_name: PROD, entity_version: String(VERSIONS.rejected), workload_size: 'Small' };
  const response = await fetch(`${url}${LIST}/fraud-rt/config`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TOKENS.promoter}`, 'content-type': 'application/json' },
    body: JSON.stringify({ served_entities: [{ ...entity, scale_to_zero_enabled: true }] }),
  });
  expect(response.status, await response.text()).toBe(200);
  return bench;
}
