import { expect, test } from 'vitest';
import { GOOD_FILES, PROMOTER } from '../../../emulator/seeds/demo-models.ts';
import type { ActionRun } from '../harness.ts';
import { folder, pins, pinsOf, scene } from './scene.ts';

const PINS = 20;
const nameOf = (number: number) => `prod.ml_team.m${number}`;

/** What was asked of lists that are the same for every pin. */
function listings({ records }: ActionRun): Record<string, number> {
  const paths = ['/api/2.0/serving-endpoints', '/api/2.2/jobs/list'];
  return Object.fromEntries(paths.map((path) => [path, records.filter((each) => each.path === path).length]));
}

/** Models with two versions each, all pinned from the first to the second. */
async function many() {
  const made = await scene();
  const { metastore } = made;
  for (let number = 0; number < PINS; number += 1) {
    metastore.createModel(nameOf(number), { owner: 'ml-deployers' });
    for (const notes of ['1', '2']) metastore.addVersion(nameOf(number), { files: { ...GOOD_FILES, notes } });
    metastore.setAlias(nameOf(number), 'Champion', 1);
  }
  const served = [{ entity_name: nameOf(7), entity_version: '1' }];
  metastore.workspace.addEndpoint('fraud-rt', { creator: PROMOTER, served });
  const pinned = (version: number) =>
    folder(Array.from({ length: PINS }, (_, number) => pins({ Champion: version }, nameOf(number))).join(''));
  return { ...made, before: pinned(1), after: pinned(2) };
}

test(`${PINS} pins share one list of the endpoints and one of the jobs, and each still reads what its move rests on`, async () => {
  const { merge, before, after } = await many();
  const seen = await merge(before, after, {}, { 'max-changes': String(PINS) });
  expect(seen.outputs, seen.verdict).toMatchObject({ outcome: 'ok', count: String(PINS) });
  expect(pinsOf(seen).every(({ state }) => state === 'moved')).toBe(true);
  expect(listings(seen)).toEqual({ '/api/2.0/serving-endpoints': 1, '/api/2.2/jobs/list': 1 });
  // What they show is still said of the one model that is served.
  const effects = seen.report.effects?.filter(({ kind }) => kind === 'endpoint');
  expect(effects).toMatchObject([{ model: { model: 'm7' }, endpoint: 'fraud-rt', versions: [1] }]);
  for (let number = 0; number < PINS; number += 1) {
    const path = `/api/2.1/unity-catalog/models/${nameOf(number)}/aliases/Champion`;
    const ofAlias = seen.records.filter((each) => each.path.startsWith(path));
    const write = ofAlias.findIndex(({ method }) => method === 'PUT');
    expect(ofAlias.slice(0, write).filter(({ method }) => method === 'GET').length, path).toBeGreaterThan(1);
  }
});
