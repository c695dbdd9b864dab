import { describe, expect, test } from 'vitest';
import { CATALOG, danglingOf, disturb, requestsOf, seedFleet, type Fleet } from '../../bench/audit-fleet.ts';
import { mostAtOnce, mostInASecond } from '../../bench/request-rates.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { world } from '../actions/harness.ts';

/** What `npm run bench:audit` measures at 10,000 models, with its requests counted and no time measured. */
const FLEET: Fleet = { models: 300, schemas: 3, versions: 20, aliases: 3, signed: true };
const AT_ONCE = 16;
const INPUTS = {
  models: `${CATALOG}.*`,
  rate: '200',
  'max-in-flight': String(AT_ONCE),
  'fail-on': 'never',
};

async function fleet() {
  return world({ seed: (metastore) => seedFleet(metastore, FLEET) });
}

/** Pages of the list of models, and who the caller is. */
const OF_THE_RUN = Math.ceil(FLEET.models / 100) + FLEET.schemas + 2;

describe('an audit of 300 models with 20 versions and 3 aliases each', () => {
  test('asks 2 + d a model and d for the signatures, never more at once than was said, and shows how far it is', async () => {
    const { run } = await fleet();
    const seen = await run(auditAliases, INPUTS);
    expect(seen.outputs).toMatchObject({
      outcome: 'blocked',
      'models-seen': String(FLEET.models),
      count: String(danglingOf(FLEET.models)),
    });
    expect(seen.records.length).toBeGreaterThanOrEqual(requestsOf(FLEET));
    expect(seen.records.length).toBeLessThanOrEqual(requestsOf(FLEET) + OF_THE_RUN);
    expect(mostAtOnce(seen.records)).toBeLessThanOrEqual(AT_ONCE);
    const progress = seen.log.filter((line) => / of 300 models read$/u.test(line));
    expect([progress.length, progress.at(-1)]).toEqual([12, 'info: 300 of 300 models read']);
  });

  test('goes on after 429s and lost connections, and finds the same', async () => {
    const { run, emulator } = await fleet();
    disturb(emulator.faults, 100, requestsOf(FLEET));
    const struck = emulator.faults.waiting;
    const seen = await run(auditAliases, INPUTS);
    expect([struck > 20, emulator.faults.waiting]).toEqual([true, 0]);
    expect(seen.outputs).toMatchObject({
      outcome: 'blocked',
      'models-seen': String(FLEET.models),
      count: String(danglingOf(FLEET.models)),
    });
    expect(seen.records.length).toBeLessThanOrEqual(requestsOf(FLEET) + OF_THE_RUN + struck);
  });

  test('says what it did not see where the workspace stops responding', async () => {
    const { run, emulator } = await fleet();
    emulator.faults.add({
      path: /model_1\d\d/u,
      skip: 120,
      times: Infinity,
      kind: { kind: 'drop', when: 'before' },
    });
    const seen = await run(auditAliases, { ...INPUTS, aliases: 'Champion' });
    const read = Number(seen.outputs['models-seen']);
    expect(seen.outputs).toMatchObject({ outcome: 'unavailable', allowed: 'false' });
    expect([read > 0, read < FLEET.models]).toEqual([true, true]);
    expect(seen.verdict).toContain(`${FLEET.models - read} could not be read`);
  });
});

describe('how requests are counted', () => {
  const at = (startedAt: number, endedAt: number) => ({ startedAt, endedAt });

  test('at once: those that overlap by more than a response takes to be noted', () => {
    expect(mostAtOnce([at(0, 30), at(10, 40), at(20, 50), at(60, 70)])).toBe(3);
    expect(mostAtOnce([at(0, 30), at(27, 60)])).toBe(1);
  });

  test('in any second, not only in those of the clock', () => {
    expect(mostInASecond([500, 900, 1100, 1499, 1500].map((start) => at(start, start)))).toBe(4);
  });
});
