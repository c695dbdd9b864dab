import { describe, expect, test } from 'vitest';
import type { Metastore, MetastoreSnapshot } from '../../emulator/index.ts';
import { gateOnGrants } from '../../src/actions/gate-on-grants.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { TOKENS, world } from '../actions/harness.ts';
import { GOOD_FILES, PROD } from '../../emulator/seeds/demo-models.ts';
import { codeIn, runPrinted, sendPrinted } from './run-printed.ts';

/** Names that one may take for another one's: what stands before the first odd character, or what it decodes to. */
const NAMES = [
  'prod.ml_team.fraud_detection#2',
  'prod.ml_team.fraud_detection?version=1',
  'prod.ml_team.fraud%5Fdetection',
  "prod.ml_team.o'neil",
  'prod.ml_team."a`b"',
  'prod.ml_team.$HOME;x',
  'prod.ml_team.fra\u200bud_detection',
  '-prod.ml_team.-modèle',
] as const;

/** A model of the name beside the demo's, with two versions. */
function withModel(metastore: Metastore, name: string): void {
  const [catalog = '', schema = ''] = name.split('.');
  if (catalog !== 'prod') {
    metastore.createCatalog(catalog, { owner: 'ml-deployers' });
    metastore.createSchema(`${catalog}.${schema}`, { owner: 'ml-deployers' });
  }
  // For who may not look into the parents nothing else is printed at first.
  metastore.grant('catalog', catalog, 'grace@example.com', ['USE_CATALOG']);
  metastore.grant('schema', `${catalog}.${schema}`, 'grace@example.com', ['USE_SCHEMA']);
  metastore.createModel(name, { owner: 'ml-deployers' });
  metastore.addVersion(name, { files: GOOD_FILES });
  metastore.addVersion(name, { files: GOOD_FILES });
  metastore.setAlias(name, 'Champion', 1);
}

/** The state but for records of moves, which no undo takes back. */
function withoutRecords(state: MetastoreSnapshot): MetastoreSnapshot {
  const copy = structuredClone(state);
  for (const model of Object.values(copy.models)) {
    for (const key of Object.keys(model.tags))
      if (key.startsWith('uc_promote_moves_')) delete model.tags[key];
  }
  return copy;
}

describe.each(NAMES)('a model named %j', (model) => {
  test('an alias that was moved is moved back by the printed command, and nothing else is touched', async () => {
    const { run, emulator } = await world();
    withModel(emulator.metastore, model);
    const seen = await run(setAlias, { model, alias: 'Champion', version: '2' });
    expect(seen.outputs['outcome']).toBe('ok');
    await runPrinted(emulator, seen.report.undo);
    expect(withoutRecords(emulator.state())).toEqual(withoutRecords(seen.before));
  });

  test('an alias that was made is deleted by it', async () => {
    const { run, emulator } = await world();
    withModel(emulator.metastore, model);
    const seen = await run(setAlias, { model, alias: '-Next', version: '2' });
    expect(seen.outputs['outcome']).toBe('ok');
    const [sent, ...more] = await runPrinted(emulator, seen.report.undo);
    expect([sent?.method, sent?.segments.slice(-3), more]).toEqual([
      'DELETE',
      [model, 'aliases', '-Next'],
      [],
    ]);
    expect(withoutRecords(emulator.state())).toEqual(withoutRecords(seen.before));
  });

  test('what the gate prints gives the rights on it and on nothing else', async () => {
    const { run, emulator } = await world();
    withModel(emulator.metastore, model);
    const inputs = { model, operations: 'tag, read' };
    const denied = await run(gateOnGrants, inputs, { token: TOKENS.reader });
    expect(denied.outputs['outcome']).toBe('denied');
    await runPrinted(emulator, denied.report.todo);
    await sendPrinted(emulator, denied.report.todo);
    const again = await run(gateOnGrants, inputs, { token: TOKENS.reader });
    expect(again.outputs['allowed']).toBe('true');
    expect(again.after.models[PROD]).toEqual(denied.before.models[PROD]);
    expect(Object.keys(again.after.models)).toEqual(Object.keys(denied.before.models));
  });

  test('what the gate prints to take its ownership changes the owner of it and of nothing else', async () => {
    const { run, emulator } = await world();
    withModel(emulator.metastore, model);
    const inputs = { forbid: `function ${model}: OWNERSHIP`, except: 'data-science' };
    const denied = await run(gateOnGrants, inputs);
    expect(denied.outputs['outcome']).toBe('denied');
    await runPrinted(emulator, denied.report.todo);
    expect(emulator.state().models[model]?.owner).toBe('data-science');
    emulator.metastore.model(model).owner = 'ml-deployers';
    await sendPrinted(emulator, denied.report.todo);
    expect(emulator.state().models[model]?.owner).toBe('data-science');
    expect(emulator.state().models[PROD]).toEqual(denied.before.models[PROD]);
  });
});

describe('a name that no statement holds', () => {
  const model = 'prod.ml_team.fra\u200bud';
  const path = '/api/2.1/unity-catalog/permissions/function/prod.ml_team.fra%E2%80%8Bud';

  test('is in the request that grants, and the findings say so', async () => {
    const { run, emulator } = await world();
    withModel(emulator.metastore, model);
    // For who may not see the policies of the schema nothing is certainly missing.
    emulator.metastore.grant('schema', 'prod.ml_team', 'grace@example.com', ['MANAGE']);
    const { report } = await run(gateOnGrants, { model, operations: 'read' }, { token: TOKENS.reader });
    expect(codeIn(report.todo, 'sql')).toEqual([]);
    expect(codeIn(report.todo, 'json')).toEqual([
      `PATCH ${path} {"changes":[{"principal":"grace@example.com","add":["EXECUTE"]}]}`,
    ]);
    expect(report.todo.map((block) => (block.kind === 'paragraph' ? block.text : block.kind))).toEqual([
      'Have an administrator run this once for grace@example.com, then run the failed job again:',
      expect.stringContaining('so only the REST request is printed for it'),
      'code',
      expect.stringMatching(/^Who can run it: /u),
    ]);
    await sendPrinted(emulator, report.todo);
    const again = await run(gateOnGrants, { model, operations: 'read' }, { token: TOKENS.reader });
    expect(again.outputs['allowed']).toBe('true');
  });

  test('is in the request that revokes', async () => {
    const { run, emulator } = await world();
    withModel(emulator.metastore, model);
    emulator.metastore.grant('function', model, 'data-science', ['EXECUTE']);
    const inputs = { forbid: `function ${model}: EXECUTE`, except: 'ml-deployers' };
    const { report } = await run(gateOnGrants, inputs, { token: TOKENS.admin });
    expect(codeIn(report.todo, 'sql')).toEqual([]);
    expect(codeIn(report.todo, 'json')).toEqual([
      `PATCH ${path} {"changes":[{"principal":"data-science","remove":["EXECUTE"]}]}`,
    ]);
    await sendPrinted(emulator, report.todo);
    const again = await run(gateOnGrants, inputs, { token: TOKENS.admin });
    expect(again.outputs['forbidden']).toBe('[]');
  });
});
