import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Emulator, Switches } from '../../emulator/index.ts';
import { promoter } from '../../emulator/seeds/demo.ts';
import { GOOD_FILES, PROD } from '../../emulator/seeds/demo-models.ts';
import { updateServing } from '../../src/actions/update-serving.ts';
import { world } from '../actions/harness.ts';
import {
  arbitraryEndpoint,
  FEATURES,
  FOUNDATION,
  OTHER,
  type WrittenEndpoint,
} from './arbitrary-endpoint.ts';

/** Endpoints of one run; more by `ENDPOINTS=500`. */
const ENDPOINTS = Number(process.env['ENDPOINTS'] ?? '50');

/** Ways of a workspace that bear on what a read gives back. */
const WAYS: readonly Partial<Switches>[] = [
  {},
  { servingBurstEchoed: true },
  { servingSizeEcho: 'size-and-concurrency' },
  {
    servingPlaintextSecrets: 'absent',
    servingAutoCaptureOmitted: 'removed',
    servingReadOnlyFields: 'refused',
  },
];

type Fields = Readonly<Record<string, unknown>>;

/** Everything of an endpoint, as the workspace keeps it and no read shows it. */
function keptOf({ metastore }: Emulator) {
  const endpoint = metastore.state.workspace.endpoints.get('e');
  if (endpoint?.config === undefined) throw new Error('there is no endpoint');
  const { config, tags, aiGateway, description, notifications, pending } = endpoint;
  if (pending !== undefined) throw new Error('an update is under way');
  return {
    served: new Map(config.served.map(({ name, fields }): [string, Fields] => [name, fields])),
    routes: new Map(config.routes.map(({ name, percentage }) => [name, percentage])),
    rest: structuredClone({
      autoCapture: config.autoCapture,
      tags: [...tags],
      aiGateway,
      description,
      notifications,
    }),
  };
}

type Kept = ReturnType<typeof keptOf>;

/** Sizes mean the same in either spelling; what a server fills in is what was there. */
function meaningOf(fields: Fields): Fields {
  const concurrency: Record<string, readonly [number, number]> = {
    Small: [4, 4],
    Medium: [8, 16],
    Large: [16, 64],
  };
  const size = fields['workload_size'];
  const own = ['workload_size', 'name', 'entity_version'];
  const rest = Object.fromEntries(Object.entries(fields).filter(([field]) => !own.includes(field)));
  const isSized =
    'min_provisioned_concurrency' in rest ||
    'provisioned_model_units' in rest ||
    'min_provisioned_throughput' in rest;
  const [min, max] = concurrency[typeof size === 'string' ? size : 'Small'] ?? [0, 0];
  return {
    ...(isSized ? {} : { min_provisioned_concurrency: min, max_provisioned_concurrency: max }),
    ...('provisioned_model_units' in rest || 'min_provisioned_throughput' in rest || 'external_model' in rest
      ? {}
      : { scale_to_zero_enabled: false, workload_type: 'CPU' }),
    ...rest,
  };
}

const isOurs = (fields: Fields | undefined) => String(fields?.['entity_name']).toLowerCase() === PROD;
const versionOf = (fields: Fields | undefined) => Number(fields?.['entity_version']);

