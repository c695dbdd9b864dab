import { describe, expect, test } from 'vitest';
import type { Metastore } from '../../emulator/index.ts';
import { PROD, PROMOTER } from '../../emulator/seeds/demo-models.ts';
import { manageModel } from '../../src/actions/manage-model.ts';
import { world, type ActionRun } from '../actions/harness.ts';

const NEW = 'prod.ml_team.new_model';
const RENAMED = 'prod.ml_team.fraud_scores';
const FRESH = { model: NEW, create: 'true', description: 'Scores.', owner: 'ml-deployers' };
const MODELS = '/api/2.1/unity-catalog/models/{full_name}';

/** Pins that name the model. */
const PINS = 'bench/pins/moved.yml';

describe('a model that does not exist', () => {
  test('is created, described and given to the group, in this order; again there is nothing to do', async () => {
    const { run } = await world();
    const seen = await run(manageModel, FRESH);
    expect([seen.outputs['outcome'], seen.outputs['model'], seen.outputs['owner']], seen.verdict).toEqual([
      'ok',
      NEW,
      'ml-deployers',
    ]);
    expect(seen.after.models[NEW]).toMatchObject({ owner: 'ml-deployers', description: 'Scores.' });
    expect(seen.report.changes.map(({ change }) => change.kind)).toEqual([
      'create-model',
      'description',
      'owner',
    ]);
    const again = await run(manageModel, FRESH);
    expect([again.outputs['outcome'], again.outputs['changed']]).toEqual(['noop', 'false']);
  });

  test('a dry run creates nothing', async () => {
    const { run } = await world();
    const seen = await run(manageModel, { ...FRESH, 'dry-run': 'true' });
    expect([seen.outputs['outcome'], seen.outputs['would-change']]).toEqual(['ok', 'true']);
    expect([seen.after, seen.records.filter(({ write }) => write)]).toEqual([seen.before, []]);
  });

  test.each([
    [{ owner: 'ml-deployers' }, 'invalid'],
    [{ description: 'x' }, 'invalid'],
    [{ 'new-name': 'other' }, 'invalid'],
    [{ delete: 'true' }, 'noop'],
  ])('without create, %j is %s and writes nothing', async (inputs, outcome) => {
    const { run } = await world();
    const seen = await run(manageModel, { model: NEW, ...inputs });
    expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual([outcome, seen.before]);
  });
});

describe('a model that exists', () => {
  test.each([
    ['description', { description: 'Other.' }, { description: 'Other.' }],
    ['no description', { 'remove-description': 'true' }, { description: '' }],
    ['owner', { owner: PROMOTER }, { owner: PROMOTER }],
  ])('gets another %s, and the page says how to undo it', async (_what, inputs, expected) => {
    const { run } = await world();
    const seen = await run(manageModel, { model: PROD, ...inputs });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(seen.after.models[PROD]).toMatchObject(expected);
    expect(seen.summary).toMatch(/Run (?:manage-model|tag-status)/u);
    const again = await run(manageModel, { model: PROD, ...inputs });
    expect([again.outputs['outcome'], again.outputs['changed']]).toEqual(['noop', 'false']);
  });

  test.each([
    ['an owner that the caller is not in', { owner: 'data-science' }, /neither the caller nor a group/u],
    ['nothing', {}, /none is given/u],
    ['create: false alone', { create: 'false' }, /nothing is asked for/u],
    [
      'a rename beside a description',
      { 'new-name': 'x', description: 'y' },
      /given together with description/u,
    ],
    ['a deletion beside an owner', { delete: 'true', owner: 'ml-deployers' }, /given together with owner/u],
    ['a full name as new name', { 'new-name': RENAMED }, /no name within a schema/u],
    ['a new name with a space', { 'new-name': 'fraud scores' }, /Input `new-name`/u],
    ['its own name in another case', { 'new-name': 'Fraud_Detection' }, /the name that the model has/u],
    [
      'a folder without a file of pins',
      { 'new-name': 'fraud_scores', pins: 'bench/results' },
      /no file in bench\/results has a name that ends in/u,
    ],
    ['pins for nothing', { description: 'x', pins: 'aliases' }, /used only with new-name or delete/u],
  ])('%s is invalid, and nothing is written', async (_what, inputs, said) => {
    const { run } = await world();
    const seen = await run(manageModel, { model: PROD, ...inputs });
    expect([seen.outputs['outcome'], seen.after]).toEqual(['invalid', seen.before]);
    expect(seen.log.join('\n')).toMatch(said);
  });

  test('a change of somebody else between reading and writing is a conflict', async () => {
    const { run, emulator } = await world();
    const model = emulator.metastore.model(PROD);
    emulator.metastore.grant('function', PROD, 'ml-deployers', ['EXECUTE']);
    emulator.faults.add({
      method: 'PATCH',
      template: MODELS,
      kind: { kind: 'run', when: 'before', run: () => void (model.owner = 'data-science') },
    });
    emulator.faults.add({ method: 'PATCH', template: MODELS, kind: { kind: 'retry-after-seconds' } });
    const seen = await run(manageModel, { model: PROD, owner: PROMOTER });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
    expect(seen.after.models[PROD]?.owner).toBe('data-science');
  });
});

