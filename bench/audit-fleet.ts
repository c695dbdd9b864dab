import type { Faults, Metastore } from '../emulator/index.ts';
import { builtInModel } from '../emulator/seeds/model-files.ts';
import { promoter, seedDemo } from '../emulator/seeds/demo.ts';

/** The catalog of the models that are audited. */
export const CATALOG = 'audited';

/** Models to audit, spread over schemas, each with so many versions and aliases of different versions. */
export interface Fleet {
  readonly models: number;
  readonly schemas: number;
  readonly versions: number;
  readonly aliases: number;
  /** Whether each version with an alias has a signature; without one each alias has a finding. */
  readonly signed: boolean;
}

/** In a fleet with signatures one model in so many has one alias more, which names no version: one finding each. */
export const DANGLING_EVERY = 50;

const ALIASES = ['Champion', 'Challenger', 'Shadow', 'Previous', 'Candidate'];

/** Fills a metastore with a fleet, beside the demo's world, and lets the demo's promoter read it. */
export function seedFleet(metastore: Metastore, fleet: Fleet): void {
  const { models, schemas, versions, aliases, signed } = fleet;
  const files = { MLmodel: signed ? (builtInModel()['MLmodel'] ?? '') : 'flavors: {}\n' };
  seedDemo(metastore);
  metastore.createCatalog(CATALOG);
  metastore.grant('catalog', CATALOG, promoter, ['USE_CATALOG', 'USE_SCHEMA', 'EXECUTE']);
  for (let schema = 0; schema < schemas; schema += 1) metastore.createSchema(`${CATALOG}.team_${schema}`);
  for (let index = 0; index < models; index += 1) {
    const name = `${CATALOG}.team_${index % schemas}.model_${index}`;
    metastore.createModel(name, {});
    for (let version = 1; version <= versions; version += 1)
      metastore.addVersion(name, {
        tags: { team: 'risk', note: 'x'.repeat(200) },
        ...(version > versions - aliases ? { files } : {}),
      });
    for (let alias = 0; alias < aliases; alias += 1)
      metastore.setAlias(name, ALIASES[alias] ?? `Alias_${alias}`, versions - alias);
    if (signed && index % DANGLING_EVERY === 0) metastore.setAlias(name, 'Dangling', versions + 1);
  }
}

/** Requests of an audit of the fleet, beside those of the run: two a model, one for each version, one for each signature. */
export function requestsOf({ models, aliases }: Fleet): number {
  return models * (2 + 2 * aliases) + danglingOf(models);
}

/** Aliases that name no version, in a fleet with signatures. */
export function danglingOf(models: number): number {
  return Math.ceil(models / DANGLING_EVERY);
}

/** Has one request in so many fail, by turns with 429 and by a connection that is lost before, in and after the response. */
export function disturb(faults: Faults, every: number, requests: number): void {
  const kinds = [
    { kind: 'retry-after-seconds', seconds: 1 },
    { kind: 'drop', when: 'before' },
    { kind: 'drop', when: 'during' },
    { kind: 'drop', when: 'after' },
  ] as const;
  for (let at = every, turn = 0; at < requests; at += every, turn += 1) {
    const kind = kinds[turn % kinds.length];
    if (kind !== undefined) faults.add({ at, kind });
  }
}
