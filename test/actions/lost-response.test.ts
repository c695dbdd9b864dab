import { describe, expect, test } from 'vitest';
import type { Emulator, Metastore } from '../../emulator/index.ts';
import { moreVersions, PROD, PROMOTER, STAGING } from '../../emulator/seeds/demo-models.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { tagStatus } from '../../src/actions/tag-status.ts';
import { world } from './harness.ts';

const LEGACY = '/api/2.0/mlflow/unity-catalog';
const RECORD = { method: 'POST', template: `${LEGACY}/registered-models/set-tag` };
const GET_MODEL = `${LEGACY}/registered-models/get`;
const GET_VERSION = `${LEGACY}/model-versions/get`;
const NATIVE_MODEL = '/api/2.1/unity-catalog/models/{full_name}';

describe('a write whose response is lost, and which the look after it finds made: what comes next looks again', () => {
  /** The response to a write is lost; with the look that follows somebody else comes in between. */
  const loseThenAtLook = (
    { faults }: Emulator,
    at: { readonly method: string; readonly template: string },
    when: 'before' | 'after',
    run: (metastore: Metastore) => void,
    look = GET_MODEL,
  ) => {
    const atLook = () => faults.add({ method: 'GET', template: look, kind: { kind: 'run', when, run } });
    faults.add({ ...at, kind: { kind: 'run', when: 'after', run: atLook } });
    faults.add({ ...at, kind: { kind: 'drop', when: 'after' } });
  };

  test('the record, while somebody moves the alias: it is left alone', async () => {
    const { run, emulator } = await world();
    moreVersions(emulator.metastore);
    const move = (metastore: Metastore) => metastore.setAlias(PROD, 'Champion', 3);
    loseThenAtLook(emulator, RECORD, 'before', move);
    const seen = await run(setAlias, { model: PROD, alias: 'Champion', version: '2' });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict', changed: 'false' });
    expect(seen.after.models[PROD]?.aliases).toEqual({ Champion: 3 });
    expect(seen.records.filter(({ method }) => method === 'PUT')).toEqual([]);
    expect(seen.records.filter(({ template }) => template === RECORD.template)).toHaveLength(1);
  });

  test('a tag that is taken away, while somebody sets the one that comes next: theirs stays', async () => {
    const { run, emulator } = await world();
    emulator.metastore.setTags(PROD, { draft: 'yes', reviewed: 'no' }, 1);
    const write = (metastore: Metastore) => metastore.setTags(PROD, { reviewed: 'never' }, 1);
    const REMOVE = { method: 'DELETE', template: '/api/2.0/mlflow/unity-catalog/model-versions/delete-tag' };
    loseThenAtLook(emulator, REMOVE, 'before', write, GET_VERSION);
    const inputs = { model: PROD, version: '1', tags: 'reviewed=yes', 'remove-tags': 'draft' };
    const seen = await run(tagStatus, inputs);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    expect(seen.after.models[PROD]?.versions['1']?.tags).toMatchObject({ reviewed: 'never' });
    expect(seen.after.models[PROD]?.versions['1']?.tags).not.toHaveProperty('draft');
  });

  test('the creation of a model, while somebody gives it another owner: it stays', async () => {
    const { run, emulator } = await world();
    const name = 'prod.ml_team.new_model';
    const CREATE = { method: 'POST', template: '/api/2.0/mlflow/unity-catalog/registered-models/create' };
    const give = (metastore: Metastore) => {
      metastore.model(name).owner = 'ml-leads';
    };
    emulator.metastore.addGroup('ml-leads', { members: [PROMOTER] });
    loseThenAtLook(emulator, CREATE, 'after', give, NATIVE_MODEL);
    const seen = await run(promote, {
      source: `models:/${STAGING}/1`,
      destination: name,
      'create-destination': 'true',
      'destination-owner': 'ml-deployers',
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'conflict' });
    expect(seen.after.models[name]?.owner).toBe('ml-leads');
  });
});
