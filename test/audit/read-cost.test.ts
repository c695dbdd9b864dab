import { describe, expect, test } from 'vitest';
import { GOOD_FILES } from '../../emulator/seeds/demo-models.ts';
import { auditAliases } from '../../src/actions/audit-aliases.ts';
import { world } from '../actions/harness.ts';

/** The versions that the aliases of each model name, beside others that none does. */
const MODELS: readonly (readonly number[])[] = [[], [1], [1, 1, 1], [1, 2, 3], [1, 2, 2, 4, 4, 4]];

async function fleet() {
  const started = await world();
  const { metastore } = started.emulator;
  metastore.createSchema('prod.many');
  metastore.grant('schema', 'prod.many', 'ml-deployers', ['USE_SCHEMA', 'EXECUTE']);
  for (const [index, named] of MODELS.entries()) {
    const name = `prod.many.m${index}`;
    metastore.createModel(name);
    for (let version = 1; version <= 6; version += 1) metastore.addVersion(name, { files: GOOD_FILES });
    for (const [alias, version] of named.entries()) metastore.setAlias(name, `alias_${alias}`, version);
  }
  return started;
}

const distinct = MODELS.reduce((sum, named) => sum + new Set(named).size, 0);

/** The list of models, that of endpoints, and who the caller is. */
const OF_THE_RUN = 3;

describe('requests of an audit, beside those of the run', () => {
  test.each([
    ['two a model, and two for each version that an alias names', {}, 2 * MODELS.length + 2 * distinct],
    [
      'two a model, and one for each such version where no signature is asked for',
      { 'require-signature': 'off' },
      2 * MODELS.length + distinct,
    ],
    [
      'the same with everything that is demanded of what was read',
      {
        require: 'validation_status=approved',
        'require-origin': 'staging.*',
        'alias-rules': 'Champion=required',
        'fail-on': 'never',
      },
      2 * MODELS.length + 2 * distinct,
    ],
  ] as const)('%s', async (_title, inputs, requests) => {
    const { run } = await fleet();
    const seen = await run(auditAliases, { models: 'prod.many.*', ...inputs });
    expect(seen.outputs['models-seen']).toBe(String(MODELS.length));
    expect(seen.records.length - OF_THE_RUN).toBe(requests);
  });
});