/** What an update may do to an endpoint, said of before and after alone: it knows nothing of how the change is made. */
function judge(before: Kept, after: Kept, { target, keeps }: { target: number; keeps: boolean }): void {
  expect(after.rest).toEqual(before.rest);
  const share = (kept: Kept, isWanted: (fields: Fields | undefined) => boolean) =>
    [...kept.routes].reduce(
      (sum, [name, percent]) => sum + (isWanted(kept.served.get(name)) ? percent : 0),
      0,
    );
  // Requests to the model reach the target and nothing else of it; other models keep every share.
  expect(share(after, (fields) => isOurs(fields) && versionOf(fields) === target)).toBe(
    share(before, isOurs),
  );
  for (const [name, fields] of before.served) {
    if (isOurs(fields)) continue;
    expect(after.served.get(name)).toEqual(
      expect.objectContaining({ entity_name: fields['entity_name'], name }) as unknown,
    );
    expect(meaningOf(after.served.get(name) ?? {})).toEqual(meaningOf(fields));
    expect(after.routes.get(name) ?? 0).toBe(before.routes.get(name) ?? 0);
  }
  const ours = (kept: Kept) => [...kept.served.values()].filter(isOurs);
  // At most one version left, only the live one, and never where it was to be kept.
  const left = ours(before).filter((one) => ours(after).every((two) => versionOf(two) !== versionOf(one)));
  const live = [...before.served].filter(
    ([name, fields]) => isOurs(fields) && versionOf(fields) !== target && (before.routes.get(name) ?? 0) > 0,
  );
  expect(left.length).toBeLessThanOrEqual(keeps ? 0 : 1);
  if (live.length > 0) for (const one of left) expect(versionOf(one)).toBe(versionOf(live[0]?.[1]));
  // Whatever serves the model has the settings of something that served it.
  for (const fields of ours(after)) {
    const same = ours(before).find((one) => versionOf(one) === versionOf(fields));
    const origins = same === undefined ? ours(before) : [same];
    expect(origins.map(meaningOf)).toContainEqual(meaningOf(fields));
  }
  // Nothing that is not ours came or went.
  const others = (kept: Kept) => [...kept.served].filter(([, fields]) => !isOurs(fields)).length;
  expect(others(after)).toBe(others(before));
}

async function tryEndpoint(
  endpoint: WrittenEndpoint,
  way: number,
  keeps: boolean,
): Promise<'changed' | 'same' | 'refused'> {
  const bench = benches[way];
  if (bench === undefined) throw new Error('there is no such way');
  const { emulator, run } = bench;
  const { metastore } = emulator;
  const { workspace } = metastore;
  const { entities, autoCapture, aiGateway, tags } = endpoint;
  workspace.addEndpoint('e', {
    creator: promoter,
    served: entities,
    ...(autoCapture === undefined ? {} : { autoCapture }),
  });
  const standing = metastore.state.workspace.endpoints.get('e');
  if (standing !== undefined) {
    standing.aiGateway = aiGateway;
    standing.tags = new Map(tags);
  }
  const before = keptOf(emulator);
  const seen = await run(updateServing, {
    model: PROD,
    alias: 'Champion',
    endpoints: 'e',
    'keep-previous': String(keeps),
    summary: 'false',
  });
  const after = keptOf(emulator);
  const outcome = seen.outputs['outcome'] ?? '';
  if (outcome === 'ok') {
    judge(before, after, { target: 2, keeps });
    return 'changed';
  }
  expect(after).toEqual(before);
  expect(['noop', 'blocked']).toContain(outcome);
  return outcome === 'noop' ? 'same' : 'refused';
}

let benches: Awaited<ReturnType<typeof world>>[] = [];

test(`an update of ${ENDPOINTS} generated endpoints changes the meant entity and nothing else, or refuses`, async () => {
  benches = await Promise.all(WAYS.map((switches) => world({ switches })));
  for (const { emulator } of benches) {
    const { metastore } = emulator;
    for (const bytes of ['second', 'third'])
      metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': bytes } });
    metastore.setAlias(PROD, 'Champion', 2);
    for (const name of [OTHER, FOUNDATION]) {
      metastore.createModel(name);
      for (let version = 1; version <= 3; version += 1) metastore.addVersion(name, { files: GOOD_FILES });
      metastore.grant('function', name, promoter, ['EXECUTE']);
    }
    metastore.workspace.addFoundationModel(FOUNDATION);
    metastore.workspace.addFeatureSpec(FEATURES);
    metastore.workspace.setServingTimes({ build: 0, route: 0 });
  }
  const ends = { changed: 0, same: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      arbitraryEndpoint,
      fc.nat({ max: WAYS.length - 1 }),
      fc.boolean(),
      async (endpoint, way, keeps) => {
        ends[await tryEndpoint(endpoint, way, keeps)] += 1;
      },
    ),
    { numRuns: ENDPOINTS },
  );
  // It would prove nothing if every endpoint were refused.
  expect(Math.min(ends.changed, ends.refused), JSON.stringify(ends)).toBeGreaterThan(ENDPOINTS / 20);
}, 600_000);
