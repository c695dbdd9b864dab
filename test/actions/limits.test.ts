import { describe, expect, test } from 'vitest';
import { switchTable, type FaultRule } from '../../emulator/index.ts';
import { copyVersion } from '../../src/actions/copy-version.ts';
import { promote } from '../../src/actions/promote.ts';
import { setAlias } from '../../src/actions/set-alias.ts';
import { expectRefused } from './expectations.ts';
import { world, type ActionRun, type ActionBench } from './harness.ts';
import { PROD, STAGING } from '../../emulator/seeds/demo-models.ts';

const COPY = { source: `models:/${STAGING}/1`, destination: PROD };
const PUT_ALIAS = { method: 'PUT', path: /\/aliases\// } as const;

const sent = (seen: ActionRun, method: string, path: RegExp) =>
  seen.records.filter((each) => each.method === method && path.test(each.path)).length;

/** The demo's world, whose production model has so many aliases. */
async function withAliases(count: number, options: Parameters<typeof world>[0] = {}): Promise<ActionBench> {
  const started = await world(options);
  const { aliases } = started.emulator.metastore.model(PROD);
  const champion = aliases.get('champion');
  if (champion === undefined) throw new Error('The demo has no champion.');
  for (let index = aliases.size; index < count; index += 1)
    aliases.set(`a${index}`, { ...champion, alias: `a${index}` });
  return started;
}

describe.each(switchTable.limitRefusal.values)('a limit that refuses by %s', (limitRefusal) => {
  test('of aliases: set-alias is blocked at the first try, and says which there are', async () => {
    const { run } = await withAliases(10, { switches: { limitRefusal } });
    const seen = await run(setAlias, { model: PROD, alias: 'Eleventh', version: '1' });
    // The record of the move was written before it, and taken back.
    expect(seen.outputs).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect([seen.after, sent(seen, 'PUT', PUT_ALIAS.path)]).toEqual([seen.before, 1]);
    expect(seen.report.error?.message).toContain('Cannot have more than 10 aliases per registered model');
    expect(seen.report.error?.fix).toContain(`Delete an unused alias of ${PROD}.`);
    expect(seen.summary).toContain('Champion names version 1');
    expect(seen.report.changes.map(({ state }) => state)).toEqual(['not-done', 'not-done']);
  });

  test('of versions: nothing is copied', async () => {
    const { run, emulator } = await world({ switches: { limitRefusal } });
    emulator.metastore.state.quotas = { versionsOfModel: 1 };
    for (const action of [copyVersion, promote]) {
      const seen = await run(action, COPY);
      expect(seen.outputs).toMatchObject({ outcome: 'blocked', changed: 'false' });
      expect([seen.after, sent(seen, 'POST', /model-versions\/create$/u)]).toEqual([seen.before, 1]);
      expect(seen.report.error?.message).toContain('(estimated count: 1, limit: 1)');
      expect(seen.report.error?.fix).toContain(`Delete unused versions of ${PROD}`);
    }
  });

  test('of models: nothing is created', async () => {
    const { run, emulator } = await world({ switches: { limitRefusal } });
    emulator.metastore.state.quotas = { modelsOfSchema: 1 };
    const destination = 'prod.ml_team.churn';
    const inputs = { ...COPY, destination, 'create-destination': 'true', alias: 'Champion' };
    emulator.metastore.grant('schema', 'prod.ml_team', 'promoter@example.com', ['CREATE_MODEL']);
    const seen = await run(promote, inputs);
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'blocked', changed: 'false' });
    expect([seen.after, sent(seen, 'POST', /registered-models\/create$/u)]).toEqual([seen.before, 1]);
    expect(seen.report.error?.fix).toContain('in the schema prod.ml_team or where the message says');
  });
});

describe('promote and the documented limit of aliases', () => {
  const inputs = { ...COPY, alias: 'Eleventh' };

  test.each(['true', 'false'])('refuses before the copy, dry-run: %s', async (dryRun) => {
    const { run } = await withAliases(10);
    const seen = await run(promote, { ...inputs, 'dry-run': dryRun });
    expectRefused(seen, 'blocked');
    expect(seen.report.error?.message).toMatch(
      /has 10 aliases, the documented maximum .*, and Eleventh would be one more/u,
    );
    expect(seen.report.error?.fix).toMatch(
      /Delete an unused alias, then run the step again. The aliases: Champion, a1, /u,
    );
  });

  test('has room for one that is there, by any spelling, and up to the tenth', async () => {
    const full = await withAliases(10);
    expect((await full.run(promote, { ...COPY, alias: 'CHAMPION' })).outputs['outcome']).toBe('ok');
    const nine = await withAliases(9);
    expect((await nine.run(promote, inputs)).outputs['outcome']).toBe('ok');
  });

  test('does not hold where the model has more: the registry takes them', async () => {
    const { run } = await withAliases(11, { switches: { aliasLimit: 'none' } });
    expect((await run(promote, inputs)).outputs['outcome']).toBe('ok');
  });

  test('where only the registry knows of it, the copy is there, the alias is not, and no outage is reported', async () => {
    const { run, emulator } = await world();
    const rule: FaultRule = {
      ...PUT_ALIAS,
      times: Number.POSITIVE_INFINITY,
      kind: { kind: 'status', status: 429, errorCode: 'RESOURCE_EXHAUSTED', message: 'Too many aliases.' },
    };
    emulator.faults.add(rule);
    const seen = await run(promote, COPY);
    expect(seen.outputs).toMatchObject({ outcome: 'blocked', changed: 'true', version: '2' });
    expect([seen.after.models[PROD]?.aliases, sent(seen, 'PUT', PUT_ALIAS.path)]).toEqual([
      { Champion: 1 },
      1,
    ]);
    expect(seen.report.changes?.map(({ state }) => state)).toEqual(['done', 'not-done', 'not-done']);
  });
});

test('a limit on requests stays what it was: waited for, and the alias moves', async () => {
  for (const [status, errorCode, message] of [
    [429, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests.'],
    [400, 'REQUEST_LIMIT_EXCEEDED', 'Too many requests.'],
    [429, 'RESOURCE_EXHAUSTED', 'Too many requests for aliases of models'],
  ] as const) {
    const { run, emulator } = await world();
    emulator.metastore.addVersion(PROD, {});
    emulator.faults.add({ ...PUT_ALIAS, kind: { kind: 'status', status, errorCode, message } });
    const seen = await run(setAlias, {
      model: PROD,
      alias: 'Champion',
      version: '2',
      'require-signature': 'off',
    });
    expect(seen.outputs, seen.report.verdict).toMatchObject({ outcome: 'ok', changed: 'true' });
    expect(sent(seen, 'PUT', PUT_ALIAS.path)).toBe(2);
  }
});
