import type { Emulator, EmulatorOptions } from '../../emulator/index.ts';
import { promoter } from '../../emulator/seeds/demo.ts';
import { GOOD_FILES, PROD } from '../../emulator/seeds/demo-models.ts';
import { world, type ActionBench } from './harness.ts';

/** A served entity of the demo's model. */
export function served(version: number, more: Readonly<Record<string, unknown>> = {}) {
  return {
    entity_name: PROD,
    entity_version: String(version),
    workload_type: 'CPU',
    workload_size: 'Small',
    scale_to_zero_enabled: false,
    ...more,
  };
}

/** A world with three versions, of which Champion names the second, and the endpoint `fraud-rt` on the first. */
export async function servingWorld(
  options: EmulatorOptions = {},
  entities: Parameters<Emulator['metastore']['workspace']['addEndpoint']>[1]['served'] = [served(1)],
): Promise<ActionBench> {
  const bench = await world(options);
  const { metastore } = bench.emulator;
  for (const bytes of ['second', 'third'])
    metastore.addVersion(PROD, { files: { ...GOOD_FILES, 'model.pkl': bytes } });
  metastore.setAlias(PROD, 'Champion', 2);
  metastore.workspace.setServingTimes({ build: 20, route: 5 });
  metastore.workspace.addEndpoint('fraud-rt', { creator: promoter, served: entities });
  return bench;
}

/** Lets the update that is under way end right before a read of its endpoint, the first of which is number 1. */
export function endsAtRead(
  emulator: Emulator,
  read: number,
  failure?: { readonly state: 'UPDATE_FAILED'; readonly message: string },
): void {
  const end = () => {
    for (const { pending } of emulator.metastore.state.workspace.endpoints.values())
      if (pending !== undefined) Object.assign(pending, { endsAt: 0, failure: failure ?? pending.failure });
  };
  const kind = { kind: 'run', when: 'before', run: end } as const;
  const template = '/api/2.0/serving-endpoints/{name}';
  emulator.faults.add({ method: 'GET', template, skip: read - 1, kind });
}

/** What an endpoint serves now: name, version and share of each entity, by name. */
export function liveOf({ metastore }: Emulator, name = 'fraud-rt'): unknown[] {
  const endpoint = metastore.state.workspace.endpoints.get(name);
  const { config, pending } = endpoint ?? {};
  const isDone = pending !== undefined && pending.failure === undefined && pending.endsAt <= metastore.now();
  const live = isDone ? pending.config : config;
  const entities = [...(live?.served ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  return entities.map((entity) => [
    entity.name,
    Number(entity.fields['entity_version']),
    live?.routes.find((route) => route.name === entity.name)?.percentage ?? 0,
  ]);
}

/** A rollback of the alias and of the endpoint that serves it. */
export const BACK = {
  model: PROD,
  alias: 'Champion',
  'from-version': '2',
  'to-version': '1',
  reason: 'incident 7',
  endpoints: 'fraud-rt',
};