describe('the check of an owner', () => {
  const said = ({ report }: ActionRun) =>
    JSON.stringify(report.checks.filter(({ name }) => name === 'Owner'));

  test('claims no membership of an owner that the model has already', async () => {
    const { run, emulator } = await world();
    emulator.metastore.model(PROD).owner = 'data-science';
    emulator.metastore.grant('function', PROD, 'ml-deployers', ['EXECUTE']);
    const seen = await run(manageModel, {
      model: PROD,
      owner: 'data-science',
      'check-privileges': 'off',
    });
    expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual(['noop', seen.before]);
    expect(said(seen)).not.toContain('group of the caller');
  });

  test('says that a new owner is a group of the caller', async () => {
    const { run, emulator } = await world();
    emulator.metastore.model(PROD).owner = PROMOTER;
    const seen = await run(manageModel, { model: PROD, owner: 'ml-deployers' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(said(seen)).toContain('It is a group of the caller.');
  });
});

describe('a rename', () => {
  test('of which both forms are refused says what the first refusal said', async () => {
    const { run, emulator } = await world();
    for (const [skip, message] of ['The first refusal.', 'The second refusal.'].entries()) {
      const kind = { kind: 'status', status: 400, errorCode: 'INVALID_PARAMETER_VALUE', message } as const;
      emulator.faults.add({ method: 'PATCH', template: MODELS, skip, kind });
    }
    const seen = await run(manageModel, { model: PROD, 'new-name': 'fraud_scores' });
    expect([seen.outputs['changed'], seen.after], seen.verdict).toEqual(['false', seen.before]);
    expect(seen.report.error?.message).toContain('The first refusal.');
    expect(seen.report.error?.message).not.toContain('The second refusal.');
  });

  test.each(['short', 'full', 'either'] as const)(
    'takes everything along, where the registry takes the %s name; again there is nothing to do',
    async (renameTo) => {
      const { run } = await world({ switches: { renameTo } });
      const seen = await run(manageModel, { model: PROD, 'new-name': 'fraud_scores' });
      expect([seen.outputs['outcome'], seen.outputs['model']], seen.verdict).toEqual(['ok', RENAMED]);
      const [was, is] = [seen.before.models[PROD], seen.after.models[RENAMED]];
      expect([seen.after.models[PROD], is?.aliases, is?.versions]).toEqual([
        undefined,
        was?.aliases,
        was?.versions,
      ]);
      expect(seen.summary).toContain('fraud&#95;detection');
      const again = await run(manageModel, { model: PROD, 'new-name': 'fraud_scores' });
      expect([again.outputs['outcome'], again.outputs['changed']], again.verdict).toEqual(['noop', 'false']);
    },
  );

  test.each([
    ['an endpoint serves the model', serve, {}, /These endpoints serve .*: fraud-rt/u],
    ['a pin names it', () => undefined, { pins: PINS }, /The pin of .*Champion names/u],
    [
      'another model has the name',
      (metastore: Metastore) => void metastore.createModel(RENAMED, { owner: 'ml-deployers' }),
      {},
      /There is a model prod\.ml_team\.fraud_scores already/u,
    ],
  ])('is refused while %s, which is listed', async (_what, prepare, inputs, said) => {
    const { run, emulator } = await world();
    prepare(emulator.metastore);
    const seen = await run(manageModel, { model: PROD, 'new-name': 'fraud_scores', ...inputs });
    expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual(['blocked', seen.before]);
    expect(JSON.stringify(seen.report.checks)).toMatch(said);
  });

  test('is a conflict where an endpoint serves the model since, before another try', async () => {
    const { run, emulator } = await world();
    const kind = { kind: 'run', when: 'before', run: serve } as const;
    emulator.faults.add({ method: 'PATCH', template: MODELS, kind });
    emulator.faults.add({ method: 'PATCH', template: MODELS, kind: { kind: 'retry-after-seconds' } });
    const seen = await run(manageModel, { model: PROD, 'new-name': 'fraud_scores' });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
    expect(seen.after.models[PROD]).toBeDefined();
  });

  test('is a conflict where somebody else took the name since', async () => {
    const { run, emulator } = await world();
    const take = (metastore: Metastore) => void metastore.createModel(RENAMED, { owner: 'ml-deployers' });
    emulator.faults.add({
      method: 'PATCH',
      template: MODELS,
      kind: { kind: 'run', when: 'before', run: take },
    });
    emulator.faults.add({ method: 'PATCH', template: MODELS, kind: { kind: 'retry-after-seconds' } });
    const seen = await run(manageModel, { model: PROD, 'new-name': 'fraud_scores' });
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
  });
});

test.each([
  ['a rename', PROD, { 'new-name': 'fraud_scores' }],
  ['a deletion', NEW, { delete: 'true' }],
])(
  '%s warns where no endpoint is visible, which does not mean that there is none',
  async (_what, model, inputs) => {
    const { run, emulator } = await world();
    emulator.metastore.createModel(NEW, { owner: 'ml-deployers' });
    emulator.metastore.workspace.addEndpoint('theirs', {
      creator: 'ada@example.com',
      served: [{ entity_name: PROD, entity_version: '1' }],
    });
    const seen = await run(manageModel, { model, ...inputs, 'dry-run': 'true' });
    expect(seen.outputs['outcome'], seen.verdict).toBe('ok');
    expect(JSON.stringify(seen.report.checks)).toContain('no-endpoint-visible');
    emulator.metastore.workspace.addEndpoint('ours', { creator: PROMOTER, served: [] });
    const again = await run(manageModel, { model, ...inputs, 'dry-run': 'true' });
    expect(JSON.stringify(again.report.checks)).not.toContain('no-endpoint-visible');
  },
);

describe('a deletion', () => {
  const EMPTY = { model: NEW, delete: 'true' };
  const empty = (metastore: Metastore) => void metastore.createModel(NEW, { owner: 'ml-deployers' });

  test('of a model without versions; again there is nothing to do', async () => {
    const { run, emulator } = await world();
    empty(emulator.metastore);
    const seen = await run(manageModel, EMPTY);
    expect([seen.outputs['outcome'], seen.outputs['model']], seen.verdict).toEqual(['ok', '']);
    expect(seen.after.models[NEW]).toBeUndefined();
    const again = await run(manageModel, EMPTY);
    expect([again.outputs['outcome'], again.outputs['changed']]).toEqual(['noop', 'false']);
  });

  test('of a model with versions is refused, pending ones too', async () => {
    const { run, emulator } = await world();
    empty(emulator.metastore);
    emulator.metastore.addVersion(NEW, { status: 'PENDING_REGISTRATION' });
    const seen = await run(manageModel, EMPTY);
    expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual(['blocked', seen.before]);
  });

  test('of a model with an alias is refused, also where no version is listed', async () => {
    const { run, emulator } = await world();
    const empty = { kind: 'set-field', field: 'model_versions', value: [] } as const;
    emulator.faults.add({ method: 'GET', times: Number.POSITIVE_INFINITY, kind: empty });
    const seen = await run(manageModel, { model: PROD, delete: 'true' });
    expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual(['blocked', seen.before]);
  });

  test('leaves nothing to restore, and the page says so', async () => {
    const { run, emulator } = await world();
    empty(emulator.metastore);
    const seen = await run(manageModel, EMPTY);
    expect(seen.summary).toContain('A deleted model cannot be restored');
    expect(seen.summary).not.toContain('create: true');
  });

  test.each([
    ['of a version', { version: 3, reason: 'incident 7' }],
    ['of a source', { origin: `${PROD}/1`, reason: 'incident 8' }],
    ['that says nothing', 'incident 9'],
  ])('of a model with a hold %s is refused', async (_what, hold) => {
    const { run, emulator } = await world();
    empty(emulator.metastore);
    const value = typeof hold === 'string' ? hold : JSON.stringify(hold);
    emulator.metastore.setTags(NEW, { uc_promote_hold_0123456789ab: value });
    const seen = await run(manageModel, EMPTY);
    expect([seen.outputs['outcome'], seen.after], seen.verdict).toEqual(['blocked', seen.before]);
    expect(JSON.stringify(seen.report.checks)).toMatch(/has the hold .*: incident [789]/u);
  });

  test('is a conflict where somebody puts a hold on the model since, before another try', async () => {
    const { run, emulator } = await world();
    empty(emulator.metastore);
    const hold = (metastore: Metastore) =>
      metastore.setTags(NEW, { uc_promote_hold_1: JSON.stringify({ version: 3, reason: 'incident 7' }) });
    const kind = { kind: 'run', when: 'before', run: hold } as const;
    emulator.faults.add({ method: 'DELETE', template: MODELS, kind });
    emulator.faults.add({ method: 'DELETE', template: MODELS, kind: { kind: 'retry-after-seconds' } });
    const seen = await run(manageModel, EMPTY);
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
    expect(seen.after.models[NEW]).toBeDefined();
  });

  test('is a conflict where somebody registers a version since, before another try', async () => {
    const { run, emulator } = await world();
    empty(emulator.metastore);
    const register = (metastore: Metastore) => void metastore.addVersion(NEW, {});
    emulator.faults.add({
      method: 'DELETE',
      template: MODELS,
      kind: { kind: 'run', when: 'before', run: register },
    });
    emulator.faults.add({ method: 'DELETE', template: MODELS, kind: { kind: 'retry-after-seconds' } });
    const seen = await run(manageModel, EMPTY);
    expect([seen.outputs['outcome'], seen.outputs['changed']], seen.verdict).toEqual(['conflict', 'false']);
    expect(seen.after.models[NEW]).toBeDefined();
  });
});

function serve({ workspace }: Metastore): void {
  workspace.addEndpoint('fraud-rt', {
    creator: PROMOTER,
    served: [{ entity_name: PROD, entity_version: '1' }],
  });
}
