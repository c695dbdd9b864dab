import type { Metastore } from '../../../emulator/index.ts';
import { pick, randomFrom, type Random } from '../../../emulator/random.ts';
import { promoter, seedDemo } from '../../../emulator/seeds/demo.ts';
import { DraftModel, type Planted } from './draft.ts';
import { GUARDED } from './policy-file.ts';
import { MODEL_PLANTS, VERSION_PLANTS, type Plant } from './plants.ts';

/** The inputs under which the planted findings are to be found, all of them and nothing else. */
export const SEED_INPUTS = {
  models: 'audited.*',
  require: 'validation_status=approved',
  'require-origin': 'origin.*',
  'alias-rules': [
    'Champion=required',
    'Retired=forbidden',
    `${GUARDED}=allowed`,
    ...Array.from({ length: 60 }, (_, index) => `Slot_${index}=allowed`),
  ].join('\n'),
  'report-unused': 'true',
} as const;

/** Models that share the faults of versions, and how many of those one of them takes: it has ten aliases at most. */
const VERSION_MODELS = 8;
const MOST_SLOTS = 7;

/** What was planted in a registry, and the file of pins of the repository beside it. */
export interface SeededRegistry {
  readonly planted: readonly Planted[];
  readonly pins: string;
}

/** Fills a metastore with a registry in which every kind of finding is planted at least once. */
export function seedRegistry(metastore: Metastore, seed: number): SeededRegistry {
  const random = randomFrom(seed);
  seedDemo(metastore);
  for (const catalog of ['audited', 'origin', 'sandbox']) {
    metastore.createCatalog(catalog);
    metastore.grant('catalog', catalog, promoter, ['USE_CATALOG', 'USE_SCHEMA', 'EXECUTE']);
    metastore.createSchema(`${catalog}.audit`);
  }
  const drafts: DraftModel[] = [];
  const draft = () => {
    const made = new DraftModel(`audited.audit.m${drafts.length}_${seed}`, metastore, random);
    drafts.push(made);
    return made;
  };
  const shared = Array.from({ length: VERSION_MODELS }, () => ({ ...started(draft()), slots: 0 }));
  for (const plant of shuffled(VERSION_PLANTS, random)) {
    const free = shared.filter(({ slots }) => slots < MOST_SLOTS);
    const host = pick(random, free);
    if (host === undefined) throw new Error('There are more plants than slots.');
    host.slots += 1;
    plant(host.model, `Slot_${host.slots}`, host.champion);
  }
  for (const [index, plant] of MODEL_PLANTS.entries()) plantAlone(plant, draft(), index + 20);
  withoutChampion(draft(), true);
  withoutChampion(draft(), false);
  for (const each of drafts) each.finish();
  return { planted: drafts.flatMap(({ planted }) => planted), pins: drafts.map(pinsText).join('') };
}

/** The pins of a model, as a file has them. */
function pinsText({ name, pins }: DraftModel): string {
  if (pins.size === 0) return '';
  return [`${name}:\n`, ...[...pins].map(([alias, target]) => `  ${alias}: ${target}\n`)].join('');
}

function started(model: DraftModel): { readonly model: DraftModel; readonly champion: number } {
  const champion = model.version();
  model.alias('Champion', champion);
  return { model, champion };
}

function plantAlone(plant: Plant, model: DraftModel, slot: number): void {
  plant(model, `Slot_${slot}`, started(model).champion);
}

/** A model that was never promoted, with another alias or with none. */
function withoutChampion(model: DraftModel, hasAlias: boolean): void {
  const version = model.version();
  model.expect('alias-missing', { alias: 'Champion' });
  if (hasAlias) model.alias('Slot_1', version);
  else {
    model.leave(version);
    model.expect('model-without-alias');
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
